def step(x, s):
    v1 = x[0]
    if v1.__class__ is Left:
        v2 = v1.value + 1
        if v2 > 1073741823 and v2.bit_length() > 14000:
            v2 = incr_1(v1.value)
    else:
        v2 = v1.value - 1
        if v2 < -1073741823 and v2.bit_length() > 14000:
            v2 = decr_1(v1.value)
    v3 = v2 + 1
    if v3 > 1073741823 and v3.bit_length() > 14000:
        v3 = incr_1(v2)
    v4 = (v3, x[1])
    return (v4, v4), s


def batch(xs, s):
    outputs = []
    append = outputs.append
    for x in xs:
        try:
            v1 = x[0]
            if v1.__class__ is Left:
                v2 = v1.value + 1
                if v2 > 1073741823 and v2.bit_length() > 14000:
                    v2 = incr_1(v1.value)
            else:
                v2 = v1.value - 1
                if v2 < -1073741823 and v2.bit_length() > 14000:
                    v2 = decr_1(v1.value)
            v3 = v2 + 1
            if v3 > 1073741823 and v3.bit_length() > 14000:
                v3 = incr_1(v2)
            v4 = (v3, x[1])
            append((v4, v4))
        except StepError as error:
            append(error.with_traceback(None))
    return outputs, s
