def step(x, s):
    if x.__class__ is Left:
        return (x.value + 1) + 1, s
    v1 = ((x.value - 1) + 1) + 1
    v2 = f"{v1}" if -(2**64) < v1 < 2**64 else show(v1)
    return read_1(v2), s


def batch(xs, s):
    outputs = []
    append = outputs.append
    for x in xs:
        try:
            if x.__class__ is Left:
                append((x.value + 1) + 1)
                continue
            v1 = ((x.value - 1) + 1) + 1
            v2 = f"{v1}" if -(2**64) < v1 < 2**64 else show(v1)
            append(read_1(v2))
        except StepError as error:
            append(error.with_traceback(None))
    return outputs, s
