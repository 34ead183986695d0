def step(x, s):
    v1 = x[0]
    if v1.__class__ is Left:
        v2 = v1.value
        v3 = n if (n := v2 + 1).bit_length() <= 14000 else incr_1(v2)
        return Left((v3, x[1])), s
    return Right(not x[1]), s


def batch(xs, s):
    outputs = []
    append = outputs.append
    for x in xs:
        try:
            v1 = x[0]
            if v1.__class__ is Left:
                v2 = v1.value
                v3 = n if (n := v2 + 1).bit_length() <= 14000 else incr_1(v2)
                append(Left((v3, x[1])))
                continue
            append(Right(not x[1]))
        except StepError as error:
            append(error.with_traceback(None))
    return outputs, s
