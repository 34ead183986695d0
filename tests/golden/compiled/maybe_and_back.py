def step(x, s):
    v1 = Left(None) if (n := x) is None else Right(n)
    return (v1, v1), s


def batch(xs, s):
    outputs = []
    append = outputs.append
    for x in xs:
        v1 = Left(None) if (n := x) is None else Right(n)
        append((v1, v1))
    return outputs, s


