"""What a notebook shows of a hash, and that a hash is its text everywhere else."""

from __future__ import annotations

import copy
import json
import pickle
import subprocess
import sys
from collections.abc import Callable
from typing import Any
from xml.etree import ElementTree

import msgpack
import pytest

from sm_toolkit.deploying import deploy
from sm_toolkit.language import Int, Str, Unit, ValueMismatchError, get, hash_machine, ident, incr, put, step
from sm_toolkit.language.encoding.canonical import codec_of, pack, unpack
from sm_toolkit.language.encoding.hashes import Hash
from sm_toolkit.notebook.hash_block import hash_html, swatch
from sm_toolkit.pipeline.pipelines import stage
from sm_toolkit.pipeline.plans import hash_pipeline
from sm_toolkit.pipeline.upgrades import upgrade
from sm_toolkit.pipeline.wire import Frames, decode_answer, encode_answer

counting = get(Int) >> incr >> put()
count = stage("count", 0, counting)
TEXT = str(hash_machine(counting))


def test_a_hash_is_equal_to_its_text_and_prints_like_it() -> None:
    hash_ = hash_machine(counting)
    assert type(hash_) is Hash
    assert type(TEXT) is str
    assert hash_ == TEXT
    assert hash(hash_) == hash(TEXT)
    by_text: dict[str, int] = {hash_: 1}
    assert by_text[TEXT] == {TEXT: 1}[hash_] == 1
    assert (repr(hash_), f"{hash_}", f"{hash_:.7}", "%s" % hash_) == (repr(TEXT), TEXT, TEXT[:7], TEXT)  # noqa: UP031
    assert sorted([hash_, "0", "g"]) == ["0", TEXT, "g"]


@pytest.mark.parametrize(
    "through",
    [
        lambda hash_: json.loads(json.dumps(hash_)),
        lambda hash_: msgpack.unpackb(msgpack.packb(hash_)),
        lambda hash_: pickle.loads(pickle.dumps(hash_)),
        copy.deepcopy,
        lambda hash_: hash_.encode().decode(),
        lambda hash_: unpack(pack([hash_]))[0],
    ],
)
def test_a_hash_goes_where_texts_go(through: Callable[[Any], Any]) -> None:
    assert through(hash_machine(counting)) == TEXT


def test_hashes_of_pipelines_and_in_answers_are_hashes_also_from_the_wire() -> None:
    assert type(hash_pipeline(count)) is Hash
    change = upgrade(count, stage("count", 0, counting >> get()), migrate=ident(Int))
    with deploy(count) as running:
        seen: Any = running.inspect()
        answer: Any = running.change(change)
    assert type(change.expects) is Hash
    for one in (seen, answer):
        (body,) = Frames().feed(encode_answer(one, codec_of(Unit)))
        arrived: Any = decode_answer(body, codec_of(Unit))
        hash_, sent = (each.hash if one is answer else each.stages[0].hash for each in (arrived, one))
        assert type(hash_) is Hash
        assert hash_ == sent


def test_a_picture_tells_hashes_apart() -> None:
    hashes = [hash_machine(incr), hash_machine(counting), hash_pipeline(count)]
    assert len(set(map(swatch, hashes))) == 3
    for hash_ in (*hashes, "", "no hash"):
        assert ElementTree.fromstring(swatch(hash_)).tag.endswith("svg")
    assert hash_html("<b>").count("&lt;b&gt;") == 2


SHOWN = """
from IPython.testing.globalipapp import start_ipython
shell = start_ipython()
shell.display_formatter.active_types = shell.display_formatter.format_types
from sm_toolkit import hash_machine, incr
data, _ = shell.display_formatter.format(hash_machine(incr))
print(data["text/plain"] == repr(str(hash_machine(incr))), "sm-hash" in data["text/html"], *sorted(data))
data, _ = shell.display_formatter.format(str(hash_machine(incr)))
print(*data)
"""


def test_a_cell_that_ends_in_a_hash_shows_it() -> None:
    printed = subprocess.run([sys.executable, "-c", SHOWN], capture_output=True, text=True, check=True, timeout=120)
    assert printed.stdout.splitlines() == ["True True text/html text/plain", "text/plain"]


def test_a_value_of_a_machine_is_the_text_of_a_hash_and_the_error_says_so() -> None:
    assert step(ident(Str), str(hash_machine(counting)), None) == (TEXT, None)
    hash_: Any = hash_machine(counting)
    with pytest.raises(ValueMismatchError, match=r"an object of class Hash \(give `str\(…\)` of it\)"):
        step(ident(Str), hash_, None)
