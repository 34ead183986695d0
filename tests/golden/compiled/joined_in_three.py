def step(x, s):
    v1 = x[0]
    if v1.__class__ is Left:
        v2 = v1.value + 1
    else:
        v3 = v1.value
        if v3.__class__ is Left:
            v2 = v3.value - 1
        else:
            v4 = v3.value
            v5 = f"{v4}" if -(2**64) < v4 < 2**64 else show(v4)
            v2 = read_1(v5)
    v6 = v2 + 1
    return (v6, v6), s


def batch(xs, s):
    outputs = []
    append = outputs.append
    for x in xs:
        try:
            v1 = x[0]
            if v1.__class__ is Left:
                v2 = v1.value + 1
            else:
                v3 = v1.value
                if v3.__class__ is Left:
                    v2 = v3.value - 1
                else:
                    v4 = v3.value
                    v5 = f"{v4}" if -(2**64) < v4 < 2**64 else show(v4)
                    v2 = read_1(v5)
            v6 = v2 + 1
            append((v6, v6))
        except StepError as error:
            append(error.with_traceback(None))
    return outputs, s
