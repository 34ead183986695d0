"""A counter in three versions, with the upgrades between them: the running example of the whole project.

Version 1 reads and increments. Version 2 adds a reset. Version 3 adds a toggle: while it is on, increments
count down, so its state gains a Bool. Version ``n + 1`` takes ``Either[Unit, input of version n]``: version 1
says increment as ``Right ()``, version 3 as ``Right (Right (Right ()))``. So the same words mean something
else to a newer version, and a client that is not served through an adapter silently does the wrong thing:
``Left ()`` reads in version 1, resets in version 2 and toggles in version 3.
"""

from __future__ import annotations

from sm_toolkit.language.data.types import Either, Int, Unit
from sm_toolkit.language.vocabulary.combinators import (
    case,
    const,
    consume,
    decr,
    fan_in,
    fst,
    get,
    ident,
    if_,
    incr,
    inr,
    not_,
    put,
    read,
    second,
    show,
    snd,
)
from sm_toolkit.pipeline.messages import Adapter
from sm_toolkit.pipeline.pipelines import stage
from sm_toolkit.pipeline.upgrades import upgrade

# -- what a client says, and hears, in each version -------------------------------------------------------

input_v1 = Either(Unit, Unit)  # read, increment
input_v2 = Either(Unit, input_v1)  # reset, or version 1's
input_v3 = Either(Unit, input_v2)  # toggle, or version 2's
output_v1 = Either(Int, Unit)  # the count, done
output_v2 = Either(Unit, output_v1)
output_v3 = Either(Unit, output_v2)

# -- the typed counters -----------------------------------------------------------------------------------

_increment = get() >> incr >> put()
_reset = const(0) >> put()
_step_up_or_down = get() >> if_(decr, incr) >> (ident() & (consume() >> get() >> snd())) >> put()

count_v1 = case(get(), _increment).named("count_v1")
count_v2 = case(_reset, get(), _increment).named("count_v2")
count_v3 = case(
    get() >> second(not_) >> put(),
    (const(0) & const(False)) >> put(),
    get() >> fst(),
    _step_up_or_down,
).named("count_v3")

# -- the same behind text, as the seed has them -----------------------------------------------------------

counter_v1 = (read() >> count_v1 >> show()).named("counter_v1")
counter_v2 = (read() >> count_v2 >> show()).named("counter_v2")
counter_v3 = (read() >> count_v3 >> show()).named("counter_v3")

# -- pipelines of one stage -------------------------------------------------------------------------------

v1 = stage("counter", 0, counter_v1)
v2 = stage("counter", 0, counter_v2)
v3 = stage("counter", (0, False), counter_v3)

typed_v1 = stage("counter", 0, count_v1)
typed_v2 = stage("counter", 0, count_v2)
typed_v3 = stage("counter", (0, False), count_v3)

# -- the upgrades -----------------------------------------------------------------------------------------

# An older client's input becomes the right alternative. The left one answers a command that it cannot have
# given, so what `down` makes of it is never seen; some value has to stand there.
_typed_1_to_2 = Adapter(up=inr(), down=fan_in(inr(), ident()))
_typed_2_to_3 = Adapter(up=inr(), down=fan_in(const(None) >> inr() >> inr(), ident()))

_text_1_to_2 = Adapter(
    up=read(input_v1) >> inr() >> show(input_v2),
    down=read(output_v2) >> fan_in(inr(), ident()) >> show(output_v1),
)
_text_2_to_3 = Adapter(
    up=read(input_v2) >> inr() >> show(input_v3),
    down=read(output_v3) >> fan_in(const(None) >> inr() >> inr(), ident()) >> show(output_v2),
)

_with_toggle_off = ident() & (consume() >> const(False))

upgrade_v1_to_v2 = upgrade(v1, v2, migrate=ident(), back=ident(), adapter=_text_1_to_2)
upgrade_v2_to_v3 = upgrade(v2, v3, migrate=_with_toggle_off, back=fst(), adapter=_text_2_to_3)

typed_v1_to_v2 = upgrade(typed_v1, typed_v2, migrate=ident(), back=ident(), adapter=_typed_1_to_2)
typed_v2_to_v3 = upgrade(typed_v2, typed_v3, migrate=_with_toggle_off, back=fst(), adapter=_typed_2_to_3)
