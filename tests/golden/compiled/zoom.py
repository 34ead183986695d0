def step(x, s):
    return None, (s[0] + 1, not s[1])


def batch(xs, s):
    outputs = []
    append = outputs.append
    s1, s2 = s
    for x in xs:
        append(None)
        s1, s2 = s1 + 1, not s2
    return outputs, (s1, s2)
