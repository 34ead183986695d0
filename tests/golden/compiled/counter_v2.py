def step(x, s):
    if x.__class__ is Left:
        return constant_1, 0
    if x.value.__class__ is Left:
        return Right(Left(s)), s
    return constant_2, s + 1


def batch(xs, s):
    outputs = []
    append = outputs.append
    for x in xs:
        if x.__class__ is Left:
            append(constant_1)
            s = 0
            continue
        if x.value.__class__ is Left:
            append(Right(Left(s)))
            continue
        append(constant_2)
        s = s + 1
    return outputs, s


# constant_1 = Left(None)
# constant_2 = Right(Right(None))
