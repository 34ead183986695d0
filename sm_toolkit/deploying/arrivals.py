"""What arrives from an engine: answers that nobody has taken yet, and those for which somebody waits alone."""

from __future__ import annotations

import threading
from collections.abc import Callable

from sm_toolkit.pipeline.messages import Alike, Answer, Values


class Asked:
    """Whom one answer is for; ``answer`` is that, once it has come."""

    def __init__(self) -> None:
        self.answer: Answer | None = None


class Arrivals:
    """Takes what an engine answers, from whatever thread. ``count`` is how much came so far, for whoever takes it.

    ``failure`` is why no more will come, if the engine broke.
    """

    def __init__(self) -> None:
        self.count = 0
        self.failure: BaseException | None = None
        self._pieces: list[list[Answer]] = []  # as they were delivered
        self._asked: list[Asked] = []  # by those who wait for one answer, whatever else is on its way
        self._changed = threading.Condition()

    # What the engine calls.

    def deliver(self, answers: list[Answer]) -> None:
        """Take answers from the engine."""
        with self._changed:
            if self._asked and type(answers) is not Values and type(answers) is not Alike:
                answers = [answer for answer in answers if not self._is_asked_for(answer)]
            if answers:
                self._pieces.append(answers)
                self.count += len(answers)
            self._changed.notify_all()

    def _is_asked_for(self, answer: Answer) -> bool:
        asked = answer.reply_to
        if not isinstance(asked, Asked):
            return False
        asked.answer = answer  # also if who asked was interrupted: then it is nobody's
        if asked in self._asked:
            self._asked.remove(asked)
        return True

    def broken(self, error: BaseException) -> None:
        """Learn from the engine that it broke."""
        with self._changed:
            self.failure = error
            self._changed.notify_all()

    # What a deployment calls.

    def take(self) -> list[list[Answer]]:
        """Return what was delivered and not yet taken, piece by piece."""
        with self._changed:
            taken, self._pieces = self._pieces, []
        return taken

    def put_back(self, answers: list[Answer]) -> None:
        """Have answers that were taken be the first to be taken again."""
        with self._changed:
            self._pieces.insert(0, answers)

    def has_some(self) -> bool:
        """Tell whether there are answers that nobody took."""
        with self._changed:
            return any(self._pieces)

    def wait_until(self, over: Callable[[], bool]) -> None:
        """Wait until something is so; it is looked at when something arrived, or was woken."""
        with self._changed:
            self._changed.wait_for(over)

    def wake(self) -> None:
        """Have everybody who waits look again."""
        with self._changed:
            self._changed.notify_all()

    def expect(self) -> Asked:
        """Return what takes one answer alone: that to a request whose ``reply_to`` it is."""
        asked = Asked()
        with self._changed:
            self._asked.append(asked)
        return asked

    def forget(self, asked: Asked) -> None:
        """Expect one answer no more: what it answers was not sent."""
        with self._changed:
            self._asked.remove(asked)
