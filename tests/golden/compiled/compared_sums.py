def step(x, s):
    return not eq_1(x[0], x[1]), s


def batch(xs, s):
    outputs = []
    append = outputs.append
    for x in xs:
        append(not eq_1(x[0], x[1]))
    return outputs, s
