def step(x, s):
    v1, v2 = x
    v3 = v1 // v2 if v2 else div_1(v1, v2)
    v4 = v3 if v3 >= 0 else -v3
    return f"{v4}" if -(2**64) < v4 < 2**64 else show(v4), s


def batch(xs, s):
    outputs = []
    append = outputs.append
    for x in xs:
        try:
            v1, v2 = x
            v3 = v1 // v2 if v2 else div_1(v1, v2)
            v4 = v3 if v3 >= 0 else -v3
            append(f"{v4}" if -(2**64) < v4 < 2**64 else show(v4))
        except StepError as error:
            append(error.with_traceback(None))
    return outputs, s
