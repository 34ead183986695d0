def step(x, s):
    v1, v2 = x
    v3 = n if (n := v1 * v2).bit_length() <= 14000 else mul_1(v1, v2)
    v4 = n if (n := v1 + v2).bit_length() <= 14000 else add_1(v1, v2)
    v5 = n if (n := v4 - v3).bit_length() <= 14000 else sub_1(v4, v3)
    return (v5 < v5, v3), s


def batch(xs, s):
    outputs = []
    append = outputs.append
    for x in xs:
        try:
            v1, v2 = x
            v3 = n if (n := v1 * v2).bit_length() <= 14000 else mul_1(v1, v2)
            v4 = n if (n := v1 + v2).bit_length() <= 14000 else add_1(v1, v2)
            v5 = n if (n := v4 - v3).bit_length() <= 14000 else sub_1(v4, v3)
            append((v5 < v5, v3))
        except StepError as error:
            append(error.with_traceback(None))
    return outputs, s
