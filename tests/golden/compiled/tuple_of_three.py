def step(x, s):
    v1 = x[0] + x[1]
    if (v1 > 1073741823 or v1 < -1073741823) and v1.bit_length() > 14000:
        v1 = add_1(x[0], x[1])
    v2 = v1 - x[2]
    if (v2 > 1073741823 or v2 < -1073741823) and v2.bit_length() > 14000:
        v2 = sub_1(v1, x[2])
    return v2, s


def batch(xs, s):
    outputs = []
    append = outputs.append
    for x in xs:
        try:
            v1 = x[0] + x[1]
            if (v1 > 1073741823 or v1 < -1073741823) and v1.bit_length() > 14000:
                v1 = add_1(x[0], x[1])
            v2 = v1 - x[2]
            if (v2 > 1073741823 or v2 < -1073741823) and v2.bit_length() > 14000:
                v2 = sub_1(v1, x[2])
            append(v2)
        except StepError as error:
            append(error.with_traceback(None))
    return outputs, s


