def step(x, s):
    v1 = new(class_1)
    fields = v1.__dict__
    fields["count"] = x[0]
    fields["last"] = x[1]
    return v1, s


def batch(xs, s):
    outputs = []
    append = outputs.append
    for x in xs:
        v1 = new(class_1)
        fields = v1.__dict__
        fields["count"] = x[0]
        fields["last"] = x[1]
        append(v1)
    return outputs, s


# class_1 = <class 'tests.language.test_compiled_records.Total'>
