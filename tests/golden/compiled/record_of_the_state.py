def step(x, s):
    v1 = s.count + 1
    if v1 > 1073741823 and v1.bit_length() > 14000:
        v1 = incr_1(s.count)
    v2 = x.by
    return v2, remake_1(s, v1, v2)


def batch(xs, s):
    outputs = []
    append = outputs.append
    s1 = s.count
    s2 = s.last
    for x in xs:
        try:
            v1 = s1 + 1
            if v1 > 1073741823 and v1.bit_length() > 14000:
                v1 = incr_1(s1)
            v2 = x.by
            append(v2)
            s1, s2 = v1, v2
        except StepError as error:
            append(error.with_traceback(None))
    return outputs, make_1(s1, s2)


