def step(x, s):
    v1 = x.__class__
    if v1 is class_1 or (v1 is not class_2 and (v1 := usual_1[v1]) is class_1):
        return s.count, s
    return x.by, s


def batch(xs, s):
    outputs = []
    append = outputs.append
    for x in xs:
        v1 = x.__class__
        if v1 is class_1 or (v1 is not class_2 and (v1 := usual_1[v1]) is class_1):
            append(s.count)
            continue
        append(x.by)
    return outputs, s


# class_1 = <class 'tests.language.test_compiled_records.Read'>
# class_2 = <class 'tests.language.test_compiled_records.Incr'>
