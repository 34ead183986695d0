def step(x, s):
    if x.__class__ is Left:
        return constant_1, (s[0], not s[1])
    v1 = x.value
    if v1.__class__ is Left:
        return constant_2, constant_3
    if v1.value.__class__ is Left:
        return Right(Right(Left(s[0]))), s
    if s[1]:
        v2 = s[0] + 1
        if v2 > 1073741823 and v2.bit_length() > 14000:
            v2 = incr_1(s[0])
        return constant_4, (v2, True)
    return constant_4, s


def batch(xs, s):
    outputs = []
    append = outputs.append
    s1, s2 = s
    for x in xs:
        try:
            if x.__class__ is Left:
                append(constant_1)
                s2 = not s2
                continue
            v1 = x.value
            if v1.__class__ is Left:
                append(constant_2)
                s1, s2 = constant_3
                continue
            if v1.value.__class__ is Left:
                append(Right(Right(Left(s1))))
                continue
            if s2:
                v2 = s1 + 1
                if v2 > 1073741823 and v2.bit_length() > 14000:
                    v2 = incr_1(s1)
                append(constant_4)
                s1, s2 = v2, True
                continue
            append(constant_4)
            s2 = False
        except StepError as error:
            append(error.with_traceback(None))
    return outputs, (s1, s2)


# constant_1 = Left(None)
# constant_2 = Right(Left(None))
# constant_3 = (0, True)
# constant_4 = Right(Right(Right(None)))
