def step(x, s):
    v1 = x.__class__
    while True:
        if v1 is class_1:
            v2 = 0
            v3 = -1
        elif v1 is class_2:
            v4 = x.by
            v3 = v4 + 1
            if v3 > 1073741823 and v3.bit_length() > 14000:
                v3 = incr_1(v4)
            v2 = v4
        elif v1 is class_3:
            v5 = x.to
            v2 = v5
            v3 = v5
        elif v1 is class_4:
            v6 = x.steps
            v2 = v6 - 1
            if v2 < -1073741823 and v2.bit_length() > 14000:
                v2 = decr_1(v6)
            v3 = v6
        else:
            v1 = usual_1[v1]
            continue
        break
    v7 = v2 + v3
    if (v7 > 1073741823 or v7 < -1073741823) and v7.bit_length() > 14000:
        v7 = add_1(v2, v3)
    v8 = f"{v7}" if -(2**64) < v7 < 2**64 else show(v7)
    v9 = v2 - v3
    if (v9 > 1073741823 or v9 < -1073741823) and v9.bit_length() > 14000:
        v9 = sub_1(v2, v3)
    v10 = show(v8)
    return (v10, v9), s


def batch(xs, s):
    outputs = []
    append = outputs.append
    for x in xs:
        try:
            v1 = x.__class__
            while True:
                if v1 is class_1:
                    v2 = 0
                    v3 = -1
                elif v1 is class_2:
                    v4 = x.by
                    v3 = v4 + 1
                    if v3 > 1073741823 and v3.bit_length() > 14000:
                        v3 = incr_1(v4)
                    v2 = v4
                elif v1 is class_3:
                    v5 = x.to
                    v2 = v5
                    v3 = v5
                elif v1 is class_4:
                    v6 = x.steps
                    v2 = v6 - 1
                    if v2 < -1073741823 and v2.bit_length() > 14000:
                        v2 = decr_1(v6)
                    v3 = v6
                else:
                    v1 = usual_1[v1]
                    continue
                break
            v7 = v2 + v3
            if (v7 > 1073741823 or v7 < -1073741823) and v7.bit_length() > 14000:
                v7 = add_1(v2, v3)
            v8 = f"{v7}" if -(2**64) < v7 < 2**64 else show(v7)
            v9 = v2 - v3
            if (v9 > 1073741823 or v9 < -1073741823) and v9.bit_length() > 14000:
                v9 = sub_1(v2, v3)
            v10 = show(v8)
            append((v10, v9))
        except StepError as error:
            append(error.with_traceback(None))
    return outputs, s


# class_1 = <class 'tests.language.test_compiled_records.Read'>
# class_2 = <class 'tests.language.test_compiled_records.Incr'>
# class_3 = <class 'tests.language.test_compiled_records.Reset'>
# class_4 = <class 'tests.language.test_compiled_records.Undo'>
