def step(x, s):
    v1 = x[0]
    if v1.__class__ is Left:
        v2 = v1.value + 1
        if v2 > 1073741823 and v2.bit_length() > 14000:
            v2 = incr_1(v1.value)
        return Left((v2, x[1])), s
    return Right(not x[1]), s


def batch(xs, s):
    outputs = []
    append = outputs.append
    for x in xs:
        try:
            v1 = x[0]
            if v1.__class__ is Left:
                v2 = v1.value + 1
                if v2 > 1073741823 and v2.bit_length() > 14000:
                    v2 = incr_1(v1.value)
                append(Left((v2, x[1])))
                continue
            append(Right(not x[1]))
        except StepError as error:
            append(error.with_traceback(None))
    return outputs, s
