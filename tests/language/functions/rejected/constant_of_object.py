from sm_toolkit import machine


class Config:
    limit = 3


config = Config()


@machine
def step(n: int, state: int) -> tuple[int, int]:
    return config.limit, state
