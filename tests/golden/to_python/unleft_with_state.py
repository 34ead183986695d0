from sm_toolkit import Left, Right, machine, unleft


def helper_1(v1: Left[tuple[int, int]] | Right[tuple[int, int]]) -> Left[tuple[int, int]] | Right[tuple[int, int]]:
    match v1:
        case Left(v2):
            return Left((v2[0], v2[0]))
        case Right(v3):
            return Left((v3[0], v3[0]))


@machine
def step(event: int, state: int) -> tuple[int, int]:
    v4 = unleft(helper_1)((event, state))
    return v4[0], v4[1]
