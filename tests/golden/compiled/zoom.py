def step(x, s):
    v1 = s[0]
    v2 = n if (n := v1 + 1).bit_length() <= 14000 else incr_1(v1)
    return None, (v2, not s[1])


def batch(xs, s):
    outputs = []
    append = outputs.append
    s1, s2 = s
    for x in xs:
        try:
            v1 = n if (n := s1 + 1).bit_length() <= 14000 else incr_1(s1)
            append(None)
            s1, s2 = v1, not s2
        except StepError as error:
            append(error.with_traceback(None))
    return outputs, (s1, s2)
