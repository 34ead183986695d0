"""Functions that become machines: their types are those that stand in the function."""

from dataclasses import dataclass
from typing import Any, assert_type

from sm_toolkit import Machine, function, machine, stage, step


@dataclass(frozen=True)
class Read:
    pass


@dataclass(frozen=True)
class Incr:
    by: int


@machine
def counter(event: Read | Incr, count: int) -> tuple[int | None, int]:
    match event:
        case Read():
            return count, count
        case Incr(by):
            return None, count + by


@machine
def both_ways(event: tuple[bool, int], count: int) -> tuple[int | None, int]:
    down, by = event
    answer, new = counter(Incr(-by if down else by), count)
    return answer, new


@function
def migrate(count: int) -> tuple[int, bool]:
    return count, False


assert_type(counter, Machine[int, Read | Incr, int | None])
assert_type(both_ways, Machine[int, tuple[bool, int], int | None])
assert_type(migrate, Machine[Any, int, tuple[int, bool]])
assert_type(counter(Incr(2), 3), tuple[int | None, int])
assert_type(migrate(3), tuple[int, bool])
assert_type(step(counter, Read(), 3), tuple[int | None, int])

pipeline = stage("count", 0, counter)
