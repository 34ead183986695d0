def step(x, s):
    read_1(x)
    return f"{s}" if -(2**64) < s < 2**64 else show(s), s


def batch(xs, s):
    outputs = []
    append = outputs.append
    for x in xs:
        try:
            read_1(x)
            append(f"{s}" if -(2**64) < s < 2**64 else show(s))
        except StepError as error:
            append(error.with_traceback(None))
    return outputs, s
