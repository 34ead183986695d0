def step(x, s):
    if x.__class__ is Left:
        return Left(s), s
    return constant_1, n if (n := s + 1).bit_length() <= 14000 else incr_1(s)


def batch(xs, s):
    outputs = []
    append = outputs.append
    for x in xs:
        try:
            if x.__class__ is Left:
                append(Left(s))
                continue
            v1 = n if (n := s + 1).bit_length() <= 14000 else incr_1(s)
            append(constant_1)
            s = v1
        except StepError as error:
            append(error.with_traceback(None))
    return outputs, s


# constant_1 = Right(None)
