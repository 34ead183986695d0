def step(x, s):
    v1 = f"Left {x}" if 0 <= x < 2**64 else show(Left(x))
    v2 = read_1(v1)
    if v2.__class__ is Left:
        return v2.value, s
    v3 = v2.value
    for _ in repeat(None, 99999):
        v4 = read_1(f"Right {v3}")
        if v4.__class__ is Left:
            v5 = v4.value
            break
        v3 = v4.value
    else:
        raise out_of_fuel()
    return v5, s


def batch(xs, s):
    outputs = []
    append = outputs.append
    for x in xs:
        try:
            v1 = f"Left {x}" if 0 <= x < 2**64 else show(Left(x))
            v2 = read_1(v1)
            if v2.__class__ is Left:
                append(v2.value)
                continue
            v3 = v2.value
            for _ in repeat(None, 99999):
                v4 = read_1(f"Right {v3}")
                if v4.__class__ is Left:
                    v5 = v4.value
                    break
                v3 = v4.value
            else:
                raise out_of_fuel()
            append(v5)
        except StepError as error:
            append(error.with_traceback(None))
    return outputs, s
