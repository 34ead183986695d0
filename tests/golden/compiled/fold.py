def step(x, s):
    v1, v2 = x
    spend(repeat(None, 100000), len(v2))
    v3 = v1
    for item_1 in v2:
        v4 = v3 + item_1
        if (v4 > 1073741823 or v4 < -1073741823) and v4.bit_length() > 14000:
            v4 = add_1(v3, item_1)
        v3 = v4
    v5 = v3 + 1
    if v5 > 1073741823 and v5.bit_length() > 14000:
        v5 = incr_1(v3)
    return v5, s


def batch(xs, s):
    outputs = []
    append = outputs.append
    for x in xs:
        try:
            v1, v2 = x
            spend(repeat(None, 100000), len(v2))
            v3 = v1
            for item_1 in v2:
                v4 = v3 + item_1
                if (v4 > 1073741823 or v4 < -1073741823) and v4.bit_length() > 14000:
                    v4 = add_1(v3, item_1)
                v3 = v4
            v5 = v3 + 1
            if v5 > 1073741823 and v5.bit_length() > 14000:
                v5 = incr_1(v3)
            append(v5)
        except StepError as error:
            append(error.with_traceback(None))
    return outputs, s
