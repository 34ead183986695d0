"""``%%machine`` in IPython: the cell is read, its names are bound, what is live is changed. The others do the work."""

from __future__ import annotations

import traceback
from collections.abc import Callable
from dataclasses import replace
from typing import Any

from sm_toolkit.deploying import Deployment
from sm_toolkit.edges.client import Client
from sm_toolkit.engines import event_loop, inline, processes, simulated, threads
from sm_toolkit.language.errors import Report, ToolkitError
from sm_toolkit.language.syntax.machines import Machine
from sm_toolkit.notebook.live.cell import CALLED, CHANGE, CellProgram, change_texts, read_cell
from sm_toolkit.notebook.live.changing import change_cell
from sm_toolkit.notebook.live.options import OptionError, Options, completions, options_of
from sm_toolkit.notebook.live.outcomes import Memory, Wish
from sm_toolkit.notebook.live.serving import Serving
from sm_toolkit.notebook.live.starting import STATE, deploy_cell
from sm_toolkit.notebook.live.targets import Target, target_of
from sm_toolkit.notebook.live.telling import LiveReport
from sm_toolkit.pipeline.messages import Adapter
from sm_toolkit.pipeline.ports import Engine
from sm_toolkit.pipeline.shapes import Pipeline

_ENGINES: dict[str, Callable[[], Engine]] = {
    "inline": inline,
    "threads": threads,
    "processes": processes,
    "event_loop": event_loop,
    "simulated": lambda: simulated(0),
}


class MachineMagic:
    """What ``%%machine`` does, and what it remembers: the deployments that its cells made, by their names."""

    def __init__(self, shell: Any) -> None:
        self._shell = shell
        self.deployments: dict[str, Deployment[Any, Any]] = {}
        self._memories: dict[str, Memory] = {}

    def machine(self, line: str, cell: str | None = None) -> Any:
        """A cell that is a machine's source.

        %%machine [NAME]
            The functions, dataclasses and constants in the cell, read as machine(source=...) reads them, or an
            expression of combinators. The names in it are bound, and the machine is shown: the function called
            NAME, or else the last one. If something is wrong, it is shown where, and no name is bound.

        %%machine --live NAME [options]
            The cell is what runs under NAME. Run it, and it is deployed; edit it and run it again, and what
            runs is upgraded, between two items, in the state that it is in. Running it unchanged changes nothing.

        What runs under NAME is what the cell deployed, or the variable NAME, or what --on says:
          --on VARIABLE         a deployment, a server (serve(pipeline)) or a client
          --on HOST:PORT        a running server
          --stage STAGE         which of its stages; needs no saying if there is one, or if what the cell defines is
                                called as they are: what is called as several of them changes these together
          --pipeline VARIABLE   a pipeline joined as what runs is, to change several stages of a server elsewhere
        For the first run:
          --state EXPRESSION    the state it starts in, for example --state 0 or --state "(0, False)"
          --engine ENGINE       inline (if nothing is said), threads, processes, event_loop or simulated
        For an upgrade, which is always tried first in a dry run:
          --dry-run             say what would happen, and change nothing
          --migration VARIABLE  the machine from the old state to the new one
          --adapter VARIABLE    the Adapter for clients that speak the old interface
          --force               change the interface even if such clients are cut off

        Instead of --migration and --adapter, the cell may define these functions:
          migrate(old) -> new state             wanted where the state's type changes
          migrate_back(new) -> old state        for a later Downgrade, if there is to be one
          adapt_input(old) -> new input         wanted where the input's type changes and clients are connected
          adapt_output(new) -> old output       and where the output's does
        Where several stages are changed together, it is migrate_STAGE(old) for each.
        Each serves one upgrade. A dataclass that has changed is called as before with Old before its name.
        Where one is wanted and not there, the cell says so, gives a first draft of it and tries that.

        %machine                the names of what cells have deployed
        %machine --stop NAME    stop it
        """
        try:
            options = options_of(line)
        except OptionError as error:
            raise self._usage(str(error)) from None
        if cell is None:
            return self._told_of(options)
        if options.stop:
            raise self._usage("%machine --stop NAME stands in a line of its own, with one %")
        cell = "\n" + cell  # so that its lines have the numbers that they have in the notebook
        try:
            if options.live:
                return self._live(options, cell)
            program = read_cell(cell, self._shell.user_ns, options.name)
        except ToolkitError as error:
            raise self._shown_in_place(error) from None
        except Exception as error:
            raise _at_its_line(error, cell) from None
        self._shell.push(dict(program.names))
        return program.machine

    # -- live cells ---------------------------------------------------------------------------------------

    def _live(self, options: Options, cell: str) -> LiveReport:
        namespace = self._shell.user_ns
        name = options.name or ""
        target = self._target(options)
        if target is not None and target.has_ended:
            raise ToolkitError(f"what {options.on or name!r} was is not there any more: it was stopped; start it again")
        if target is None:
            program = read_cell(cell, namespace, name, CHANGE)
            running, outcome = deploy_cell(
                name, program, namespace, options.state, _ENGINES[options.engine or "inline"]()
            )
            if options.dry_run:
                running.stop()
                return LiveReport(replace(outcome, kind="would be deployed"))
            self.deployments[name] = running
            made = {part.stage: part.hashes[1] for part in outcome.parts}
            self._memories[name] = Memory(set(change_texts(cell).values()), made)
        else:
            memory = self._memories.setdefault(name, Memory())
            wish = Wish(
                cell,
                options.stage,
                self._variable(options.migration, Machine, "--migration", "a machine"),
                self._variable(options.adapter, Adapter, "--adapter", "an Adapter"),
                self._variable(options.pipeline, Pipeline, "--pipeline", "a pipeline"),
                options.force,
                options.dry_run,
                memory.copy() if options.dry_run else memory,
            )
            outcome, program = change_cell(name, target, namespace, wish)
        if outcome.took_effect:
            self._bind(name, program)
        return LiveReport(outcome)

    def _bind(self, name: str, program: CellProgram) -> None:
        names = dict(program.names)
        if name in self.deployments:
            names[name] = self.deployments[name]
        elif isinstance(self._shell.user_ns.get(name), Deployment | Serving | Client):
            names.pop(name, None)
        self._shell.push(names)

    def _target(self, options: Options) -> Target | None:
        """Return what runs under the name, or None if nothing does."""
        namespace, name = self._shell.user_ns, options.name or ""
        if options.on is not None:
            if options.on in namespace:
                try:
                    return target_of(namespace[options.on])
                except TypeError as error:
                    raise ToolkitError(f"--on {options.on}: {error}") from None
            if options.on.isidentifier():
                raise ToolkitError(
                    f"there is no variable {options.on!r}; --on is one that has a deployment, a server or a client, "
                    "or HOST:PORT"
                )
            return target_of(options.on)
        known = self.deployments.get(name)
        if known is not None:
            if known.is_open:
                return target_of(known)
            del self.deployments[name]  # it was stopped or it broke: the cell deploys it anew
        bound = namespace.get(name)
        if isinstance(bound, Serving | Client) or (isinstance(bound, Deployment) and bound.is_open):
            return target_of(bound)
        return None

    def _variable(self, name: str | None, wanted: type, option: str, what: str) -> Any:
        if name is None:
            return None
        found = self._shell.user_ns.get(name)
        if not isinstance(found, wanted):
            is_ = "there is no such variable" if found is None else f"{name} is a {type(found).__name__}"
            raise ToolkitError(f"{option} {name}: {is_}; it names a variable that holds {what}")
        return found

    def _told_of(self, options: Options) -> Any:
        open_ = self._open()
        if options.stop:
            if options.name not in open_:
                known = ", ".join(open_) or "nothing"
                raise self._usage(f"no cell has deployed {options.name!r} (there is {known})")
            open_[options.name].stop()
            del self.deployments[options.name]
            return None
        if options.name is not None:
            raise self._usage("%%machine, with two %, stands at the top of a cell; %machine --stop NAME stops it")
        for name, each in open_.items():
            stages = ", ".join(stage.plan.name for stage in each.stages())
            print(f"{name}: {type(each.running).__name__.removeprefix('Running').lower()}, {stages}")
        if not open_:
            print("no cell has deployed anything")
        return None

    def _open(self) -> dict[str, Deployment[Any, Any]]:
        return {name: each for name, each in self.deployments.items() if each.is_open}

    # -- what IPython asks --------------------------------------------------------------------------------

    def complete(self, _: Any, event: Any) -> list[str]:
        """Return what the last word of the line may become."""
        namespace = self._shell.user_ns

        def of(*kinds: type) -> list[str]:
            return [name for name, value in namespace.items() if isinstance(value, kinds) and not name.startswith("_")]

        running = of(Deployment, Serving, Client)
        stages = [stage.plan.name for each in self._open().values() for stage in each.stages()]
        values = {
            "--on": running,
            "--migration": of(Machine),
            "--adapter": of(Adapter),
            "--pipeline": of(Pipeline),
            "--stage": stages,
        }
        return completions(event.line, {*self.deployments, *running}, values)

    def stop(self) -> None:
        """Stop all that cells have deployed."""
        for each in self.deployments.values():
            each.stop()
        self.deployments.clear()

    def _usage(self, text: str) -> Exception:
        from IPython.core.error import UsageError

        return UsageError(text)

    def _shown_in_place(self, error: ToolkitError) -> ToolkitError:
        """Return an error that shows itself without the frames of this magic, of which nobody learns anything.

        Where a block is shown below it, its first line is enough.
        """
        report = getattr(error, "report", None)
        told: Any = report() if callable(report) else str(error)
        brief = told.headline if isinstance(told, Report) and self._has_blocks() else str(told)
        error.__dict__["_render_traceback_"] = lambda: [f"{type(error).__name__}: {brief}"]
        return error.with_traceback(None)

    def _has_blocks(self) -> bool:
        return getattr(self._shell, "kernel", None) is not None


def _at_its_line(error: Exception, cell: str) -> Exception:
    """Return what an expression of the user's raised, told with its line; what is not theirs is told whole."""
    places = {f"<{CALLED}>": f"{CALLED}, line ", STATE: "--state"}
    found = [frame for frame in traceback.extract_tb(error.__traceback__) if frame.filename in places]
    if not found:
        return error
    frame = found[-1]
    lines = [f"{type(error).__name__}: {error}"]
    if frame.filename == STATE:
        lines.insert(0, "in --state:")
    else:
        lines[:0] = [
            f"{places[frame.filename]}{frame.lineno}:",
            f"    {cell.splitlines()[(frame.lineno or 1) - 1].strip()}",
        ]
    error.__dict__["_render_traceback_"] = lambda: lines
    return error.with_traceback(None)
