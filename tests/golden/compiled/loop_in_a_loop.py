def step(x, s):
    v1 = repeat(None, 100000)
    v2 = x
    for _ in v1:
        spend(v1)
        if not (0 < v2):
            v3 = v2
        else:
            v4 = v2
            for _ in v1:
                v5 = v4 - 1
                if v5 < -1073741823 and v5.bit_length() > 14000:
                    v5 = decr_1(v4)
                if 0 < v5:
                    v4 = v5
                    continue
                v3 = v5
                break
            else:
                raise out_of_fuel()
        if v2 < v3:
            v6 = v2 + 1
            if v6 > 1073741823 and v6.bit_length() > 14000:
                v6 = incr_1(v2)
            v2 = v6
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
            v1 = repeat(None, 100000)
            v2 = x
            for _ in v1:
                spend(v1)
                if not (0 < v2):
                    v3 = v2
                else:
                    v4 = v2
                    for _ in v1:
                        v5 = v4 - 1
                        if v5 < -1073741823 and v5.bit_length() > 14000:
                            v5 = decr_1(v4)
                        if 0 < v5:
                            v4 = v5
                            continue
                        v3 = v5
                        break
                    else:
                        raise out_of_fuel()
                if v2 < v3:
                    v6 = v2 + 1
                    if v6 > 1073741823 and v6.bit_length() > 14000:
                        v6 = incr_1(v2)
                    v2 = v6
                    continue
                break
            else:
                raise out_of_fuel()
            append(v2)
        except StepError as error:
            append(error.with_traceback(None))
    return outputs, s
