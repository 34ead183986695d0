def step(x, s):
    if x is None:
        return 0, s
    v1 = x + 1
    if v1 > 1073741823 and v1.bit_length() > 14000:
        v1 = incr_1(x)
    return v1, s


def batch(xs, s):
    outputs = []
    append = outputs.append
    for x in xs:
        try:
            if x is None:
                append(0)
                continue
            v1 = x + 1
            if v1 > 1073741823 and v1.bit_length() > 14000:
                v1 = incr_1(x)
            append(v1)
        except StepError as error:
            append(error.with_traceback(None))
    return outputs, s


