def step(x, s):
    v1, v2 = x
    v3 = n if (n := v1 + v2).bit_length() <= 14000 else add_1(v1, v2)
    v4 = n if (n := v1 - v2).bit_length() <= 14000 else sub_1(v1, v2)
    v5 = n if (n := v3 * v4).bit_length() <= 14000 else mul_1(v3, v4)
    return f"{v5}" if -(2**64) < v5 < 2**64 else show(v5), s


def batch(xs, s):
    outputs = []
    append = outputs.append
    for x in xs:
        try:
            v1, v2 = x
            v3 = n if (n := v1 + v2).bit_length() <= 14000 else add_1(v1, v2)
            v4 = n if (n := v1 - v2).bit_length() <= 14000 else sub_1(v1, v2)
            v5 = n if (n := v3 * v4).bit_length() <= 14000 else mul_1(v3, v4)
            append(f"{v5}" if -(2**64) < v5 < 2**64 else show(v5))
        except StepError as error:
            append(error.with_traceback(None))
    return outputs, s
