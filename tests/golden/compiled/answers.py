def step(x, s):
    if x > 0:
        return constant_1, s
    return make_1(x), s


def batch(xs, s):
    outputs = []
    append = outputs.append
    for x in xs:
        if x > 0:
            append(constant_1)
            continue
        append(make_1(x))
    return outputs, s


# constant_1 = Ok()
