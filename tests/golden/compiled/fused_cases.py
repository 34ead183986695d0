def step(x, s):
    if x.__class__ is Left:
        v1 = x.value
        v2 = n if (n := v1 + 1).bit_length() <= 14000 else incr_1(v1)
        return n if (n := v2 + 1).bit_length() <= 14000 else incr_1(v2), s
    v3 = x.value
    v4 = n if (n := v3 - 1).bit_length() <= 14000 else decr_1(v3)
    v5 = n if (n := v4 + 1).bit_length() <= 14000 else incr_1(v4)
    v6 = n if (n := v5 + 1).bit_length() <= 14000 else incr_1(v5)
    v7 = f"{v6}" if -(2**64) < v6 < 2**64 else show(v6)
    return read_1(v7), s


def batch(xs, s):
    outputs = []
    append = outputs.append
    for x in xs:
        try:
            if x.__class__ is Left:
                v1 = x.value
                v2 = n if (n := v1 + 1).bit_length() <= 14000 else incr_1(v1)
                append(n if (n := v2 + 1).bit_length() <= 14000 else incr_1(v2))
                continue
            v3 = x.value
            v4 = n if (n := v3 - 1).bit_length() <= 14000 else decr_1(v3)
            v5 = n if (n := v4 + 1).bit_length() <= 14000 else incr_1(v4)
            v6 = n if (n := v5 + 1).bit_length() <= 14000 else incr_1(v5)
            v7 = f"{v6}" if -(2**64) < v6 < 2**64 else show(v6)
            append(read_1(v7))
        except StepError as error:
            append(error.with_traceback(None))
    return outputs, s
