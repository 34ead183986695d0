def step(x, s):
    return remake_1(x[0], x[1], False), s


def batch(xs, s):
    outputs = []
    append = outputs.append
    for x in xs:
        append(remake_1(x[0], x[1], False))
    return outputs, s


