def step(x, s):
    v1 = upper_1(x[0])
    v2 = x[1]
    v3 = v1 + v2 if len(v1) + len(v2) <= 1000000 else concat_1(v1, v2)
    return (len(v3), v3[1:(-1)]), s


def batch(xs, s):
    outputs = []
    append = outputs.append
    for x in xs:
        try:
            v1 = upper_1(x[0])
            v2 = x[1]
            v3 = v1 + v2 if len(v1) + len(v2) <= 1000000 else concat_1(v1, v2)
            append((len(v3), v3[1:(-1)]))
        except StepError as error:
            append(error.with_traceback(None))
    return outputs, s
