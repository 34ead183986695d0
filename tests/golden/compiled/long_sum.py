def step(x, s):
    v1 = (((x + 1) + 1) + 1) + 1
    if v1 > 1073741823 and v1.bit_length() > 13997:
        v1 = incr_1(incr_1(incr_1(incr_1(x))))
    v2 = (((v1 + 1) + 1) + 1) + 1
    if v2 > 1073741823 and v2.bit_length() > 13997:
        v2 = incr_1(incr_1(incr_1(incr_1(v1))))
    v3 = (((v2 + 1) + 1) + 1) + 1
    if v3 > 1073741823 and v3.bit_length() > 13997:
        v3 = incr_1(incr_1(incr_1(incr_1(v2))))
    v4 = (((v3 + 1) + 1) + 1) + 1
    if v4 > 1073741823 and v4.bit_length() > 13997:
        v4 = incr_1(incr_1(incr_1(incr_1(v3))))
    v5 = (((v4 + 1) + 1) + 1) + 1
    if v5 > 1073741823 and v5.bit_length() > 13997:
        v5 = incr_1(incr_1(incr_1(incr_1(v4))))
    v6 = (((v5 + 1) + 1) + 1) + 1
    if v6 > 1073741823 and v6.bit_length() > 13997:
        v6 = incr_1(incr_1(incr_1(incr_1(v5))))
    v7 = (((v6 + 1) + 1) + 1) + 1
    if v7 > 1073741823 and v7.bit_length() > 13997:
        v7 = incr_1(incr_1(incr_1(incr_1(v6))))
    v8 = (((v7 + 1) + 1) + 1) + 1
    if v8 > 1073741823 and v8.bit_length() > 13997:
        v8 = incr_1(incr_1(incr_1(incr_1(v7))))
    v9 = (((v8 + 1) + 1) + 1) + 1
    if v9 > 1073741823 and v9.bit_length() > 13997:
        v9 = incr_1(incr_1(incr_1(incr_1(v8))))
    v10 = (((v9 + 1) + 1) + 1) + 1
    if v10 > 1073741823 and v10.bit_length() > 13997:
        v10 = incr_1(incr_1(incr_1(incr_1(v9))))
    v11 = (((v10 + 1) + 1) + 1) + 1
    if v11 > 1073741823 and v11.bit_length() > 13997:
        v11 = incr_1(incr_1(incr_1(incr_1(v10))))
    v12 = (((v11 + 1) + 1) + 1) + 1
    if v12 > 1073741823 and v12.bit_length() > 13997:
        v12 = incr_1(incr_1(incr_1(incr_1(v11))))
    v13 = (v12 + 1) + 1
    if v13 > 1073741823 and v13.bit_length() > 13999:
        v13 = incr_1(incr_1(v12))
    return v13, s


def batch(xs, s):
    outputs = []
    append = outputs.append
    for x in xs:
        try:
            v1 = (((x + 1) + 1) + 1) + 1
            if v1 > 1073741823 and v1.bit_length() > 13997:
                v1 = incr_1(incr_1(incr_1(incr_1(x))))
            v2 = (((v1 + 1) + 1) + 1) + 1
            if v2 > 1073741823 and v2.bit_length() > 13997:
                v2 = incr_1(incr_1(incr_1(incr_1(v1))))
            v3 = (((v2 + 1) + 1) + 1) + 1
            if v3 > 1073741823 and v3.bit_length() > 13997:
                v3 = incr_1(incr_1(incr_1(incr_1(v2))))
            v4 = (((v3 + 1) + 1) + 1) + 1
            if v4 > 1073741823 and v4.bit_length() > 13997:
                v4 = incr_1(incr_1(incr_1(incr_1(v3))))
            v5 = (((v4 + 1) + 1) + 1) + 1
            if v5 > 1073741823 and v5.bit_length() > 13997:
                v5 = incr_1(incr_1(incr_1(incr_1(v4))))
            v6 = (((v5 + 1) + 1) + 1) + 1
            if v6 > 1073741823 and v6.bit_length() > 13997:
                v6 = incr_1(incr_1(incr_1(incr_1(v5))))
            v7 = (((v6 + 1) + 1) + 1) + 1
            if v7 > 1073741823 and v7.bit_length() > 13997:
                v7 = incr_1(incr_1(incr_1(incr_1(v6))))
            v8 = (((v7 + 1) + 1) + 1) + 1
            if v8 > 1073741823 and v8.bit_length() > 13997:
                v8 = incr_1(incr_1(incr_1(incr_1(v7))))
            v9 = (((v8 + 1) + 1) + 1) + 1
            if v9 > 1073741823 and v9.bit_length() > 13997:
                v9 = incr_1(incr_1(incr_1(incr_1(v8))))
            v10 = (((v9 + 1) + 1) + 1) + 1
            if v10 > 1073741823 and v10.bit_length() > 13997:
                v10 = incr_1(incr_1(incr_1(incr_1(v9))))
            v11 = (((v10 + 1) + 1) + 1) + 1
            if v11 > 1073741823 and v11.bit_length() > 13997:
                v11 = incr_1(incr_1(incr_1(incr_1(v10))))
            v12 = (((v11 + 1) + 1) + 1) + 1
            if v12 > 1073741823 and v12.bit_length() > 13997:
                v12 = incr_1(incr_1(incr_1(incr_1(v11))))
            v13 = (v12 + 1) + 1
            if v13 > 1073741823 and v13.bit_length() > 13999:
                v13 = incr_1(incr_1(v12))
            append(v13)
        except StepError as error:
            append(error.with_traceback(None))
    return outputs, s
