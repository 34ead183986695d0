"""The upgrade simulator: a stream with an upgrade in it, its update point and its moves under sliders. What
happens is ``simulation``'s business.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from sm_toolkit.notebook.controls import ErrorLine, button, column, mimebundle, page, player, row, slider
from sm_toolkit.notebook.pictures.picture import Picture
from sm_toolkit.notebook.pictures.pipeline_picture import draw_pipeline
from sm_toolkit.notebook.pictures.trace_picture import draw_trace
from sm_toolkit.notebook.simulation import SimulationModel
from sm_toolkit.notebook.tables import block, image, paragraph
from sm_toolkit.pipeline.messages import Change
from sm_toolkit.pipeline.pipelines import Pipeline

INTERVAL = 700  # milliseconds between two moves while it plays: time to read where a message went


class UpgradeSimulator:
    """See an upgrade before you do it: a stream with it and without it, and each move through the queues.

    ``inputs`` come from a client who was there before, and who goes on in the old version; ``upgrade`` is put
    in after the first ``at`` of them (the middle, if not given). ``new_inputs``, if given, come last, from a
    client who speaks the new version. The same ``seed`` makes the same moves. The stream runs on the simulated
    engine. ``model`` is the simulator without its looks (see ``SimulationModel``), ``view`` the widget. The last
    value of a cell shows itself, and where no kernel runs it is two pictures and a table.

    Raises:
        ValueMismatchError: an input is not of the pipeline's input type, a new one not of the new type.
        ValueError: the pipeline has no stage, or there are not so many inputs before the update point.
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
    ) -> None:
        self.model = SimulationModel(pipeline, inputs, upgrade, at, seed, new_inputs)
        self.errors = ErrorLine("sm-simulator-error")
        self._trace_page = page("sm-simulator-trace")
        self._words = page("sm-simulator-words")
        self._queue_page = page("sm-simulator-queues")
        self._table = page("sm-simulator-table")
        self._prepare()
        self.update_point = slider(
            "Update point after item",
            "sm-simulator-at",
            self.model.at,
            len(self.model.inputs),
            self._change_update_point,
            self.errors,
        )
        last = len(self._frames) - 1
        self.move = slider("Move", "sm-simulator-move", self.model.update_frame, last, self._show_move, self.errors)
        self.play, self._player, self._links = player(self.move, INTERVAL, "sm-simulator-play")
        self.view = column(
            row(
                self._button("Earlier", "sm-simulator-earlier", self._earlier, "Upgrade one item earlier"),
                self._button("Later", "sm-simulator-later", self._later, "Upgrade one item later"),
                self.update_point,
                name="sm-simulator-where",
            ),
            self._trace_page,
            row(
                self._button("Start", "sm-simulator-start", self._to_start, "Go before the first move"),
                self._button("Back", "sm-simulator-back", self._back, "Go back one move"),
                self._button("Step", "sm-simulator-step", self._step, "Make one move"),
                self.play,
                self.move,
                self._player,
                name="sm-simulator-ways",
            ),
            self.errors.view,
            self._words,
            self._queue_page,
            self._table,
            name="sm-simulator",
        )
        self._show_trace()
        self._show_move(self.move.value)

    @property
    def trace_picture(self) -> Picture:
        """The stream without the upgrade and with it."""
        return draw_trace(self.model.trace())

    @property
    def queue_picture(self) -> Picture:
        """The pipeline after the move that the slider is at."""
        return self._pictures[int(self.move.value)]

    def __repr__(self) -> str:
        """Print the trace."""
        return repr(self.model)

    def _repr_mimebundle_(
        self, include: Iterable[str] | None = None, exclude: Iterable[str] | None = None
    ) -> Mapping[str, Any]:
        words = paragraph(self._frames[self.move.value].words)
        parts = [image(self.trace_picture), words, image(self.queue_picture), self.model.table().html]
        return mimebundle(self.view, block("sm-simulator-static", parts), repr(self))

    # -- what the controls do -----------------------------------------------------------------------------

    def _button(self, words: str, name: str, press: Callable[[], None], hint: str) -> Any:
        return button(words, name, press, self.errors, hint)

    def _earlier(self) -> None:
        self.update_point.value = max(0, self.model.at - 1)

    def _later(self) -> None:
        self.update_point.value = min(len(self.model.inputs), self.model.at + 1)

    def _change_update_point(self, at: int) -> None:
        self.model.at = at
        self._prepare()
        last = len(self._frames) - 1
        # A slider that shrinks under its value would show a move that is no more.
        self.move.value = min(self.move.value, last)
        self.move.max = self._player.max = last
        self.move.value = self._player.value = self.model.update_frame
        self._show_trace()
        self._show_move(self.move.value)

    def _prepare(self) -> None:
        """Draw every frame, so that playing only shows them."""
        self._frames = self.model.frames
        self._pictures = [draw_pipeline(frame.view) for frame in self._frames]
        self._pages = [picture.svg for picture in self._pictures]

    def _to_start(self) -> None:
        self.move.value = 0

    def _back(self) -> None:
        self.move.value = max(0, self.move.value - 1)

    def _step(self) -> None:
        self.move.value = min(len(self._frames) - 1, self.move.value + 1)

    def _show_trace(self) -> None:
        self._trace_page.value = self.trace_picture.svg
        self._table.value = self.model.table().html

    def _show_move(self, number: int) -> None:
        self._words.value = paragraph(self._frames[number].words)
        self._queue_page.value = self._pages[number]
