def step(x, s):
    v1, v2 = x
    if v1.__class__ is Left:
        v3 = v1.value + 1
        if v3 > 1073741823 and v3.bit_length() > 14000:
            v3 = incr_1(v1.value)
    else:
        v3 = v1.value - 1
        if v3 < -1073741823 and v3.bit_length() > 14000:
            v3 = decr_1(v1.value)
    return (make_1(v3, v3), v2), s


def batch(xs, s):
    outputs = []
    append = outputs.append
    for x in xs:
        try:
            v1, v2 = x
            if v1.__class__ is Left:
                v3 = v1.value + 1
                if v3 > 1073741823 and v3.bit_length() > 14000:
                    v3 = incr_1(v1.value)
            else:
                v3 = v1.value - 1
                if v3 < -1073741823 and v3.bit_length() > 14000:
                    v3 = decr_1(v1.value)
            append((make_1(v3, v3), v2))
        except StepError as error:
            append(error.with_traceback(None))
    return outputs, s


