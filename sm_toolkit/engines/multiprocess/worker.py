"""What a process does: it builds its part of a pipeline, and takes messages through it until it is told to end.

One thread takes, works and gives. Another answers what it is asked meanwhile: what is held, what was counted; and it is
told beforehand of changes, which are looked at and compiled here before their place in the stream comes.
"""

from __future__ import annotations

import os
import socket
import threading
import time
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from typing import Any

from sm_toolkit.engines.multiprocess.frames import WIDE, FarEnd, Form, flat_state, pack, typed_state, unpack
from sm_toolkit.engines.multiprocess.pipes import PipeReader, PipeWriter, receive_frame, send_frame
from sm_toolkit.engines.pacing import Pace
from sm_toolkit.language.data.types import Int, Map, Type, Unit
from sm_toolkit.language.encoding.canonical import decode_type, encode_type
from sm_toolkit.language.encoding.value_codec import codec_of
from sm_toolkit.language.limits import Limits
from sm_toolkit.pipeline.admission import admit
from sm_toolkit.pipeline.messages import Upgrade
from sm_toolkit.pipeline.metrics import Meter
from sm_toolkit.pipeline.pipeline_encoding import decode_pipeline, encode_pipeline
from sm_toolkit.pipeline.plans import Admitted, Deployed, Plan, Undo, deployed, place_type, state_type
from sm_toolkit.pipeline.shapes import Pipeline, named, sequence, walk
from sm_toolkit.pipeline.whole import Building
from sm_toolkit.pipeline.wire import HEADER, decode_request

SLICE = 0.004
"""How many seconds of work a process takes on at once: it holds no lock up, and each slice wakes who waits for it."""


@dataclass(frozen=True)
class Assignment:
    """What a process is to do: the parts of a pipeline with these numbers, as ``walk`` counts them, one after another.

    ``pipeline`` is the whole, without functions of Python; ``states`` are those of what has a name in the parts, and
    ``past`` the hashes of the machines that stages ran before. ``steps`` are the types of the steps of paths.
    """

    pipeline: Pipeline[Any, Any]
    parts: tuple[int, ...]
    states: dict[str, tuple[Any, Type[Any]]]
    past: dict[str, tuple[str, ...]]
    input: Type[Any]
    output: Type[Any]
    steps: tuple[Type[Any], ...]
    limits: Limits
    capacity: int
    metrics: bool

    def encode(self) -> bytes:
        """Return it as bytes."""
        return pack(
            [
                encode_pipeline(self.pipeline, WIDE),
                self.parts,
                {name: flat_state(*held) for name, held in self.states.items()},
                self.past,
                *(encode_type(type_, WIDE) for type_ in (self.input, self.output)),
                [encode_type(type_, WIDE) for type_ in self.steps],
                vars(self.limits),
                self.capacity,
                self.metrics,
            ]
        )

    @classmethod
    def decode(cls, data: bytes) -> Assignment:
        """Return what ``encode`` made bytes of."""
        pipeline, parts, states, past, input_, output, steps, limits, capacity, metrics = unpack(data)
        return cls(
            decode_pipeline(pipeline, WIDE),
            tuple(parts),
            {name: typed_state(held) for name, held in states.items()},
            {name: tuple(hashes) for name, hashes in past.items()},
            decode_type(input_, WIDE),
            decode_type(output, WIDE),
            tuple(decode_type(type_, WIDE) for type_ in steps),
            Limits(**limits),
            capacity,
            metrics,
        )


def held_type(running: Deployed, name: str) -> Type[Any]:
    """Return the type of what a stage or a shard holds: a state, a count, keys, or a map of these."""
    around, keys = running.around[name], running.interface.keys
    if name in running.plans:
        return state_type(running.plans[name], around, keys)
    own = Map(keys[name], Unit) if name in keys else Int
    return Map(place_type(around, keys), own) if around else own


def _with_past(plan: Plan, hashes: Sequence[str]) -> Plan:
    """Return a plan with a history of which only the hashes are known: so much a refusal tells of it."""
    return replace(plan, history=tuple(Undo(replace(plan, hash=each), None, 1, None) for each in hashes))


class Worker:
    """A part of a pipeline in a process of its own."""

    def __init__(self, assignment: Assignment, taken: socket.socket, given: socket.socket) -> None:
        chosen = [part for number, part in enumerate(walk(assignment.pipeline)) if number in assignment.parts]
        mine = sequence(tuple(chosen))
        whole = deployed(assignment.pipeline, assignment.limits, only=frozenset(part.name for part in named(mine)))
        plans = {name: _with_past(plan, assignment.past.get(name, ())) for name, plan in whole.plans.items()}
        states = {name: held for name, (held, _) in assignment.states.items()}
        self._running = replace(whole, plans=plans, states=states)
        self._meter = Meter() if assignment.metrics else None
        self._line = Building(self._running, {}, self._meter).line(mine)
        self._working = threading.Lock()
        self._changes: dict[int, Admitted] = {}  # told, and not come yet
        steps = assignment.steps
        end = FarEnd(
            Form(assignment.input, steps),
            Form(assignment.output, steps),
            lambda number: self._changes.pop(number, None),
        )
        self._reader = PipeReader(taken, assignment.capacity, end.decode)
        self._writer = PipeWriter(given, assignment.capacity, end.encode)

    def run(self) -> None:
        """Take messages through, until the queues are closed."""
        reader, writer, pace, batch = self._reader, self._writer, Pace(SLICE), self._line.batch
        while (messages := reader.take(pace.most)) is not None:
            count = len(messages)
            with self._working:
                began = time.thread_time()
                made = batch(messages)
                pace.took(count, time.thread_time() - began)
            if not writer.put(made):
                break

    def answer(self, question: list[Any]) -> Any:
        """Answer what is asked."""
        match question:
            case ["held"]:
                with self._working:
                    return [self._told(*held) for held in self._line.held()]
            case ["metrics"]:
                return [len(self._writer), {} if self._meter is None else self._meter.counts()]
            case ["change", int(number), bytes(frame), int(version)]:
                change = decode_request(frame[HEADER:], codec_of(Unit, WIDE), WIDE)
                assert isinstance(change, Upgrade)
                admitted = admit(change, self._running.limits)
                if isinstance(admitted, Admitted):
                    self._changes[number] = replace(admitted, version=version)
                return isinstance(admitted, Admitted)
            case _:
                raise AssertionError(question)

    def _told(self, name: str, plan: Plan | None, state: Any) -> list[Any]:
        """Return what a step holds, with the hash of what it runs."""
        running = self._running
        if plan is None:
            return [name, "", *flat_state(state, held_type(running, name))]
        type_ = state_type(plan, running.around[name], running.interface.keys)
        return [name, plan.hash, *flat_state(state, type_)]


def work(control: socket.socket, taken: socket.socket, given: socket.socket) -> None:
    """Be a process of an engine: take the assignment, work, and end when told to, or when nobody is there any more."""
    data = receive_frame(control)
    if data is None:
        return
    try:
        worker = Worker(Assignment.decode(data), taken, given)
        send_frame(control, pack(["ready"]))
        thread = threading.Thread(target=_listen, args=(worker, control), daemon=True)
        thread.start()
        worker.run()
        thread.join()
    except ConnectionError:  # nobody is there any more
        return
    except BaseException as error:
        with suppress(OSError):
            send_frame(control, pack(["broke", f"{type(error).__name__}: {error}"]))
        raise


def _listen(worker: Worker, control: socket.socket) -> None:
    """Answer questions until there are none any more; then end the process, whatever it is at."""
    try:
        while (data := receive_frame(control)) is not None:
            question = unpack(data)
            if question == ["end"]:
                break
            send_frame(control, pack(["answer", worker.answer(question)]))
    finally:
        os._exit(0)
