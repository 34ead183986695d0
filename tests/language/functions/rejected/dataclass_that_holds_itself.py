from dataclasses import dataclass

from sm_toolkit import machine


@dataclass(frozen=True)
class Tree:
    left: "Tree | None"
    value: int


@machine
def step(n: int, state: Tree) -> tuple[int, Tree]:
    return n, state
