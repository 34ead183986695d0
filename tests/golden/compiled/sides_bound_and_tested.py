def step(x, s):
    if x.__class__ is Left:
        v2 = x.value + 1
        if v2 > 1073741823 and v2.bit_length() > 14000:
            v2 = incr_1(x.value)
        v1 = True
        v3 = None
    else:
        v3 = x.value - 1
        if v3 < -1073741823 and v3.bit_length() > 14000:
            v3 = decr_1(x.value)
        v1 = False
        v2 = None
    if v1:
        v4 = v2 + 1
        if v4 > 1073741823 and v4.bit_length() > 14000:
            v4 = incr_1(v2)
    else:
        v4 = v3 - 1
        if v4 < -1073741823 and v4.bit_length() > 14000:
            v4 = decr_1(v3)
    v5 = f"{v4}" if -(2**64) < v4 < 2**64 else show(v4)
    return (v4, v5), s


def batch(xs, s):
    outputs = []
    append = outputs.append
    for x in xs:
        try:
            if x.__class__ is Left:
                v2 = x.value + 1
                if v2 > 1073741823 and v2.bit_length() > 14000:
                    v2 = incr_1(x.value)
                v1 = True
                v3 = None
            else:
                v3 = x.value - 1
                if v3 < -1073741823 and v3.bit_length() > 14000:
                    v3 = decr_1(x.value)
                v1 = False
                v2 = None
            if v1:
                v4 = v2 + 1
                if v4 > 1073741823 and v4.bit_length() > 14000:
                    v4 = incr_1(v2)
            else:
                v4 = v3 - 1
                if v4 < -1073741823 and v4.bit_length() > 14000:
                    v4 = decr_1(v3)
            v5 = f"{v4}" if -(2**64) < v4 < 2**64 else show(v4)
            append((v4, v5))
        except StepError as error:
            append(error.with_traceback(None))
    return outputs, s


