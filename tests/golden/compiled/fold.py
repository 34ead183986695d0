def step(x, s):
    v1 = x[1]
    spend(repeat(None, 100000), len(v1))
    v2 = x[0]
    for item_1 in v1:
        v3 = n if (n := v2 + item_1).bit_length() <= 14000 else add_1(v2, item_1)
        v2 = v3
    return n if (n := v2 + 1).bit_length() <= 14000 else incr_1(v2), s


def batch(xs, s):
    outputs = []
    append = outputs.append
    for x in xs:
        try:
            v1 = x[1]
            spend(repeat(None, 100000), len(v1))
            v2 = x[0]
            for item_1 in v1:
                v3 = n if (n := v2 + item_1).bit_length() <= 14000 else add_1(v2, item_1)
                v2 = v3
            append(n if (n := v2 + 1).bit_length() <= 14000 else incr_1(v2))
        except StepError as error:
            append(error.with_traceback(None))
    return outputs, s
