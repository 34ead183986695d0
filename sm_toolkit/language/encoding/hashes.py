"""The class of hashes: texts, by which whoever shows one knows what it is."""

from __future__ import annotations


class Hash(str):
    """The hash of what a machine or a pipeline is: 64 hexadecimal digits.

    It is its text wherever a text is wanted, and equal to it; only a notebook shows it otherwise. (It is no value of
    the language: ``str(…)`` of it is.)

    >>> Hash("4556225") == "4556225", {"4556225": 1}[Hash("4556225")], Hash("4556225")
    (True, 1, '4556225')
    """

    __slots__ = ()
