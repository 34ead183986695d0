from sm_toolkit import Left, Right, machine


@machine
def told_apart(event: tuple[int, Left[int] | Right[str]], state: tuple[int, int, int]) -> tuple[str, tuple[int, int, int]]:
    v1: Left[None] | Right[Left[tuple[str, tuple[int, int, int]]] | Right[str]]
    if event[0] == 0:
        v2: Left[None] | Right[Left[None] | Right[Left[tuple[str, tuple[int, int, int]]] | Right[str]]]
        match event[1]:
            case Left(v3):
                v4: Left[None] | Right[Left[None] | Right[Left[tuple[str, tuple[int, int, int]]] | Right[str]]]
                if v3 > 3:
                    v4 = Right(Right(Left(('a' + str(v3), (v3, state[1], state[2])))))
                else:
                    v4 = Left(None)
                v2 = v4
            case Right(v5):
                v2 = Left(None)
        v6: Left[None] | Right[Left[tuple[str, tuple[int, int, int]]] | Right[str]]
        match v2:
            case Left(_):
                v6 = Right(Right('b'))
            case Right(v7):
                v6 = v7
        v1 = v6
    else:
        v1 = Left(None)
    v8: Left[tuple[str, tuple[int, int, int]]] | Right[str]
    match v1:
        case Left(_):
            v9: Left[None] | Right[bool]
            if event[0] == 1:
                v9 = Right(True)
            else:
                v10: Left[None] | Right[bool]
                if event[0] == 2:
                    v10 = Right(True)
                else:
                    v10 = Left(None)
                v9 = v10
            match v9:
                case Left(_):
                    v11 = False
                case Right(v12):
                    v11 = v12
            v13: Left[None] | Right[Left[tuple[str, tuple[int, int, int]]] | Right[str]]
            if v11:
                v14: Left[None] | Right[Left[tuple[str, tuple[int, int, int]]] | Right[str]]
                match event[1]:
                    case Left(v15):
                        v14 = Left(None)
                    case Right(v16):
                        v17: Left[None] | Right[Left[tuple[str, tuple[int, int, int]]] | Right[str]]
                        if v16 == 'hey':
                            v17 = Right(Right('hey'))
                        else:
                            v17 = Left(None)
                        v14 = v17
                v13 = v14
            else:
                v13 = Left(None)
            v18: Left[tuple[str, tuple[int, int, int]]] | Right[str]
            match v13:
                case Left(_):
                    match event[1]:
                        case Left(v19):
                            v20 = str(event[0]) + '-' + str(v19)
                        case Right(v21):
                            v20 = v21 * 2
                    v18 = Right(v20)
                case Right(v22):
                    v18 = v22
            v8 = v18
        case Right(v23):
            v8 = v23
    v24: tuple[int, int, int]
    match v8:
        case Left(v25):
            v26 = v25[0]
            v24 = v25[1]
        case Right(v27):
            v28 = v27 + str(state[1] // (state[0] - 1))
            v29 = state[1], state[0], state[2] + 1
            v26 = v28
            v24 = v29
    return v26, v24
