def step(x, s):
    return None, (s[0], x, s[2])


def batch(xs, s):
    outputs = []
    append = outputs.append
    s1, s2, s3 = s
    for x in xs:
        append(None)
        s2 = x
    return outputs, (s1, s2, s3)


