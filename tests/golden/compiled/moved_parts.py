def step(x, s):
    v1 = x[0] + 1
    if v1 > 1073741823 and v1.bit_length() > 14000:
        v1 = incr_1(x[0])
    return (x[1], s), s


def batch(xs, s):
    outputs = []
    append = outputs.append
    for x in xs:
        try:
            v1 = x[0] + 1
            if v1 > 1073741823 and v1.bit_length() > 14000:
                v1 = incr_1(x[0])
            append((x[1], s))
        except StepError as error:
            append(error.with_traceback(None))
    return outputs, s
