"""The upgrade simulator: a stream with a change in it, its update point and its moves under sliders, and what goes
wrong by one click. What happens is ``simulation``'s business.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any

import ipywidgets

from sm_toolkit.notebook.choices import Choices
from sm_toolkit.notebook.controls import ErrorLine, button, column, looks, mimebundle, page, player, row, slider
from sm_toolkit.notebook.one_a_cell import one_a_cell
from sm_toolkit.notebook.pictures.picture import Picture
from sm_toolkit.notebook.pictures.pipeline_picture import draw_pipeline
from sm_toolkit.notebook.pictures.pipeline_view import PipelineView
from sm_toolkit.notebook.pictures.svg import theme_element
from sm_toolkit.notebook.pictures.trace_picture import draw_trace
from sm_toolkit.notebook.presets import AS_GIVEN
from sm_toolkit.notebook.simulation import SimulationModel
from sm_toolkit.notebook.tables import block, image, paragraph, status
from sm_toolkit.pipeline.messages import Change, Upgrade
from sm_toolkit.pipeline.pipelines import Pipeline

INTERVAL = 700  # milliseconds between two moves while it plays: time to read where a message went
TABLE_HEIGHT = "22em"  # of tables that may be long; they scroll


class UpgradeSimulator:
    """See an upgrade before you do it: a stream with it and without it, and each move through the queues.

    ``inputs`` come from a client who was there before, and who goes on in the old version; ``upgrade``, which may be
    a rewiring too, is put in after the first ``at`` of them (the middle, if not given). ``new_inputs``, if given, come
    last, from a client who speaks the new version. The same ``seed`` makes the same moves; ``capacity`` is how many
    messages a queue holds. ``watched`` is the stage whose state is compared. To see a ``Downgrade`` give the upgrade
    that it undoes as ``after``: it is made before the first input. The stream runs on the simulated engine.
    ``model`` is the simulator without its looks (see ``SimulationModel``), ``view`` the widget. The last
    value of a cell shows itself, and where no kernel runs it is two pictures and a table.

    A button for each mistake that can be made with this change (``model.presets``) puts it in, and says what comes of
    it.

    Raises:
        ValueMismatchError: an input is not of the pipeline's input type, a new one not of the new type.
        TypeError: what is said to be the upgrade is no change, the pipeline is none, or inputs are not values one after
            another.
        ValueError: the pipeline has no stage, no stage has the name ``watched``, the capacity is less than 1, or there
            are not so many inputs before the update point.
        PipelineError, MachineTypeError, AmbiguousTypeError, LimitError: the pipeline does not fit.
    """

    def __init__(
        self,
        pipeline: Pipeline[Any, Any],
        inputs: Iterable[Any],
        upgrade: Change,
        at: int | None = None,
        seed: int = 0,
        new_inputs: Iterable[Any] = (),
        capacity: int = 4,
        watched: str | None = None,
        after: Upgrade | None = None,
    ) -> None:
        self.model = SimulationModel(pipeline, inputs, upgrade, at, seed, new_inputs, capacity, watched, after)
        self.errors = ErrorLine("sm-simulator-error")
        self._drawn: dict[PipelineView, Picture] = {}
        self._tallest = 0.0
        self._explanation = page("sm-simulator-explanation")
        self._trace_page = page("sm-simulator-trace")
        self._clients = page("sm-simulator-clients")
        self._words = page("sm-simulator-words")
        self._queue_page = page("sm-simulator-queues")
        self._stream = page("sm-simulator-stream")
        self._table = page("sm-simulator-table")
        self._seed = ipywidgets.Label(layout=ipywidgets.Layout(width="auto"))
        for long in (self._clients, self._table):
            long.layout.max_height = TABLE_HEIGHT
        self.update_point = slider(
            "Update point after item",
            "sm-simulator-at",
            self.model.at,
            len(self.model.inputs),
            self._change_update_point,
            self.errors,
        )
        last = len(self.model.frames) - 1
        self.move = slider("Move", "sm-simulator-move", self.model.update_frame, last, self._show_move, self.errors)
        self.play, self._player, self._links = player(self.move, INTERVAL, "sm-simulator-play")
        self.view = column(*self._parts(), name="sm-simulator")
        self._show_trace()
        self._show_move(self.move.value)

    def _parts(self) -> list[Any]:
        model, press = self.model, self._button
        names = [AS_GIVEN, *model.presets.made]
        self._presets = Choices("The change", "sm-simulator-preset", names, model.preset, self._choose, self.errors)
        parts = [
            row(
                press("Earlier", "sm-simulator-earlier", self._earlier, "Upgrade one item earlier"),
                press("Later", "sm-simulator-later", self._later, "Upgrade one item later"),
                self.update_point,
                name="sm-simulator-where",
            ),
            self._presets.view,
            self._explanation,
        ]
        if len(model.watchable) > 1:
            watch = self._watch
            made = Choices("State of", "sm-simulator-watched", model.watchable, model.watched, watch, self.errors)
            parts.append(made.view)
        return [
            *parts,
            looks("sm-simulator-looks", theme_element()),
            self._trace_page,
            self._clients,
            row(
                press("Start", "sm-simulator-start", self._to_start, "Go before the first move"),
                press("Back", "sm-simulator-back", self._back, "Go back one move"),
                press("Step", "sm-simulator-step", self._step, "Make one move"),
                press("Update point", "sm-simulator-to-update", self._to_update, "Go where the change is next"),
                self.play,
                self.move,
                self._player,
                press(
                    "Another schedule", "sm-simulator-schedule", self._reschedule, "Draw the moves from another seed"
                ),
                self._seed,
                name="sm-simulator-ways",
            ),
            self.errors.view,
            self._words,
            self._queue_page,
            self._stream,
            self._table,
        ]

    @property
    def trace_picture(self) -> Picture:
        """The stream without the upgrade and with it."""
        return draw_trace(self.model.trace())

    @property
    def queue_picture(self) -> Picture:
        """The pipeline after the move that the slider is at."""
        return self._picture(int(self.move.value))

    def pictures(self) -> tuple[Picture, ...]:
        """Return the pipeline at the start and after every move."""
        return tuple(map(self._picture, range(len(self.model.frames))))

    def __repr__(self) -> str:
        """Print the trace."""
        return repr(self.model)

    def _repr_mimebundle_(
        self, include: Iterable[str] | None = None, exclude: Iterable[str] | None = None
    ) -> Mapping[str, Any]:
        words = paragraph(self.model.frames[self.move.value].words)
        told = paragraph(self.model.explanation) if self.model.explanation else ""
        parts = [told, image(self.trace_picture), words, image(self.queue_picture), self.model.table().html]
        one_a_cell(self)
        return mimebundle(self.view, block("sm-simulator-static", parts), repr(self))

    def make_way(self) -> None:
        """Play no more: another is shown in its place, and a page plays on what it does not show."""
        self.play.value = False

    # -- what the controls do -----------------------------------------------------------------------------

    def _button(self, words: str, name: str, press: Callable[[], None], hint: str) -> Any:
        return button(words, name, press, self.errors, hint)

    def _earlier(self) -> None:
        self.update_point.value = max(0, self.model.at - 1)

    def _later(self) -> None:
        self.update_point.value = min(len(self.model.inputs), self.model.at + 1)

    def _change_update_point(self, at: int) -> None:
        self.model.at = at
        self._begin_anew()

    def _choose(self, preset: str) -> None:
        self.model.choose(preset)
        self._begin_anew()

    def _watch(self, stage: str) -> None:
        self.model.watched = stage
        self._show_trace()

    def _reschedule(self) -> None:
        self.model.seed += 1
        self._begin_anew()

    def _begin_anew(self) -> None:
        """Show another run, at its update point."""
        last = len(self.model.frames) - 1
        # A slider that shrinks under its value would show a move that is no more.
        self.move.value = min(self.move.value, last)
        self.move.max = self._player.max = last
        self._tallest = 0.0
        self._drawn.clear()
        self._to_update()
        self._show_trace()
        self._show_move(self.move.value)

    def _to_update(self) -> None:
        self.move.value = self._player.value = self.model.update_frame

    def _to_start(self) -> None:
        self.move.value = 0

    def _back(self) -> None:
        self.move.value = max(0, self.move.value - 1)

    def _step(self) -> None:
        self.move.value = min(len(self.model.frames) - 1, self.move.value + 1)

    def _show_trace(self) -> None:
        self._explanation.value = status([self.model.explanation, *self.model.presets.missing])
        self._trace_page.value = self.trace_picture.svg
        self._clients.value = self.model.clients().html
        self._table.value = self.model.table().html
        self._seed.value = f"seed {self.model.seed}"

    def _picture(self, number: int) -> Picture:
        """Draw a frame when it is first shown: frames that look alike are one picture."""
        view = self.model.frames[number].view
        if view not in self._drawn:
            self._drawn[view] = draw_pipeline(view)
        return self._drawn[view]

    def _show_move(self, number: int) -> None:
        frame, picture = self.model.frames[number], self._picture(number)
        self._words.value = paragraph(frame.words)
        # What stands below does not jump when the label of a change comes and goes above the queues.
        self._tallest = max(self._tallest, picture.scene.height)
        frame_style = f"display:flex;align-items:flex-end;min-height:{self._tallest:.0f}pt"
        self._queue_page.value = f'<div style="{frame_style}">{picture.svg}</div>'
        self._stream.value = frame.stream.html
