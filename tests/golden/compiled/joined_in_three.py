def step(x, s):
    v1 = x[0]
    if v1.__class__ is Left:
        v3 = v1.value
        v2 = n if (n := v3 + 1).bit_length() <= 14000 else incr_1(v3)
    else:
        v4 = v1.value
        if v4.__class__ is Left:
            v5 = v4.value
            v2 = n if (n := v5 - 1).bit_length() <= 14000 else decr_1(v5)
        else:
            v6 = v4.value
            v7 = f"{v6}" if -(2**64) < v6 < 2**64 else show(v6)
            v2 = read_1(v7)
    v8 = n if (n := v2 + 1).bit_length() <= 14000 else incr_1(v2)
    return (v8, v8), s


def batch(xs, s):
    outputs = []
    append = outputs.append
    for x in xs:
        try:
            v1 = x[0]
            if v1.__class__ is Left:
                v3 = v1.value
                v2 = n if (n := v3 + 1).bit_length() <= 14000 else incr_1(v3)
            else:
                v4 = v1.value
                if v4.__class__ is Left:
                    v5 = v4.value
                    v2 = n if (n := v5 - 1).bit_length() <= 14000 else decr_1(v5)
                else:
                    v6 = v4.value
                    v7 = f"{v6}" if -(2**64) < v6 < 2**64 else show(v6)
                    v2 = read_1(v7)
            v8 = n if (n := v2 + 1).bit_length() <= 14000 else incr_1(v2)
            append((v8, v8))
        except StepError as error:
            append(error.with_traceback(None))
    return outputs, s
