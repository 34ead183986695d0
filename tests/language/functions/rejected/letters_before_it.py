from sm_toolkit import machine


@machine
def step(größe: int, état: str) -> tuple[str, str]:
    return "größer ☃ 😀" + größe, état
