def step(x, s):
    v1 = x[0]
    return show(v1.__class__((v1.value, x[1]))), s


def batch(xs, s):
    outputs = []
    append = outputs.append
    for x in xs:
        try:
            v1 = x[0]
            append(show(v1.__class__((v1.value, x[1]))))
        except StepError as error:
            append(error.with_traceback(None))
    return outputs, s
