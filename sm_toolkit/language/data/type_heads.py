"""What the head of a type says: whether it is a variable or a record, and the words in a record's. No types here."""

from __future__ import annotations

from functools import lru_cache


def is_variable_head(head: str) -> bool:
    """Tell whether the head of a type is a variable's name."""
    return head[0].islower()


@lru_cache(maxsize=4096)
def record_words(head: str) -> tuple[str, tuple[str, ...]]:
    """Return the name of a record and those of its fields, given the head of its type.

    >>> record_words("Record Point x y")
    ('Point', ('x', 'y'))
    """
    _, name, *labels = head.split(" ")
    return name, tuple(labels)


def is_record_head(head: str) -> bool:
    """Tell whether the head of a type is a record's."""
    return head.startswith("Record ")
