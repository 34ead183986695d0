def step(x, s):
    v1, v2 = x
    return show(v1.__class__((v1.value, v2))), s


def batch(xs, s):
    outputs = []
    append = outputs.append
    for x in xs:
        try:
            v1, v2 = x
            append(show(v1.__class__((v1.value, v2))))
        except StepError as error:
            append(error.with_traceback(None))
    return outputs, s
