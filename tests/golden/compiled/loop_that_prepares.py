def step(x, s):
    v1 = x
    v2 = x
    for _ in repeat(None, 100000):
        if v1 == 0:
            break
        v2, v1 = v1, v2 % v1
    else:
        raise out_of_fuel()
    return v2, s


def batch(xs, s):
    outputs = []
    append = outputs.append
    for x in xs:
        try:
            v1 = x
            v2 = x
            for _ in repeat(None, 100000):
                if v1 == 0:
                    break
                v2, v1 = v1, v2 % v1
            else:
                raise out_of_fuel()
            append(v2)
        except StepError as error:
            append(error.with_traceback(None))
    return outputs, s
