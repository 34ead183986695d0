def step(x, s):
    if x.__class__ is Left:
        v1 = field_1(s[1])
        v2 = x.value
        v3 = n if (n := v2 + v1).bit_length() <= 14000 else add_1(v2, v1)
        return v3, (s[0], cells_1(v3))
    v4 = s[0]
    v5 = n if (n := v4 + 1).bit_length() <= 14000 else incr_1(v4)
    return 0, (v5, s[1])


def batch(xs, s):
    outputs = []
    append = outputs.append
    s1, cells = s
    s2 = field_1(cells)
    for x in xs:
        try:
            if x.__class__ is Left:
                v1 = x.value
                v2 = n if (n := v1 + s2).bit_length() <= 14000 else add_1(v1, s2)
                append(v2)
                s2 = v2
                continue
            v3 = n if (n := s1 + 1).bit_length() <= 14000 else incr_1(s1)
            append(0)
            s1 = v3
        except StepError as error:
            append(error.with_traceback(None))
    return outputs, (s1, cells_1(s2))
