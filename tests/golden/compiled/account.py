def step(x, s):
    v1 = x + s
    if (v1 > 1073741823 or v1 < -1073741823) and v1.bit_length() > 14000:
        v1 = add_1(x, s)
    return v1, v1


def batch(xs, s):
    outputs = []
    append = outputs.append
    for x in xs:
        try:
            v1 = x + s
            if (v1 > 1073741823 or v1 < -1073741823) and v1.bit_length() > 14000:
                v1 = add_1(x, s)
            append(v1)
            s = v1
        except StepError as error:
            append(error.with_traceback(None))
    return outputs, s
