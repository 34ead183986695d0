"""A text file to run pipelines over: a word in each line, few of them often and most of them seldom, as in a language.

    python -m benchmarks.word_files words.txt --lines 1000000

The file is the same whenever it is made with the same seed. A word is as seldom as its rank is high (Zipf's law).
"""

from __future__ import annotations

import argparse
import random
from collections.abc import Iterator
from itertools import accumulate
from pathlib import Path

LINES = 1_000_000
WORDS = 20_000
AT_ONCE = 10_000

_STARTS = (*"bcdfghjklmnprstvwz", "br", "cl", "dr", "fl", "gr", "kn", "pl", "qu", "sh", "st", "th", "tr")
_MIDDLES = (*"aeiou", "ai", "ea", "ee", "oa", "ou")


def vocabulary(count: int, rng: random.Random) -> list[str]:
    """Return so many words, all different, the first of them the shortest."""
    words: dict[str, None] = {}
    syllables = 1
    while len(words) < count:
        for _ in range(len(_STARTS) * len(_MIDDLES) * syllables**3):
            word = "".join(rng.choice(_STARTS) + rng.choice(_MIDDLES) for _ in range(syllables))
            words.setdefault(word + rng.choice(["", "n", "s", "t"]))
        syllables += 1
    return list(words)[:count]


def words(lines: int = LINES, different: int = WORDS, seed: int = 1) -> Iterator[str]:
    """Yield the words of a file."""
    rng = random.Random(seed)
    known = vocabulary(different, rng)
    weights = list(accumulate(1 / rank for rank in range(1, different + 1)))
    for start in range(0, lines, AT_ONCE):
        yield from rng.choices(known, cum_weights=weights, k=min(AT_ONCE, lines - start))


def write(path: Path, lines: int = LINES, different: int = WORDS, seed: int = 1) -> None:
    """Write the file."""
    with path.open("w", encoding="utf-8") as file:
        file.writelines(f"{word}\n" for word in words(lines, different, seed))


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("path", type=Path)
    parser.add_argument("--lines", type=int, default=LINES)
    parser.add_argument("--words", type=int, default=WORDS)
    parser.add_argument("--seed", type=int, default=1)
    given = parser.parse_args()
    write(given.path, given.lines, given.words, given.seed)
    print(f"wrote {given.lines:,} lines to {given.path}")


if __name__ == "__main__":
    main()
