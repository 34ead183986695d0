def step(x, s):
    v1 = x[0]
    n if (n := v1 + 1).bit_length() <= 14000 else incr_1(v1)
    return (x[1], s), s


def batch(xs, s):
    outputs = []
    append = outputs.append
    for x in xs:
        try:
            v1 = x[0]
            n if (n := v1 + 1).bit_length() <= 14000 else incr_1(v1)
            append((x[1], s))
        except StepError as error:
            append(error.with_traceback(None))
    return outputs, s
