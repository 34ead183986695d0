def step(x, s):
    if not (0 < x):
        return x, s
    v1 = x
    for _ in repeat(None, 99999):
        v2 = v1 - 1
        if v2 < -1073741823 and v2.bit_length() > 14000:
            v2 = decr_1(v1)
        if 0 < v2:
            v1 = v2
            continue
        break
    else:
        raise out_of_fuel()
    return v2, s


def batch(xs, s):
    outputs = []
    append = outputs.append
    for x in xs:
        try:
            if not (0 < x):
                append(x)
                continue
            v1 = x
            for _ in repeat(None, 99999):
                v2 = v1 - 1
                if v2 < -1073741823 and v2.bit_length() > 14000:
                    v2 = decr_1(v1)
                if 0 < v2:
                    v1 = v2
                    continue
                break
            else:
                raise out_of_fuel()
            append(v2)
        except StepError as error:
            append(error.with_traceback(None))
    return outputs, s
