def step(x, s):
    v1, v2 = x
    if v1 < v2:
        v3 = -v1
    else:
        v3 = v1 + 1
    return (v3, (v1 <= v2) or (v1 == v2)), s


def batch(xs, s):
    outputs = []
    append = outputs.append
    for x in xs:
        v1, v2 = x
        if v1 < v2:
            v3 = -v1
        else:
            v3 = v1 + 1
        append((v3, (v1 <= v2) or (v1 == v2)))
    return outputs, s
