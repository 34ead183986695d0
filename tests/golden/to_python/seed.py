from sm_toolkit import Left, Right, machine, read, show


@machine
def step(event: str, state: int) -> tuple[str, int]:
    v1: Left[int] | Right[None]
    match read(Left[None] | Right[None])(event):
        case Left(_):
            v1 = Left(state)
            v2 = state
        case Right(_):
            v3 = state + 1
            v1 = Right(None)
            v2 = v3
    return show(Left[int] | Right[None])(v1), v2
