def step(x, s):
    v1, v2 = x
    if v1 < v2:
        v3 = -v1
    else:
        v3 = v1 + 1
        if v3 > 1073741823 and v3.bit_length() > 14000:
            v3 = incr_1(v1)
    return (v3, (v1 <= v2) or (v1 == v2)), s


def batch(xs, s):
    outputs = []
    append = outputs.append
    for x in xs:
        try:
            v1, v2 = x
            if v1 < v2:
                v3 = -v1
            else:
                v3 = v1 + 1
                if v3 > 1073741823 and v3.bit_length() > 14000:
                    v3 = incr_1(v1)
            append((v3, (v1 <= v2) or (v1 == v2)))
        except StepError as error:
            append(error.with_traceback(None))
    return outputs, s
