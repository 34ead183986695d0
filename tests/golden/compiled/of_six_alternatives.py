def step(x, s):
    v1 = x.__class__
    if v1 is class_1 or (v1 := usual_1[v1]) is class_1:
        return 0, s
    if v1 is class_2:
        return 1, s
    if v1 is class_3:
        return 2, s
    if v1 is class_4:
        return 3, s
    if v1 is class_5:
        return 4, s
    return 5, s


def batch(xs, s):
    outputs = []
    append = outputs.append
    for x in xs:
        v1 = x.__class__
        if v1 is class_1 or (v1 := usual_1[v1]) is class_1:
            append(0)
            continue
        if v1 is class_2:
            append(1)
            continue
        if v1 is class_3:
            append(2)
            continue
        if v1 is class_4:
            append(3)
            continue
        if v1 is class_5:
            append(4)
            continue
        append(5)
    return outputs, s


# class_1 = <class 'sm_toolkit.language.data.records.A'>
# class_2 = <class 'sm_toolkit.language.data.records.B'>
# class_3 = <class 'sm_toolkit.language.data.records.C'>
# class_4 = <class 'sm_toolkit.language.data.records.D'>
# class_5 = <class 'sm_toolkit.language.data.records.E'>
# class_6 = <class 'sm_toolkit.language.data.records.F'>
