def step(x, s):
    if x.__class__ is Left:
        return Left(s), s
    return constant_1, s + 1


def batch(xs, s):
    outputs = []
    append = outputs.append
    for x in xs:
        if x.__class__ is Left:
            append(Left(s))
            continue
        append(constant_1)
        s = s + 1
    return outputs, s


# constant_1 = Right(None)
