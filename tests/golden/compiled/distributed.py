def step(x, s):
    v1 = x[0]
    if v1.__class__ is Left:
        return Left((v1.value + 1, x[1])), s
    return Right(not x[1]), s


def batch(xs, s):
    outputs = []
    append = outputs.append
    for x in xs:
        v1 = x[0]
        if v1.__class__ is Left:
            append(Left((v1.value + 1, x[1])))
            continue
        append(Right(not x[1]))
    return outputs, s
