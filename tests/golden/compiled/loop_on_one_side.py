def step(x, s):
    if x.__class__ is Left:
        v1 = x.value
        if not (0 < v1):
            v2 = v1
        else:
            v3 = v1
            for _ in repeat(None, 99999):
                v4 = v3 - 1
                if v4 < -1073741823 and v4.bit_length() > 14000:
                    v4 = decr_1(v3)
                if 0 < v4:
                    v3 = v4
                    continue
                v2 = v4
                break
            else:
                raise out_of_fuel()
        v5 = v2 + 1
        if v5 > 1073741823 and v5.bit_length() > 14000:
            v5 = incr_1(v2)
        return (v5, v5), s
    v6 = x.value - 1
    if v6 < -1073741823 and v6.bit_length() > 14000:
        v6 = decr_1(x.value)
    return (v6, v6), s


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
                        v4 = v3 - 1
                        if v4 < -1073741823 and v4.bit_length() > 14000:
                            v4 = decr_1(v3)
                        if 0 < v4:
                            v3 = v4
                            continue
                        v2 = v4
                        break
                    else:
                        raise out_of_fuel()
                v5 = v2 + 1
                if v5 > 1073741823 and v5.bit_length() > 14000:
                    v5 = incr_1(v2)
                append((v5, v5))
                continue
            v6 = x.value - 1
            if v6 < -1073741823 and v6.bit_length() > 14000:
                v6 = decr_1(x.value)
            append((v6, v6))
        except StepError as error:
            append(error.with_traceback(None))
    return outputs, s
