def step(x, s):
    v1 = x[0] + 1
    if v1 > 1073741823 and v1.bit_length() > 14000:
        v1 = incr_1(x[0])
    v2 = show((v1, x[1]))
    return (v2, v1), s


def batch(xs, s):
    outputs = []
    append = outputs.append
    for x in xs:
        try:
            v1 = x[0] + 1
            if v1 > 1073741823 and v1.bit_length() > 14000:
                v1 = incr_1(x[0])
            v2 = show((v1, x[1]))
            append((v2, v1))
        except StepError as error:
            append(error.with_traceback(None))
    return outputs, s
