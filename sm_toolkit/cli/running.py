"""``sm-toolkit run``: a pipeline out of a module, run over a file. How it goes on is in ``progress``."""

from __future__ import annotations

import os
import signal
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from sm_toolkit.cli.engines import HELP, SERVING, engine_named
from sm_toolkit.cli.reaching import find
from sm_toolkit.cli.serving import PIPELINE_HINTS, codec_named
from sm_toolkit.cli.teeing import look_at_tees

if TYPE_CHECKING:
    from collections.abc import Callable

    from sm_toolkit.pipeline.messages import Answer, Change
    from sm_toolkit.pipeline.ports import Session, Sink, Source


@click.command()
@click.argument("target", metavar="MODULE:PIPELINE")
@click.option(
    "--source",
    "sources",
    multiple=True,
    default=("-",),
    metavar="FILE",
    help="- is standard input; what gzip, bzip2 or xz packed is unpacked. Several are read as they arrive.",
)
@click.option("--in-turn", is_flag=True, help="Take a line of each source in turn.")
@click.option("--follow", is_flag=True, help="Go on with what comes to the files later, until Ctrl-C.")
@click.option("--sink", default="-", metavar="FILE", help="- is standard output.")
@click.option(
    "--codec",
    default="lines",
    show_default=True,
    type=click.Choice(["lines", "msgpack", "text"]),
    help="lines has one value a line.",
)
@click.option(
    "--engine",
    default="inline",
    show_default=True,
    type=click.Choice([*SERVING, "simulated"]),
    help=HELP,
)
@click.option(
    "--upgrade-at",
    "changes",
    multiple=True,
    nargs=2,
    type=(click.IntRange(0), str),
    metavar="N MODULE:CHANGE",
    help="Make a change (an upgrade or a rewiring) after N inputs. May be given again.",
)
@click.option(
    "--tee",
    "tees",
    multiple=True,
    nargs=2,
    metavar="NAME FILE",
    help="Where the copies of a tee go. May be given again.",
)
@click.pass_context
def run(
    context: click.Context,
    target: str,
    sources: tuple[str, ...],
    in_turn: bool,
    follow: bool,
    sink: str,
    codec: str,
    engine: str,
    changes: tuple[tuple[int, str], ...],
    tees: tuple[tuple[str, str], ...],
) -> None:
    """Run a pipeline over a file.

    MODULE:PIPELINE is where Python finds it. Each input is a line of the source, each output one of the sink; one that
    fails is a line that begins with an exclamation mark. A terminal shows the rate, and how many messages wait
    before each stage. If an input fails or a change is refused, the exit code is 1.

    \b
    For example, where a file has a word in each line:
        sm-toolkit run sm_toolkit.examples.word_count:counting --source words.txt --sink counts.txt
    The same, with the middle stage upgraded half-way, on threads:
        sm-toolkit run sm_toolkit.examples.word_count:counting --source words.txt --sink counts.txt \\
            --engine threads --upgrade-at 500000 sm_toolkit.examples.word_count:to_count_since
    """
    from sm_toolkit.cli.progress import Watched
    from sm_toolkit.deploying import run as run_pipeline
    from sm_toolkit.edges.reports import RunReport
    from sm_toolkit.edges.scheduling import with_changes
    from sm_toolkit.edges.sinks import to_file
    from sm_toolkit.language.errors import ToolkitError
    from sm_toolkit.pipeline.messages import Rewire
    from sm_toolkit.pipeline.pipelines import Pipeline

    pipeline = find(target, Pipeline, "pipeline", PIPELINE_HINTS)
    _are_apart(sources, (sink, *(path for _, path in tees)))
    scheduled = _changes(changes)
    coming = [change.pipeline for change in scheduled.values() if isinstance(change, Rewire)]
    look_at_tees(tees, [pipeline, *coming], rewirable=codec == "msgpack")
    source = with_changes(_source(sources, in_turn, follow), scheduled)
    report = RunReport()
    if follow:
        # The first Ctrl-C ends the source, and what was read is still answered; the next one ends all.
        default = signal.getsignal(signal.SIGINT)

        def end(*_: object) -> None:
            signal.signal(signal.SIGINT, default)
            source.stop()

        signal.signal(signal.SIGINT, end)
        context.call_on_close(lambda: signal.signal(signal.SIGINT, default))
    with Watched(engine_named(engine)) as watched:
        told = _Told(_sink(sink), watched.count, watched.write)
        try:
            run_pipeline(
                source,
                codec_named(codec),
                pipeline,
                told,
                watched,
                tees={name: to_file(path) for name, path in tees},
                report=report,
            )
        except BrokenPipeError:
            # Who reads our output has enough of it: Python would say so again when it closes it.
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
            context.exit(1)
        except OSError as error:
            raise click.ClickException(f"{error.filename or sink}: {error.strerror or error}") from None
        except (ToolkitError, ValueError) as error:
            raise click.ClickException(str(error)) from None
    for sentence in report.broken():
        click.echo(sentence, err=True)
    for place in source.left:
        click.echo(
            f"the source ended before input {place:,}, so the change that was to come there was not made", err=True
        )
    if told.failed:
        click.echo(f"{told.failed:,} of {told.inputs:,} inputs failed; the first: {told.first_failure}", err=True)
    if told.failed or told.refused or source.left or report.broken():
        context.exit(1)


class _Told:
    """A sink for what people hear of a run: what came of changes is told, and not written with the outputs."""

    def __init__(self, sink: Sink[Any], count: Callable[[int], None], tell: Callable[[str], None]) -> None:
        self.inputs = self.failed = self.refused = 0
        self.first_failure = ""
        self._sink, self._count, self._tell = sink, count, tell
        self.paths: list[Path] = getattr(sink, "paths", [])

    def write(self, session: Session, answers: list[Answer]) -> None:
        from sm_toolkit.pipeline.messages import Failed, Item

        outputs: list[Answer] = []
        for answer in answers:
            if isinstance(answer, Item | Failed):
                outputs.append(answer)
                if isinstance(answer, Failed):
                    self._failed(len(outputs), answer.stage, answer.reason)
            else:
                self._changed(self.inputs + len(outputs), answer)
        self._sink.write(session, outputs)
        self.inputs += len(outputs)
        self._count(len(outputs))

    def close(self) -> Any:
        return self._sink.close()

    def _failed(self, number: int, stage: str, reason: str) -> None:
        self.failed += 1
        if not self.first_failure:
            at = f", stage {stage!r}" if stage else ""
            self.first_failure = f"input {self.inputs + number:,}{at}: {reason}"

    def _changed(self, place: int, answer: Answer) -> None:
        from sm_toolkit.pipeline.messages import Refused, Rewired, Upgraded

        if isinstance(answer, Upgraded):
            self._tell(f"after input {place:,}: stage {answer.stage} upgraded")
        elif isinstance(answer, Rewired):
            self._tell(f"after input {place:,}: rewired to {', '.join(view.name for view in answer.after)}")
        elif isinstance(answer, Refused):
            self.refused += 1
            self._tell(f"after input {place:,}: refused, because")
            for reason in answer.reasons:
                self._tell(f"  - {reason}")


def _source(names: tuple[str, ...], in_turn: bool, follow: bool) -> Source:
    from sm_toolkit.edges.merging import merge
    from sm_toolkit.edges.sources import from_file, from_stdin

    found: list[Source] = []
    for name in names:
        if name != "-" and not (follow or Path(name).exists()):
            raise click.ClickException(f"there is no file {name}")
        try:
            found.append(from_stdin() if name == "-" else from_file(name, follow=follow))
        except ValueError as error:
            raise click.ClickException(str(error)) from None
    return found[0] if len(found) == 1 else merge(found, "in_turn" if in_turn else "arrival")


def _are_apart(sources: tuple[str, ...], sinks: tuple[str, ...]) -> None:
    """See that no file is written that is read, or written by another too: what is in it would be lost."""
    seen = {Path(name).resolve(): "read and written" for name in sources if name != "-"}
    for name in sinks:
        path = Path(name).resolve()
        if name == "-" or (path.exists() and not path.is_file()):  # a device may be written by many
            continue
        if path in seen:
            raise click.ClickException(f"{name} would be {seen[path]}; give the output a file of its own")
        seen[path] = "written twice"


def _sink(name: str) -> Sink[Any]:
    from sm_toolkit.edges.sinks import to_file, to_stdout

    return to_stdout() if name == "-" else to_file(name)


def _changes(wanted: tuple[tuple[int, str], ...]) -> dict[int, Change]:
    from sm_toolkit.pipeline.messages import Downgrade, Rewire, Upgrade

    found: dict[int, Change] = {}
    for place, target in wanted:
        if place in found:
            raise click.ClickException(f"two changes are to be made after input {place}; give one another number")
        found[place] = find(target, (Upgrade, Downgrade, Rewire), "change")
    return found
