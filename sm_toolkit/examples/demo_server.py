"""The demo's server, run as a process of its own: it prints its port and serves until its input ends.

So it never outlives the demo, however that ends.
"""

from __future__ import annotations

import os
import signal
import threading

from sm_toolkit.deploying import run
from sm_toolkit.edges.frames import msgpack_codec
from sm_toolkit.edges.server import from_tcp
from sm_toolkit.examples.counter import typed_v1


def main() -> None:
    """Serve version 1 of the typed counter on a free port."""
    listener = from_tcp(ready=lambda _, port: print(port, flush=True))
    threading.Thread(target=_stop_at_end_of_input, daemon=True).start()
    run(listener, msgpack_codec, typed_v1)


def _stop_at_end_of_input() -> None:
    while os.read(0, 1024):  # not sys.stdin: its lock must be free when the process ends
        pass
    signal.raise_signal(signal.SIGINT)


if __name__ == "__main__":
    main()
