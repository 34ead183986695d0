def step(x, s):
    return (x[1], x[0].hard), s


def batch(xs, s):
    outputs = []
    append = outputs.append
    for x in xs:
        append((x[1], x[0].hard))
    return outputs, s


