def step(x, s):
    v1 = split_1(x)
    return (v1, v1), s


def batch(xs, s):
    outputs = []
    append = outputs.append
    for x in xs:
        v1 = split_1(x)
        append((v1, v1))
    return outputs, s


# class_1 = <class 'tests.language.test_compiled_records.Read'>
# class_2 = <class 'tests.language.test_compiled_records.Incr'>
# class_3 = <class 'tests.language.test_compiled_records.Reset'>
# class_4 = <class 'tests.language.test_compiled_records.Undo'>
