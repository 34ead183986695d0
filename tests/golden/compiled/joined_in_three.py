def step(x, s):
    v1 = x[0]
    if v1.__class__ is Left:
        v2 = v1.value + 1
        if v2 > 1073741823 and v2.bit_length() > 14000:
            v2 = incr_1(v1.value)
    else:
        v3 = v1.value
        if v3.__class__ is Left:
            v2 = v3.value - 1
            if v2 < -1073741823 and v2.bit_length() > 14000:
                v2 = decr_1(v3.value)
        else:
            v4 = v3.value
            v5 = f"{v4}" if -(2**64) < v4 < 2**64 else show(v4)
            v2 = read_1(v5)
    v6 = v2 + 1
    if v6 > 1073741823 and v6.bit_length() > 14000:
        v6 = incr_1(v2)
    return (v6, v6), s


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
                v3 = v1.value
                if v3.__class__ is Left:
                    v2 = v3.value - 1
                    if v2 < -1073741823 and v2.bit_length() > 14000:
                        v2 = decr_1(v3.value)
                else:
                    v4 = v3.value
                    v5 = f"{v4}" if -(2**64) < v4 < 2**64 else show(v4)
                    v2 = read_1(v5)
            v6 = v2 + 1
            if v6 > 1073741823 and v6.bit_length() > 14000:
                v6 = incr_1(v2)
            append((v6, v6))
        except StepError as error:
            append(error.with_traceback(None))
    return outputs, s
