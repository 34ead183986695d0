"""``sm-toolkit serve``: a pipeline out of a module, over TCP, until Ctrl-C. The server itself is an edge."""

from __future__ import annotations

import errno
from typing import TYPE_CHECKING

import click

from sm_toolkit.cli.engines import HELP, SERVING, engine_named
from sm_toolkit.cli.reaching import find
from sm_toolkit.cli.teeing import look_at_tees

if TYPE_CHECKING:
    from sm_toolkit.pipeline.ports import Codec

PIPELINE_HINTS = {
    "Machine": 'put it in a stage: stage("name", initial_state, machine)',
    "Upgrade": "send it to a server that runs: sm-toolkit upgrade HOST:PORT MODULE:UPGRADE",
}


@click.command()
@click.argument("target", metavar="MODULE:PIPELINE")
@click.option("--host", default="127.0.0.1", show_default=True, help="A loopback address; there are no keys yet.")
@click.option("--port", default=3000, show_default=True, type=click.IntRange(0, 65535), help="0 takes any free one.")
@click.option(
    "--codec",
    default="msgpack",
    show_default=True,
    type=click.Choice(["msgpack", "text", "lines"]),
    help="msgpack is for programs and the other commands, text and lines for nc.",
)
@click.option(
    "--engine",
    default="inline",
    show_default=True,
    type=click.Choice(SERVING),
    help=HELP,
)
@click.option(
    "--tee",
    "tees",
    multiple=True,
    nargs=2,
    metavar="NAME FILE",
    help="Where a tee's copies go, as lines.",
)
def serve(target: str, host: str, port: int, codec: str, engine: str, tees: tuple[tuple[str, str], ...]) -> None:
    """Serve a pipeline until Ctrl-C.

    MODULE:PIPELINE is where Python finds it; a module in the current folder is found, too. Clients connect,
    send values, and get the outputs; an upgrade is one more request.

    \b
    For example, and then in another terminal:
        sm-toolkit serve sm_toolkit.examples.counter:typed_v1
        sm-toolkit call localhost:3000 "Right ()" "Left ()"

    \b
    Or with text, for nc:
        sm-toolkit serve sm_toolkit.examples.counter:v1 --codec text
        echo 'Item "Left ()"' | nc localhost 3000

    That pipeline takes texts. A typed one, as typed_v1, takes values, without the quotes: Item (Left ()).
    """
    from sm_toolkit.deploying import run
    from sm_toolkit.edges.server import from_tcp
    from sm_toolkit.edges.sinks import to_file
    from sm_toolkit.edges.tees import to_tee
    from sm_toolkit.language.errors import ToolkitError
    from sm_toolkit.pipeline.pipelines import Pipeline, interface
    from sm_toolkit.pipeline.shapes import stages

    pipeline = find(target, Pipeline, "pipeline", PIPELINE_HINTS)
    look_at_tees(tees, [pipeline], rewirable=codec == "msgpack")

    def ready(host: str, port: int) -> None:
        names = " >> ".join(stage.name for stage in stages(pipeline)) or "identity"
        place = f"[{host}]:{port}" if ":" in host else f"{host}:{port}"
        click.echo(f"serving {names}: {interface(pipeline)} on {place}, {codec}")

    try:
        listener = from_tcp(host, port, ready=ready)
        sinks = {name: to_tee(to_file(path), codec=codec_named("lines")) for name, path in tees}
        run(listener, codec_named(codec), pipeline, engine=engine_named(engine), tees=sinks)
    except OSError as error:
        raise click.ClickException(_why_not(error, host, port)) from None
    except (ToolkitError, ValueError) as error:
        raise click.ClickException(str(error)) from None


def _why_not(error: OSError, host: str, port: int) -> str:
    if error.errno == errno.EADDRINUSE:
        return f"port {port} on {host} is taken; choose another with --port (0 takes any free one)"
    if error.errno in (errno.EACCES, errno.EPERM):
        return f"port {port} on {host} may not be used by you; choose one above 1023 with --port"
    return f"cannot listen on {host}:{port}: {error.strerror or error}"


def codec_named(name: str) -> Codec:
    """Return a codec by the name that it has on the command line."""
    if name == "text":
        from sm_toolkit.edges.show_codec import text_codec

        return text_codec
    if name == "lines":
        from sm_toolkit.edges.lines import lines_codec

        return lines_codec
    from sm_toolkit.edges.frames import msgpack_codec

    return msgpack_codec
