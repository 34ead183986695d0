from sm_toolkit import Left, Right, machine


@machine
def told_apart(event: tuple[int, Left[int] | Right[str]], state: tuple[int, int, int]) -> tuple[str, tuple[int, int, int]]:
    v1, v2, v3 = state
    match event:
        case [0, Left(v4)] if v4 > 3:
            return 'a' + str(v4), (v4, v2, v3)
        case [0, v5]:
            v6 = 'b'
            v7 = v6
        case [1 | 2, Right('hey')]:
            v8 = 'hey'
            v7 = v8
        case [v9, Left(v10)]:
            v11 = str(v9) + '-' + str(v10)
            v7 = v11
        case [v12, Right(v13)]:
            v14 = v13 * 2
            v7 = v14
    return v7 + str(v2 // (v1 - 1)), (v2, v1, v3 + 1)
