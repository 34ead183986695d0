def step(x, s):
    if x.__class__ is Left:
        return constant_1, 0
    if x.value.__class__ is Left:
        return Right(Left(s)), s
    v1 = s + 1
    if v1 > 1073741823 and v1.bit_length() > 14000:
        v1 = incr_1(s)
    return constant_2, v1


def batch(xs, s):
    outputs = []
    append = outputs.append
    for x in xs:
        try:
            if x.__class__ is Left:
                append(constant_1)
                s = 0
                continue
            if x.value.__class__ is Left:
                append(Right(Left(s)))
                continue
            v1 = s + 1
            if v1 > 1073741823 and v1.bit_length() > 14000:
                v1 = incr_1(s)
            append(constant_2)
            s = v1
        except StepError as error:
            append(error.with_traceback(None))
    return outputs, s


# constant_1 = Left(None)
# constant_2 = Right(Right(None))
