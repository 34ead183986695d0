def step(x, s):
    v1 = x[1]
    spend(repeat(None, 100000), len(v1))
    v2 = x[0]
    for item_1 in v1:
        v3 = v2 + item_1
        if (v3 > 1073741823 or v3 < -1073741823) and v3.bit_length() > 14000:
            v3 = add_1(v2, item_1)
        v2 = v3
    v4 = v2 + 1
    if v4 > 1073741823 and v4.bit_length() > 14000:
        v4 = incr_1(v2)
    return v4, s


def batch(xs, s):
    outputs = []
    append = outputs.append
    for x in xs:
        try:
            v1 = x[1]
            spend(repeat(None, 100000), len(v1))
            v2 = x[0]
            for item_1 in v1:
                v3 = v2 + item_1
                if (v3 > 1073741823 or v3 < -1073741823) and v3.bit_length() > 14000:
                    v3 = add_1(v2, item_1)
                v2 = v3
            v4 = v2 + 1
            if v4 > 1073741823 and v4.bit_length() > 14000:
                v4 = incr_1(v2)
            append(v4)
        except StepError as error:
            append(error.with_traceback(None))
    return outputs, s
