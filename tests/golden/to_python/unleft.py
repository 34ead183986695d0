from sm_toolkit import Left, Right, function, unleft


def helper_1(v1: Left[int] | Right[int]) -> Left[int] | Right[int]:
    match v1:
        case Left(v2):
            v3: Left[int] | Right[int]
            if v2 > 0:
                v3 = Right(v2 - 1)
            else:
                v3 = Left(v2)
            return v3
        case Right(v4):
            v5: Left[int] | Right[int]
            if v4 > 0:
                v5 = Right(v4 - 1)
            else:
                v5 = Left(v4)
            return v5


@function
def step(event: int) -> int:
    return unleft(helper_1)(event)
