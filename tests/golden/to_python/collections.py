from sm_toolkit import machine


CONSTANT_1: tuple[int, str] = (10, 'x')


def helper_1(v1: int, v2: int) -> int:
    v3 = v1
    for v4 in range(v2):
        if v3 % 2 != 0:
            return v4
        v5 = v3 // 2
        v3 = v5
    return v2


@machine
def collected(event: int, state: list[int]) -> tuple[list[int], list[int]]:
    v6 = [helper_1(v7, 9) + v8 for v7 in state if v7 % 2 == 0 for v8 in [1, event] if v8 > 0]
    v9 = sorted([v10 // event for v10 in state])
    v11 = {v12: str(v12) for v12 in v9}
    v13 = any((v14 > 3 for v14 in v9)) and all((v15 < 100 for v15 in v9))
    v16 = v11.get(event)
    v17 = CONSTANT_1[0] if v16 is None else len(v16)
    v18 = [v17, max(state), min(1, event, 3), sum(state), abs(-event)]
    return v6 + v9[1:] + v18 + [v20 for v19, v20 in zip(state, v9)], [*state, event] if v13 else state[::-1]
