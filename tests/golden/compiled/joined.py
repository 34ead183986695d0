def step(x, s):
    v1 = x[0]
    if v1.__class__ is Left:
        v3 = v1.value
        v2 = n if (n := v3 + 1).bit_length() <= 14000 else incr_1(v3)
    else:
        v4 = v1.value
        v2 = n if (n := v4 - 1).bit_length() <= 14000 else decr_1(v4)
    v5 = n if (n := v2 + 1).bit_length() <= 14000 else incr_1(v2)
    v6 = (v5, x[1])
    return (v6, v6), s


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
                v2 = n if (n := v4 - 1).bit_length() <= 14000 else decr_1(v4)
            v5 = n if (n := v2 + 1).bit_length() <= 14000 else incr_1(v2)
            v6 = (v5, x[1])
            append((v6, v6))
        except StepError as error:
            append(error.with_traceback(None))
    return outputs, s
