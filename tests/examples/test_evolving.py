"""What holds for every example in three versions: machines do as their functions do, careful upgrades are not heard."""

from __future__ import annotations

import ast
import inspect
from functools import cache
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sm_toolkit.language import step
from sm_toolkit.pipeline.messages import Downgrade, Item, Upgraded
from tests.examples.evolving import COMMANDS, MODULES, heard, heard_across, run, values


def part(example: str, name: str) -> Any:
    return getattr(MODULES[example], name)


EXAMPLES = pytest.mark.parametrize("example", COMMANDS)
VERSIONS = pytest.mark.parametrize("version", [1, 2, 3])
UPGRADES = pytest.mark.parametrize("old", [1, 2], ids=["1 to 2", "2 to 3"])


@cache
def plain(example: str) -> dict[str, Any]:
    """The functions of an example as Python runs them: without their decorators, and calling one another."""
    parsed = ast.parse(inspect.getsource(MODULES[example]))
    functions = [node for node in parsed.body if isinstance(node, ast.FunctionDef)]
    for node in functions:
        node.decorator_list.clear()
    parsed.body = [*functions]
    names = dict(vars(MODULES[example]))
    exec(compile(parsed, example, "exec", flags=annotations.compiler_flag), names)
    return names


@EXAMPLES
@VERSIONS
@given(data=st.data())
def test_it_does_as_python_does(example: str, version: int, data: st.DataObject) -> None:
    """A machine interpreted and deployed, and what stands beside it in an upgrade, against their own text."""
    python, pipeline = plain(example), part(example, f"v{version}")
    commands = data.draw(st.lists(COMMANDS[example][version - 1], max_size=10))
    state, heard_, stepped = pipeline.initial, [], []
    for command in commands:
        stepped.append(step(pipeline.machine, command, state))
        answer, state = python[pipeline.machine.name](command, state)
        heard_.append((answer, state))
    assert stepped == heard_
    answers, ended = run(pipeline, map(Item, commands))
    assert values(answers) == [answer for answer, _ in heard_]
    assert ended == state
    for command, (answer, state) in zip(commands, stepped, strict=True):  # maps are in the order of their keys here
        beside = {
            f"migrate_{version}_to_{version + 1}": state,
            f"careless_{version}_to_{version + 1}": state,
            f"up_{version}_to_{version + 1}": command,
            f"back_{version}_to_{version - 1}": state,
            f"down_{version}_to_{version - 1}": answer,
        }
        for name, value in beside.items():
            if name in python:
                assert part(example, name)(value) == python[name](value)


@EXAMPLES
@UPGRADES
@given(data=st.data())
def test_old_clients_do_not_hear_a_careful_upgrade(example: str, old: int, data: st.DataObject) -> None:
    """The simulation square: the upgrade may come anywhere, and the answers are those of the old version."""
    commands = st.lists(COMMANDS[example][old - 1], max_size=15)
    before, after = data.draw(commands), data.draw(commands)
    pipeline, upgrade = part(example, f"v{old}"), part(example, f"v{old}_to_v{old + 1}")
    assert heard_across(pipeline, before, upgrade, after) == heard(pipeline, [*before, *after])


@EXAMPLES
@UPGRADES
@given(data=st.data())
def test_a_careless_upgrade_is_accepted_in_every_state(example: str, old: int, data: st.DataObject) -> None:
    commands = st.lists(COMMANDS[example][old - 1], max_size=15)
    before, after = data.draw(commands), data.draw(commands)
    pipeline, careless = part(example, f"v{old}"), part(example, f"careless_v{old}_to_v{old + 1}")
    assert len(heard_across(pipeline, before, careless, after)) == len(before) + len(after)


WAYS_BACK = [
    (example, old) for example in COMMANDS for old in (1, 2) if part(example, f"v{old}_to_v{old + 1}").back is not None
]


@pytest.mark.parametrize(("example", "old"), WAYS_BACK)
@given(data=st.data())
def test_there_and_back_again_at_once_nothing_is_different(example: str, old: int, data: st.DataObject) -> None:
    commands = st.lists(COMMANDS[example][old - 1], max_size=15)
    pipeline, upgrade = part(example, f"v{old}"), part(example, f"v{old}_to_v{old + 1}")
    requests: list[Any] = [*map(Item, data.draw(commands)), upgrade, Downgrade(upgrade.stage)]
    answers, _ = run(pipeline, requests)
    there, back = answers[-2:]
    assert isinstance(there, Upgraded)
    assert isinstance(back, Upgraded)
    assert back.after == there.before


def test_where_there_is_no_way_back_the_docstring_says_so() -> None:
    for example in COMMANDS:
        for old in (1, 2):
            said = f"no way back from {old + 1} to {old}" in (MODULES[example].__doc__ or "")
            assert said == ((example, old) not in WAYS_BACK)
