from sm_toolkit import Left, Right, function


@function
def step(event: tuple[Left[int] | Right[str], int]) -> int:
    v1: Left[tuple[int, int]] | Right[tuple[str, int]]
    match event[0]:
        case Left(v2):
            v1 = Left((v2, event[1]))
        case Right(v3):
            v1 = Right((v3, event[1]))
    match v1:
        case Left(v4):
            v5 = v4[0] + v4[1]
        case Right(v6):
            v5 = len(v6[0] + str(v6[1]))
    return v5
