def step(x, s):
    v1 = n if (n := x + s).bit_length() <= 14000 else add_1(x, s)
    return v1, v1


def batch(xs, s):
    outputs = []
    append = outputs.append
    for x in xs:
        try:
            v1 = n if (n := x + s).bit_length() <= 14000 else add_1(x, s)
            append(v1)
            s = v1
        except StepError as error:
            append(error.with_traceback(None))
    return outputs, s
