from dataclasses import dataclass, field

from sm_toolkit import Left, Right, incr, machine


@dataclass(frozen=True)
class Point:
    x: int
    y: int = 3
    zs: list[int] = field(default_factory=list)


Result = Left[str] | Right[int]
P = Point
Id = int
SIZE = len
LIMIT = 2
Pairs = list[tuple[int, str]]
id = 5
L = Left
LIMIT_2 = 7
RATES = {'a': 1.5, 'b': -0.0}


def shifted(p: Point, by: int) -> Point:
    return Point(p.x + by * LIMIT_2, p.y)


moved = shifted


@machine
def renamed(event: P, state: Result) -> tuple["int | None", "Result"]:
    """Say é.

  This is less indented.
    """
    a: Id = SIZE("é") + moved(event, LIMIT).x + LIMIT_2 + incr(3)
    pairs: Pairs = [(1, "a")]
    for i, _ in pairs:
        a += i + id
    return a, L("x") if a > 3 and RATES["a"] > 1.0 else Right(a)
