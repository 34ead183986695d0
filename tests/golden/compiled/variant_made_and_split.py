def step(x, s):
    if not (x > 0):
        v1 = -1
    else:
        v1 = x
    v2 = f"{v1}" if -(2**64) < v1 < 2**64 else show(v1)
    return (v1, v2), s


def batch(xs, s):
    outputs = []
    append = outputs.append
    for x in xs:
        try:
            if not (x > 0):
                v1 = -1
            else:
                v1 = x
            v2 = f"{v1}" if -(2**64) < v1 < 2**64 else show(v1)
            append((v1, v2))
        except StepError as error:
            append(error.with_traceback(None))
    return outputs, s


# class_1 = <class 'tests.language.test_compiled_records.Read'>
# class_2 = <class 'tests.language.test_compiled_records.Incr'>
