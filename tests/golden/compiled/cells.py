def step(x, s):
    v1, v2 = s
    v3 = x + field_1(v2)
    if (v3 > 1073741823 or v3 < -1073741823) and v3.bit_length() > 14000:
        v3 = add_1(x, field_1(v2))
    return (v3, field_2(v2)), (v1, make_1(v3, v3))


def batch(xs, s):
    outputs = []
    append = outputs.append
    s1, cells = s
    s2 = field_1(cells)
    s3 = field_2(cells)
    for x in xs:
        try:
            v1 = x + s2
            if (v1 > 1073741823 or v1 < -1073741823) and v1.bit_length() > 14000:
                v1 = add_1(x, s2)
            append((v1, s3))
            s2, s3 = v1, v1
        except StepError as error:
            append(error.with_traceback(None))
    return outputs, (s1, make_1(s2, s3))
