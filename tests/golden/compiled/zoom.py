def step(x, s):
    v1 = s[0] + 1
    if v1 > 1073741823 and v1.bit_length() > 14000:
        v1 = incr_1(s[0])
    return None, (v1, not s[1])


def batch(xs, s):
    outputs = []
    append = outputs.append
    s1, s2 = s
    for x in xs:
        try:
            v1 = s1 + 1
            if v1 > 1073741823 and v1.bit_length() > 14000:
                v1 = incr_1(s1)
            append(None)
            s1, s2 = v1, not s2
        except StepError as error:
            append(error.with_traceback(None))
    return outputs, (s1, s2)
