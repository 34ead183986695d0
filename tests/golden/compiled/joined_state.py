def step(x, s):
    v1, v2 = x
    if v1.__class__ is Left:
        v3 = v1.value
    else:
        v3 = s
    v4 = v3 + 1
    if v4 > 1073741823 and v4.bit_length() > 14000:
        v4 = incr_1(v3)
    return (v2, None), v4


def batch(xs, s):
    outputs = []
    append = outputs.append
    for x in xs:
        try:
            v1, v2 = x
            if v1.__class__ is Left:
                v3 = v1.value
            else:
                v3 = s
            v4 = v3 + 1
            if v4 > 1073741823 and v4.bit_length() > 14000:
                v4 = incr_1(v3)
            append((v2, None))
            s = v4
        except StepError as error:
            append(error.with_traceback(None))
    return outputs, s
