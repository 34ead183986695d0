def step(x, s):
    v1, v2 = x
    v3 = upper_1(v1)
    v4 = v3 + v2 if len(v3) + len(v2) <= 1000000 else concat_1(v3, v2)
    return (len(v4), v4[1:(-1)]), s


def batch(xs, s):
    outputs = []
    append = outputs.append
    for x in xs:
        try:
            v1, v2 = x
            v3 = upper_1(v1)
            v4 = v3 + v2 if len(v3) + len(v2) <= 1000000 else concat_1(v3, v2)
            append((len(v4), v4[1:(-1)]))
        except StepError as error:
            append(error.with_traceback(None))
    return outputs, s
