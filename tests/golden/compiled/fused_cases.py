def step(x, s):
    if x.__class__ is Left:
        v1 = (x.value + 1) + 1
        if v1 > 1073741823 and v1.bit_length() > 13999:
            v1 = incr_1(incr_1(x.value))
        return v1, s
    v2 = ((x.value - 1) + 1) + 1
    if (v2 > 1073741823 or v2 < -1073741823) and v2.bit_length() > 13998:
        v2 = incr_1(incr_1(decr_1(x.value)))
    v3 = f"{v2}" if -(2**64) < v2 < 2**64 else show(v2)
    return read_1(v3), s


def batch(xs, s):
    outputs = []
    append = outputs.append
    for x in xs:
        try:
            if x.__class__ is Left:
                v1 = (x.value + 1) + 1
                if v1 > 1073741823 and v1.bit_length() > 13999:
                    v1 = incr_1(incr_1(x.value))
                append(v1)
                continue
            v2 = ((x.value - 1) + 1) + 1
            if (v2 > 1073741823 or v2 < -1073741823) and v2.bit_length() > 13998:
                v2 = incr_1(incr_1(decr_1(x.value)))
            v3 = f"{v2}" if -(2**64) < v2 < 2**64 else show(v2)
            append(read_1(v3))
        except StepError as error:
            append(error.with_traceback(None))
    return outputs, s
