"""``sm-toolkit rewire``: what is told before and after, and that clients who are connected go on."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from sm_toolkit.edges.client import connect
from tests.cli.commands import invoke, served

WORDS = "sm_toolkit.examples.word_count"


@pytest.fixture
def words() -> Iterator[int]:
    with served(f"{WORDS}:counting", "--engine", "threads") as (_, port):
        yield port


def test_the_whole_story(words: int) -> None:
    here = f"localhost:{words}"
    with connect("127.0.0.1", words) as client:
        assert [client.call(word) for word in ("to", "be", "To")] == ["1 to", "1 be", "1 To"]
        tried = invoke("rewire", here, f"{WORDS}:to_any_case", "--dry-run")
        assert tried.exit_code == 0
        told, _, became = tried.stdout.partition("\n\n")
        first, *rest = told.splitlines()
        assert first.startswith("pipeline ")
        assert rest == [
            "interface Pipeline[Str, Str] stays",
            "  + stage 'lower': is added; Str to Str",
            "  ~ shard 'words': 2 copies become 4",
            "  = 'parse', 'count', 'write': as before",
        ]
        seen = 'fromList [("To",1),("be",1),("to",1)]'
        assert became.splitlines() == [
            f"pipeline would be rewired to {first.split()[-1]}, interface version 1",
            "  stage   state before                            after",
            "  parse   ()                                      ()",
            f"  count   {seen}   {seen}",
            "  write   ()                                      ()",
            "  lower   -                                       ()",
            "nothing was changed: this was a dry run",
        ]
        assert client.call("To") == "2 To"
        done = invoke("rewire", here, f"{WORDS}:to_any_case")
        assert done.exit_code == 0
        assert done.stdout.startswith(f"pipeline rewired to {first.split()[-1]}, interface version 1\n")
        assert client.call("To") == "2 to"
        again = invoke("rewire", here, f"{WORDS}:to_any_case")
        assert (again.exit_code, again.stdout) == (1, "")
        assert again.stderr.startswith("refused: all runs on as before, because\n  - what runs is ")
        assert "the new pipeline runs already" in again.stderr
        # What runs is not what the rewiring expects, so what it shows is told of the stages alone.
        known = invoke("rewire", here, f"{WORDS}:to_any_case", "--dry-run")
        assert known.exit_code == 1
        assert known.stdout == "nothing changes\n\n"


@pytest.mark.parametrize(
    ("target", "told"),
    [
        ("counting", "is no rewiring: it is a Sequence; make a rewiring of two pipelines: rewire(running, new)"),
        ("to_count_since", "is no rewiring: it is an Upgrade; send it with sm-toolkit upgrade"),
        ("nobody", "has no 'nobody'; it has to_any_case"),
    ],
)
def test_what_is_no_rewiring_is_told(target: str, told: str) -> None:
    result = invoke("rewire", "3000", f"{WORDS}:{target}")
    assert result.exit_code == 1
    assert told in result.output
    assert "send it with sm-toolkit rewire" in invoke("upgrade", "3000", f"{WORDS}:to_any_case").output
