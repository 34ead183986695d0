def step(x, s):
    v1 = x[0]
    if v1.__class__ is Left:
        v2 = v1.value
    else:
        v2 = s
    return (x[1], None), n if (n := v2 + 1).bit_length() <= 14000 else incr_1(v2)


def batch(xs, s):
    outputs = []
    append = outputs.append
    for x in xs:
        try:
            v1 = x[0]
            if v1.__class__ is Left:
                v2 = v1.value
            else:
                v2 = s
            v3 = n if (n := v2 + 1).bit_length() <= 14000 else incr_1(v2)
            append((x[1], None))
            s = v3
        except StepError as error:
            append(error.with_traceback(None))
    return outputs, s
