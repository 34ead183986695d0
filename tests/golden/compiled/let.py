def step(x, s):
    v1, v2 = x
    v3 = v1 * v2
    if (v3 > 1073741823 or v3 < -1073741823) and v3.bit_length() > 14000:
        v3 = mul_1(v1, v2)
    v4 = v1 + v2
    if (v4 > 1073741823 or v4 < -1073741823) and v4.bit_length() > 14000:
        v4 = add_1(v1, v2)
    v5 = v4 - v3
    if (v5 > 1073741823 or v5 < -1073741823) and v5.bit_length() > 14000:
        v5 = sub_1(v4, v3)
    return (v5 < v5, v3), s


def batch(xs, s):
    outputs = []
    append = outputs.append
    for x in xs:
        try:
            v1, v2 = x
            v3 = v1 * v2
            if (v3 > 1073741823 or v3 < -1073741823) and v3.bit_length() > 14000:
                v3 = mul_1(v1, v2)
            v4 = v1 + v2
            if (v4 > 1073741823 or v4 < -1073741823) and v4.bit_length() > 14000:
                v4 = add_1(v1, v2)
            v5 = v4 - v3
            if (v5 > 1073741823 or v5 < -1073741823) and v5.bit_length() > 14000:
                v5 = sub_1(v4, v3)
            append((v5 < v5, v3))
        except StepError as error:
            append(error.with_traceback(None))
    return outputs, s
