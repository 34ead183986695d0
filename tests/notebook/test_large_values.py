"""Values and machines of a great size: what is shown of them is small, and says that it is not all."""

from __future__ import annotations

import subprocess
import sys
from typing import Any

import pytest

from sm_toolkit import (
    Bytes,
    Float,
    Int,
    List,
    Map,
    Stepper,
    Str,
    Type,
    const,
    copy,
    deploy,
    first,
    ident,
    put,
    snd,
    stage,
    trace,
    trace_stream,
    upgrade,
)
from sm_toolkit.language.data.value_printing import print_value
from sm_toolkit.language.text.showing import show_beginning, show_text
from sm_toolkit.notebook.drawing import draw
from sm_toolkit.notebook.live.monitor import Monitor

LARGE: dict[str, tuple[Type[Any], Any]] = {
    "text": (Str, "ü<\n" * 300_000),
    "bytes": (Bytes, b"\0" * 900_000),
    "list": (List(Int), list(range(20_000))),
    "map": (Map(Int, Str), {number: str(number) for number in range(20_000)}),
    "list of texts": (List(Str), ["x" * 1000] * 2_000),
    "integer": (Int, 10**4_000),
    "infinity": (Float, float("inf")),
}
MOST = 80_000


@pytest.mark.parametrize("name", LARGE)
def test_what_is_shown_is_small(name: str) -> None:
    type_, value = LARGE[name]
    keep = copy() >> first(put(type_)) >> snd()
    running, other = (stage("keep", value, machine) for machine in (keep, keep >> ident()))
    stepper = Stepper(keep, value, [value])
    stepper.model.step(value)
    pictures = [
        draw(const(value) >> put()),
        draw(trace(keep, value, value)),
        draw(trace_stream(keep, [value, value], value)),
        draw(running),
    ]
    texts = [text for picture in pictures for text in (picture.svg, picture.text, picture.to_dot())]
    with deploy(running) as deployment:
        monitor = Monitor(deployment, upgrade(running, other, migrate=ident()))
        texts += [monitor.look().text, monitor.confirm().text, repr(monitor)]
        monitor.stop()
    assert max(map(len, texts)) < MOST
    for shown in (stepper, monitor):
        assert all(len(text) < MOST for text in shown._repr_mimebundle_().values() if isinstance(text, str))


@pytest.mark.parametrize("value", [[1] * 50, {n: "a" for n in range(50)}, (1, 2, 3), "ab\n" * 20, [[], [[-1]] * 9]])
def test_the_beginning_of_a_text_form_is_that_of_the_whole(value: Any) -> None:
    whole, printed = show_text(value), print_value(value)
    for most in range(60):
        begun = show_beginning(value, most)
        if len(whole) <= most:
            assert begun == whole
        else:
            assert len(begun) > most
            assert begun[:most] == whole[:most]
        assert print_value(value, most) == (printed if len(printed) <= most else f"{printed[:most]}…")


SHOWN = """
from IPython.testing.globalipapp import start_ipython
shell = start_ipython()
from sm_toolkit import StepError, Str, copy, deploy, first, ident, incr, put, snd, stage, upgrade
text = "x" * 500_000
keep = copy() >> first(put(Str)) >> snd()
running, changed = stage("keep", text, keep), stage("keep", text, keep >> ident())
with deploy(running) as deployment:
    things = [
        deployment.inspect(),
        deployment.stages(),
        deployment.running.inspect(),
        deployment.change(upgrade(running, changed, migrate=ident())),
        StepError(text),
        ident().then(*[incr] * 10_000, ident(Str)),  # does not type, and so has no picture
    ]
for thing in things:
    told, _ = shell.display_formatter.format(thing)
    print(type(thing).__name__, max(map(len, told.values())) < 50_000, "…" in told["text/plain"])
"""


def test_a_notebook_shows_of_answers_errors_and_what_has_no_picture_the_beginning() -> None:
    printed = subprocess.run([sys.executable, "-c", SHOWN], capture_output=True, text=True, check=True, timeout=120)
    assert printed.stdout.splitlines() == [
        "Inspected True True",
        "tuple True True",
        "Deployed True True",
        "Upgraded True True",
        "StepError True True",
        "Machine True True",
    ]
