def step(x, s):
    if x.__class__ is Left:
        v1 = x.value + field_1(s[1])
        if (v1 > 1073741823 or v1 < -1073741823) and v1.bit_length() > 14000:
            v1 = add_1(x.value, field_1(s[1]))
        return v1, (s[0], make_1(v1))
    v2 = s[0] + 1
    if v2 > 1073741823 and v2.bit_length() > 14000:
        v2 = incr_1(s[0])
    return 0, (v2, s[1])


def batch(xs, s):
    outputs = []
    append = outputs.append
    s1, cells = s
    s2 = field_1(cells)
    for x in xs:
        try:
            if x.__class__ is Left:
                v1 = x.value + s2
                if (v1 > 1073741823 or v1 < -1073741823) and v1.bit_length() > 14000:
                    v1 = add_1(x.value, s2)
                append(v1)
                s2 = v1
                continue
            v2 = s1 + 1
            if v2 > 1073741823 and v2.bit_length() > 14000:
                v2 = incr_1(s1)
            append(0)
            s1 = v2
        except StepError as error:
            append(error.with_traceback(None))
    return outputs, (s1, make_1(s2))
