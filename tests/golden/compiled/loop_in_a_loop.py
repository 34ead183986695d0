def step(x, s):
    v1 = repeat(None, 100000)
    v2 = True
    v3 = None
    for _ in v1:
        if v2:
            v4 = x
        else:
            v4 = v3
        spend(v1)
        if not (0 < v4):
            v5 = v4
        else:
            v6 = v4
            for _ in v1:
                v7 = v6 - 1
                if 0 < v7:
                    v6 = v7
                    continue
                v5 = v7
                break
            else:
                raise out_of_fuel()
        if v4 < v5:
            v3, v2 = v4 + 1, False
            continue
        break
    else:
        raise out_of_fuel()
    return v4, s


def batch(xs, s):
    outputs = []
    append = outputs.append
    for x in xs:
        try:
            v1 = repeat(None, 100000)
            v2 = True
            v3 = None
            for _ in v1:
                if v2:
                    v4 = x
                else:
                    v4 = v3
                spend(v1)
                if not (0 < v4):
                    v5 = v4
                else:
                    v6 = v4
                    for _ in v1:
                        v7 = v6 - 1
                        if 0 < v7:
                            v6 = v7
                            continue
                        v5 = v7
                        break
                    else:
                        raise out_of_fuel()
                if v4 < v5:
                    v3, v2 = v4 + 1, False
                    continue
                break
            else:
                raise out_of_fuel()
            append(v4)
        except StepError as error:
            append(error.with_traceback(None))
    return outputs, s
