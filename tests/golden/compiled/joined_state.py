def step(x, s):
    v1 = x[0]
    if v1.__class__ is Left:
        v2 = v1.value
    else:
        v2 = s
    v3 = v2 + 1
    if v3 > 1073741823 and v3.bit_length() > 14000:
        v3 = incr_1(v2)
    return (x[1], None), v3


def batch(xs, s):
    outputs = []
    append = outputs.append
    for x in xs:
        try:
            v1 = x[0]
            if v1.__class__ is Left:
                v2 = v1.value
            else:
                v2 = s
            v3 = v2 + 1
            if v3 > 1073741823 and v3.bit_length() > 14000:
                v3 = incr_1(v2)
            append((x[1], None))
            s = v3
        except StepError as error:
            append(error.with_traceback(None))
    return outputs, s
