"""The demo's operator, run as a process of its own: it connects, waits for a word, and sends one upgrade.

It prints `ready`, and after a line of input one line of JSON that says what the server answered.
"""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Sequence
from typing import Any

from sm_toolkit.edges.client import ChangeRefused, connect
from sm_toolkit.examples.counter import typed_v1_to_v2, typed_v2_to_v3
from sm_toolkit.language.text import show_text

UPGRADES = {"typed_v1_to_v2": typed_v1_to_v2, "typed_v2_to_v3": typed_v2_to_v3}


def main(arguments: Sequence[str]) -> None:
    """Send the upgrade of that name to the server on that port: ``PORT NAME``."""
    port, name = arguments
    with connect(port=int(port)) as client:
        print("ready", flush=True)
        if sys.stdin.readline():
            print(json.dumps(_send(client, UPGRADES[name])), flush=True)


def _send(client: Any, upgrade: Any) -> dict[str, Any]:
    began = time.perf_counter()
    try:
        answer = client.change(upgrade)
    except ChangeRefused as error:
        return {"refused": list(error.reasons)}
    return {
        "from_version": client.version,
        "to_version": answer.version,
        "stage": answer.stage,
        "old_hash": upgrade.expects,
        "new_hash": answer.hash,
        "before": show_text(answer.before),
        "before_type": str(answer.before_type),
        "after": show_text(answer.after),
        "after_type": str(answer.after_type),
        "milliseconds": round((time.perf_counter() - began) * 1000, 3),
    }


if __name__ == "__main__":
    main(sys.argv[1:])
