def step(x, s):
    v1 = repeat(None, 100000)
    spend(v1, len(x))
    v2 = constant_1
    for item_1 in x:
        spend(v1, len(item_1))
        v3 = constant_1
        for item_2 in item_1:
            v4 = item_2 + 1
            if v4 > 1073741823 and v4.bit_length() > 14000:
                v4 = incr_1(item_2)
            v5 = append_1(v3, v4)
            v3 = v5
        v6 = append_1(v2, v3)
        v2 = v6
    return v2, s


def batch(xs, s):
    outputs = []
    append = outputs.append
    for x in xs:
        try:
            v1 = repeat(None, 100000)
            spend(v1, len(x))
            v2 = constant_1
            for item_1 in x:
                spend(v1, len(item_1))
                v3 = constant_1
                for item_2 in item_1:
                    v4 = item_2 + 1
                    if v4 > 1073741823 and v4.bit_length() > 14000:
                        v4 = incr_1(item_2)
                    v5 = append_1(v3, v4)
                    v3 = v5
                v6 = append_1(v2, v3)
                v2 = v6
            append(v2)
        except StepError as error:
            append(error.with_traceback(None))
    return outputs, s


# constant_1 = []
