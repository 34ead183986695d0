def step(x, s):
    v1 = x.__class__
    if v1 is class_1 or (v1 is not class_2 and v1 is not class_3 and v1 is not class_4 and (v1 := usual_1[v1]) is class_1):
        return 0, s
    if v1 is class_2:
        return 1, s
    if v1 is class_3:
        return 2, s
    return 3, s


def batch(xs, s):
    outputs = []
    append = outputs.append
    for x in xs:
        v1 = x.__class__
        if v1 is class_1 or (v1 is not class_2 and v1 is not class_3 and v1 is not class_4 and (v1 := usual_1[v1]) is class_1):
            append(0)
            continue
        if v1 is class_2:
            append(1)
            continue
        if v1 is class_3:
            append(2)
            continue
        append(3)
    return outputs, s


# class_1 = <class 'tests.language.test_compiled_records.Read'>
# class_2 = <class 'tests.language.test_compiled_records.Incr'>
# class_3 = <class 'tests.language.test_compiled_records.Reset'>
# class_4 = <class 'tests.language.test_compiled_records.Undo'>
