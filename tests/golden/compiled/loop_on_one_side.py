def step(x, s):
    if x.__class__ is Left:
        v1 = x.value
        if not (0 < v1):
            v2 = v1
        else:
            v3 = v1
            for _ in repeat(None, 99999):
                v4 = n if (n := v3 - 1).bit_length() <= 14000 else decr_1(v3)
                if 0 < v4:
                    v3 = v4
                    continue
                v2 = v4
                break
            else:
                raise out_of_fuel()
        v5 = n if (n := v2 + 1).bit_length() <= 14000 else incr_1(v2)
        return (v5, v5), s
    v6 = x.value
    v7 = n if (n := v6 - 1).bit_length() <= 14000 else decr_1(v6)
    return (v7, v7), s


def batch(xs, s):
    outputs = []
    append = outputs.append
    for x in xs:
        try:
            if x.__class__ is Left:
                v1 = x.value
                if not (0 < v1):
                    v2 = v1
                else:
                    v3 = v1
                    for _ in repeat(None, 99999):
                        v4 = n if (n := v3 - 1).bit_length() <= 14000 else decr_1(v3)
                        if 0 < v4:
                            v3 = v4
                            continue
                        v2 = v4
                        break
                    else:
                        raise out_of_fuel()
                v5 = n if (n := v2 + 1).bit_length() <= 14000 else incr_1(v2)
                append((v5, v5))
                continue
            v6 = x.value
            v7 = n if (n := v6 - 1).bit_length() <= 14000 else decr_1(v6)
            append((v7, v7))
        except StepError as error:
            append(error.with_traceback(None))
    return outputs, s
