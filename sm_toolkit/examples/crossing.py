"""A crossing: the light for cars (version 1), people who walk (version 2), a countdown (version 3).

In versions 1 and 2 something outside says ``Next`` when the light is to change. Version 3 is told of each second, and
shows how long the light stays; a ``Next`` still changes it at once. People press a button, and walk while cars have
red the next time.

What goes wrong, and type-checks:

- 1 to 2. People may walk where cars may not go, it seems, and cars may go at green. But at amber the last ones
  still drive: who lets people walk at any light but green has them meet. Nobody walks at once; the button is there.
- 2 to 3. A crossing that is switched on counts down from the time of green. Who begins there with whatever light
  is shown leaves amber on for as long as green. Begin with the time of the light that is shown.

>>> crossing_v2(Next(), CrossingV2(Amber(), walk=False, asked=True))[0]
Signals(cars=Red(), walk=True)
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from sm_toolkit.language.functions import function, machine
from sm_toolkit.pipeline.messages import Adapter
from sm_toolkit.pipeline.pipelines import stage
from sm_toolkit.pipeline.upgrades import upgrade

# -- version 1: a light for cars --------------------------------------------------------------------------


@dataclass(frozen=True)
class Green:
    """Go."""


@dataclass(frozen=True)
class Amber:
    """Stop, if there is time."""


@dataclass(frozen=True)
class Red:
    """Stop."""


Light = Green | Amber | Red


@dataclass(frozen=True)
class Next:
    """Go on to the next light."""


@dataclass(frozen=True)
class Look:
    """See what is shown."""


CommandV1 = Next | Look


def after(light: Light) -> Light:
    """Return which light comes next."""
    match light:
        case Green():
            return Amber()
        case Amber():
            return Red()
        case Red():
            return Green()


@machine
def crossing_v1(command: CommandV1, light: Light) -> tuple[Light, Light]:
    """Show the light. The state is the light."""
    match command:
        case Next():
            return after(light), after(light)
        case Look():
            return light, light


# -- version 2: people who walk ---------------------------------------------------------------------------


@dataclass(frozen=True)
class Press:
    """Ask to walk."""


@dataclass(frozen=True)
class Signals:
    """What cars see, and whether people may walk."""

    cars: Light
    walk: bool


@dataclass(frozen=True)
class CrossingV2:
    """What cars see, whether people may walk, and whether somebody has asked."""

    cars: Light
    walk: bool
    asked: bool


CommandV2 = Next | Look | Press


def changed(state: CrossingV2) -> CrossingV2:
    """Return what comes next: people may walk while cars have red, if they have asked before."""
    match after(state.cars):
        case Red():
            return CrossingV2(Red(), state.asked, False)
        case light:
            return CrossingV2(light, False, state.asked)


@machine
def crossing_v2(command: CommandV2, state: CrossingV2) -> tuple[Signals, CrossingV2]:
    """Show the signals."""
    match command:
        case Next():
            new = changed(state)
        case Look():
            new = state
        case Press():
            new = replace(state, asked=not state.walk)
    return Signals(new.cars, new.walk), new


# -- version 3: a countdown -------------------------------------------------------------------------------


@dataclass(frozen=True)
class Second:
    """Say that a second has passed."""


@dataclass(frozen=True)
class Display:
    """What cars see, whether people may walk, and for how many seconds."""

    cars: Light
    walk: bool
    seconds: int


@dataclass(frozen=True)
class CrossingV3:
    """The signals as in version 2, and for how many seconds they stay."""

    signals: CrossingV2
    seconds: int


CommandV3 = Next | Look | Press | Second


def time_of(light: Light) -> int:
    """Return for how many seconds a light is shown."""
    match light:
        case Green():
            return 20
        case Amber():
            return 3
        case Red():
            return 12


@machine
def crossing_v3(command: CommandV3, state: CrossingV3) -> tuple[Display, CrossingV3]:
    """Show the signals, and change them when their time is over."""
    signals, seconds = state.signals, state.seconds
    match command:
        case Second() if seconds > 1:
            seconds -= 1
        case Second() | Next():
            signals = changed(signals)
            seconds = time_of(signals.cars)
        case Press():
            signals = replace(signals, asked=not signals.walk)
        case Look():
            pass
    return Display(signals.cars, signals.walk, seconds), CrossingV3(signals, seconds)


# -- the upgrades -----------------------------------------------------------------------------------------


@function
def migrate_1_to_2(light: Light) -> CrossingV2:
    """Nobody walks, and nobody has asked."""
    return CrossingV2(light, False, False)


@function
def careless_1_to_2(light: Light) -> CrossingV2:
    """Let people walk at once, where cars may not go."""
    return CrossingV2(light, light != Green(), False)


@function
def back_2_to_1(new: CrossingV2) -> Light:
    """Leave cars what they see."""
    return new.cars


@function
def up_1_to_2(old: CommandV1) -> CommandV2:
    """Say the same."""
    return old


@function
def down_2_to_1(new: Signals) -> Light:
    """Tell what cars see."""
    return new.cars


@function
def migrate_2_to_3(old: CrossingV2) -> CrossingV3:
    """Count down from the time of the light that is shown."""
    return CrossingV3(old, time_of(old.cars))


@function
def careless_2_to_3(old: CrossingV2) -> CrossingV3:
    """Count down from the time of green, as when the crossing is switched on."""
    return CrossingV3(old, time_of(Green()))


@function
def back_3_to_2(new: CrossingV3) -> CrossingV2:
    """Stop counting."""
    return new.signals


@function
def up_2_to_3(old: CommandV2) -> CommandV3:
    """Say the same."""
    return old


@function
def down_3_to_2(new: Display) -> Signals:
    """Leave out the countdown."""
    return Signals(new.cars, new.walk)


v1 = stage("crossing", Green(), crossing_v1)
v2 = stage("crossing", CrossingV2(Green(), False, False), crossing_v2)
v3 = stage("crossing", CrossingV3(CrossingV2(Green(), False, False), 20), crossing_v3)

_from_v1 = Adapter(up=up_1_to_2, down=down_2_to_1)
_from_v2 = Adapter(up=up_2_to_3, down=down_3_to_2)

v1_to_v2 = upgrade(v1, v2, migrate=migrate_1_to_2, back=back_2_to_1, adapter=_from_v1)
v2_to_v3 = upgrade(v2, v3, migrate=migrate_2_to_3, back=back_3_to_2, adapter=_from_v2)

careless_v1_to_v2 = upgrade(v1, v2, migrate=careless_1_to_2, back=back_2_to_1, adapter=_from_v1)
careless_v2_to_v3 = upgrade(v2, v3, migrate=careless_2_to_3, back=back_3_to_2, adapter=_from_v2)
