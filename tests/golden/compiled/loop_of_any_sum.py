def step(x, s):
    v1 = repeat(None, 100000)
    spend(v1)
    v2 = f"Left {x}" if 0 <= x < 2**64 else show(Left(x), v1)
    v3 = read_1(paid(v1, v2))
    if v3.__class__ is Left:
        return v3.value, s
    v4 = v3.value
    for _ in v1:
        v5 = read_1(paid(v1, f"Right {v4}"))
        if v5.__class__ is Left:
            v6 = v5.value
            break
        v4 = v5.value
    else:
        raise out_of_fuel()
    return v6, s


def batch(xs, s):
    outputs = []
    append = outputs.append
    for x in xs:
        try:
            v1 = repeat(None, 100000)
            spend(v1)
            v2 = f"Left {x}" if 0 <= x < 2**64 else show(Left(x), v1)
            v3 = read_1(paid(v1, v2))
            if v3.__class__ is Left:
                append(v3.value)
                continue
            v4 = v3.value
            for _ in v1:
                v5 = read_1(paid(v1, f"Right {v4}"))
                if v5.__class__ is Left:
                    v6 = v5.value
                    break
                v4 = v5.value
            else:
                raise out_of_fuel()
            append(v6)
        except StepError as error:
            append(error.with_traceback(None))
    return outputs, s
