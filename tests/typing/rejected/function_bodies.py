"""Functions that are no machines. What the static checkers find too is marked; the rest only `@machine` finds."""

from dataclasses import dataclass

from sm_toolkit import function, machine, stage, step


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


counter(Incr(1), "3")  # error
counter(3, 3)  # error
step(counter, Read(), None)  # error
counter(Read(), 3)[0] + 1  # error
stage("count", "none", counter)  # error


@machine
def lacks_a_case(event: Read | Incr, count: int) -> tuple[int | None, int]:  # error
    match event:
        case Read():
            return count, count


@machine
def has_a_guard(event: Read | Incr, count: int) -> tuple[int | None, int]:  # error
    match event:
        case Read():
            return count, count
        case Incr(by) if by > 0:
            return None, count + by


@machine
def ends_without_return(event: int, count: int) -> tuple[int, int]:  # error
    if event > 0:
        return event, count


@machine  # error
def changes_its_state(event: int, count: int) -> tuple[int, str]:
    return event, str(count)


@machine  # error
def takes_three(event: int, count: int, more: int) -> tuple[int, int]:
    return event, count


@machine
def gives_another_output(event: int, count: int) -> tuple[str, int]:
    return event, count  # error


@machine
def misspells_a_field(event: Incr, count: int) -> tuple[None, int]:
    return None, count + event.buy  # error


@machine
def misspells_a_name(event: Incr, count: int) -> tuple[None, int]:
    return None, count + evnet.by  # error


@function
def gives_no_text(count: int) -> str:
    return count  # error


@machine
def has_a_dead_case(event: Read | Incr, count: int) -> tuple[int | None, int]:
    match event:
        case Read():
            return count, count
        case Incr(by):
            return None, count + by
        case _:
            return None, count


@machine
def counts_a_bool(event: bool, count: int) -> tuple[int, int]:
    return count, count + event


@machine
def mixes_int_and_float(event: int, total: float) -> tuple[float, float]:
    return total, total + event


@machine
def asks_a_number(event: int, count: int) -> tuple[int, int]:
    return (1, count) if event else (0, count)


@machine
def may_not_end(event: int, count: int) -> tuple[int, int]:
    while event > 0:
        event -= 1
    return event, count


@machine
def changes_a_list(event: int, waiting: list[int]) -> tuple[None, list[int]]:
    waiting.append(event)
    return None, waiting


@machine
def says_something(event: int, count: int) -> tuple[int, int]:
    print(event)
    return event, count
