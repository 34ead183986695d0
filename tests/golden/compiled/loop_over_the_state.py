def step(x, s):
    if not (x < 7):
        return x, s
    v1 = s[0]
    for _ in repeat(None, 99999):
        v2 = v1 + 1
        if v2 > 1073741823 and v2.bit_length() > 14000:
            v2 = incr_1(v1)
        if v2 < 7:
            v1 = v2
            continue
        break
    else:
        raise out_of_fuel()
    return v2, (v2, s[1])


def batch(xs, s):
    outputs = []
    append = outputs.append
    s1, s2 = s
    for x in xs:
        try:
            if not (x < 7):
                append(x)
                continue
            v1 = s1
            for _ in repeat(None, 99999):
                v2 = v1 + 1
                if v2 > 1073741823 and v2.bit_length() > 14000:
                    v2 = incr_1(v1)
                if v2 < 7:
                    v1 = v2
                    continue
                break
            else:
                raise out_of_fuel()
            append(v2)
            s1 = v2
        except StepError as error:
            append(error.with_traceback(None))
    return outputs, (s1, s2)
