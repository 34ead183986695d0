def step(x, s):
    v1, v2 = x
    spend(repeat(None, 100000), len(v2))
    v3 = v1[0]
    v4 = v1[1]
    for item_1 in v2:
        v5 = v4 + 1
        if v5 > 1073741823 and v5.bit_length() > 14000:
            v5 = incr_1(v4)
        v4, v3 = v3, v5
    return (v3, v4), s


def batch(xs, s):
    outputs = []
    append = outputs.append
    for x in xs:
        try:
            v1, v2 = x
            spend(repeat(None, 100000), len(v2))
            v3 = v1[0]
            v4 = v1[1]
            for item_1 in v2:
                v5 = v4 + 1
                if v5 > 1073741823 and v5.bit_length() > 14000:
                    v5 = incr_1(v4)
                v4, v3 = v3, v5
            append((v3, v4))
        except StepError as error:
            append(error.with_traceback(None))
    return outputs, s
