def step(x, s):
    v1 = x[0]
    if v1.__class__ is Left:
        v2 = v1.value + 1
    else:
        v2 = v1.value - 1
    v3 = (v2 + 1, x[1])
    return (v3, v3), s


def batch(xs, s):
    outputs = []
    append = outputs.append
    for x in xs:
        v1 = x[0]
        if v1.__class__ is Left:
            v2 = v1.value + 1
        else:
            v2 = v1.value - 1
        v3 = (v2 + 1, x[1])
        append((v3, v3))
    return outputs, s
