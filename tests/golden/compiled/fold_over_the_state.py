def step(x, s):
    spend(repeat(None, 100000), len(x))
    v1 = 0
    v2 = s
    for item_1 in x:
        v3 = v1 + item_1
        if (v3 > 1073741823 or v3 < -1073741823) and v3.bit_length() > 14000:
            v3 = add_1(v1, item_1)
        v2, v1 = v3, v3
    return v1, v2


def batch(xs, s):
    outputs = []
    append = outputs.append
    for x in xs:
        try:
            spend(repeat(None, 100000), len(x))
            v1 = 0
            v2 = s
            for item_1 in x:
                v3 = v1 + item_1
                if (v3 > 1073741823 or v3 < -1073741823) and v3.bit_length() > 14000:
                    v3 = add_1(v1, item_1)
                v2, v1 = v3, v3
            append(v1)
            s = v2
        except StepError as error:
            append(error.with_traceback(None))
    return outputs, s
