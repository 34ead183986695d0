def step(x, s):
    if x.__class__ is Left:
        v1, v2 = x.value
        v3, v4 = s
        v5 = v1 if v1 >= v4 else v4
        v6 = (v5 - v4) * 2
        if v6 > 1073741823 and v6.bit_length() > 14000:
            v6 = mul_1(sub_1(v5, v4), 2)
        v7 = v3 + v6
        if v7 > 1073741823 and v7.bit_length() > 14000:
            v7 = add_1(v3, v6)
        v8 = v7 if v7 <= 10 else 10
        if (0 <= v2) and (v2 <= v8):
            return constant_1, (v8 - v2, v5)
        return constant_2, s
    v9 = x.value
    v10, v11 = s
    v12 = ((v9 if v9 >= v11 else v11) - v11) * 2
    if v12 > 1073741823 and v12.bit_length() > 14000:
        v12 = mul_1(sub_1(v9 if v9 >= v11 else v11, v11), 2)
    v13 = v10 + v12
    if v13 > 1073741823 and v13.bit_length() > 14000:
        v13 = add_1(v10, v12)
    return Right(v13 if v13 <= 10 else 10), s


def batch(xs, s):
    outputs = []
    append = outputs.append
    s1, s2 = s
    for x in xs:
        try:
            if x.__class__ is Left:
                v1, v2 = x.value
                v3 = v1 if v1 >= s2 else s2
                v4 = (v3 - s2) * 2
                if v4 > 1073741823 and v4.bit_length() > 14000:
                    v4 = mul_1(sub_1(v3, s2), 2)
                v5 = s1 + v4
                if v5 > 1073741823 and v5.bit_length() > 14000:
                    v5 = add_1(s1, v4)
                v6 = v5 if v5 <= 10 else 10
                if (0 <= v2) and (v2 <= v6):
                    append(constant_1)
                    s1, s2 = v6 - v2, v3
                    continue
                append(constant_2)
                continue
            v7 = x.value
            v8 = ((v7 if v7 >= s2 else s2) - s2) * 2
            if v8 > 1073741823 and v8.bit_length() > 14000:
                v8 = mul_1(sub_1(v7 if v7 >= s2 else s2, s2), 2)
            v9 = s1 + v8
            if v9 > 1073741823 and v9.bit_length() > 14000:
                v9 = add_1(s1, v8)
            append(Right(v9 if v9 <= 10 else 10))
        except StepError as error:
            append(error.with_traceback(None))
    return outputs, (s1, s2)


# constant_1 = Left(True)
# constant_2 = Left(False)
