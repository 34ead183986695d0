def step(x, s):
    v1 = constant_1 if x == "Left ()" else constant_2 if x == "Right (Left ())" else constant_3 if x == "Right (Right ())" else read_1[x]
    if v1.__class__ is Left:
        return constant_4, 0
    if v1.value.__class__ is Left:
        return f"Right (Left {s})" if 0 <= s < 2**64 else show(Right(Left(s))), s
    v2 = s + 1
    if v2 > 1073741823 and v2.bit_length() > 14000:
        v2 = incr_1(s)
    return constant_5, v2


def batch(xs, s):
    outputs = []
    append = outputs.append
    for x in xs:
        try:
            v1 = constant_1 if x == "Left ()" else constant_2 if x == "Right (Left ())" else constant_3 if x == "Right (Right ())" else read_1[x]
            if v1.__class__ is Left:
                append(constant_4)
                s = 0
                continue
            if v1.value.__class__ is Left:
                append(f"Right (Left {s})" if 0 <= s < 2**64 else show(Right(Left(s))))
                continue
            v2 = s + 1
            if v2 > 1073741823 and v2.bit_length() > 14000:
                v2 = incr_1(s)
            append(constant_5)
            s = v2
        except StepError as error:
            append(error.with_traceback(None))
    return outputs, s


# constant_1 = Left(None)
# constant_2 = Right(Left(None))
# constant_3 = Right(Right(None))
# constant_4 = 'Left ()'
# constant_5 = 'Right (Right ())'
