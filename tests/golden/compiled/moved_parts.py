def step(x, s):
    return (x[1], s), s


def batch(xs, s):
    outputs = []
    append = outputs.append
    for x in xs:
        append((x[1], s))
    return outputs, s
