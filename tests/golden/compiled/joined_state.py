def step(x, s):
    v1 = x[0]
    if v1.__class__ is Left:
        v2 = v1.value
    else:
        v2 = s
    return (x[1], None), v2 + 1


def batch(xs, s):
    outputs = []
    append = outputs.append
    for x in xs:
        v1 = x[0]
        if v1.__class__ is Left:
            v2 = v1.value
        else:
            v2 = s
        append((x[1], None))
        s = v2 + 1
    return outputs, s
