def step(x, s):
    v1, v2 = x
    if v1 < v2:
        v3 = -v1
    else:
        v3 = n if (n := v1 + 1).bit_length() <= 14000 else incr_1(v1)
    return (v3, (v1 <= v2) or (v1 == v2)), s


def batch(xs, s):
    outputs = []
    append = outputs.append
    for x in xs:
        try:
            v1, v2 = x
            if v1 < v2:
                v3 = -v1
            else:
                v3 = n if (n := v1 + 1).bit_length() <= 14000 else incr_1(v1)
            append((v3, (v1 <= v2) or (v1 == v2)))
        except StepError as error:
            append(error.with_traceback(None))
    return outputs, s
