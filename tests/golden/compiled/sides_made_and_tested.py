def step(x, s):
    v1 = x[0]
    if v1.__class__ is Left:
        v3 = v1.value + 1
        if v3 > 1073741823 and v3.bit_length() > 14000:
            v3 = incr_1(v1.value)
        v2 = True
        v4 = None
    else:
        v5 = v1.value
        if v5.__class__ is Left:
            v2 = False
            v3 = None
            v4 = v5.value
        else:
            v3 = v5.value - 1
            if v3 < -1073741823 and v3.bit_length() > 14000:
                v3 = decr_1(v5.value)
            v2 = True
            v4 = None
    if v2:
        v6 = v3 + 1
        if v6 > 1073741823 and v6.bit_length() > 14000:
            v6 = incr_1(v3)
    else:
        v6 = v4 - 1
        if v6 < -1073741823 and v6.bit_length() > 14000:
            v6 = decr_1(v4)
    v7 = f"{v6}" if -(2**64) < v6 < 2**64 else show(v6)
    return (v6, v7), s


def batch(xs, s):
    outputs = []
    append = outputs.append
    for x in xs:
        try:
            v1 = x[0]
            if v1.__class__ is Left:
                v3 = v1.value + 1
                if v3 > 1073741823 and v3.bit_length() > 14000:
                    v3 = incr_1(v1.value)
                v2 = True
                v4 = None
            else:
                v5 = v1.value
                if v5.__class__ is Left:
                    v2 = False
                    v3 = None
                    v4 = v5.value
                else:
                    v3 = v5.value - 1
                    if v3 < -1073741823 and v3.bit_length() > 14000:
                        v3 = decr_1(v5.value)
                    v2 = True
                    v4 = None
            if v2:
                v6 = v3 + 1
                if v6 > 1073741823 and v6.bit_length() > 14000:
                    v6 = incr_1(v3)
            else:
                v6 = v4 - 1
                if v6 < -1073741823 and v6.bit_length() > 14000:
                    v6 = decr_1(v4)
            v7 = f"{v6}" if -(2**64) < v6 < 2**64 else show(v6)
            append((v6, v7))
        except StepError as error:
            append(error.with_traceback(None))
    return outputs, s


