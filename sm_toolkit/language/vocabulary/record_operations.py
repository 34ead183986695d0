"""The names of the primitives on tuples of three parts or more, records and variants.

Each is for one type, given as a type of the language or as the Python class that stands for it; what is made of one
given as a class is of that class, whatever else has its name and fields. What goes into or comes
out of several fields is in nested pairs, as ``f & g & h`` makes them. All of these raise a TypeError for a type
for which there is no such thing.
"""

from __future__ import annotations

from typing import Any

from sm_toolkit.language.data.annotations import classes_in, from_annotation
from sm_toolkit.language.data.records import Record
from sm_toolkit.language.data.types import Type, record_words
from sm_toolkit.language.primitives import primitive_record
from sm_toolkit.language.syntax.machines import Machine
from sm_toolkit.language.syntax.terms import Primitive
from sm_toolkit.language.vocabulary.combinators import fan_in


def construct(record: Type[Any] | type) -> Machine[Any, Any, Any]:
    """Make a record of its fields: of none from Unit, of one from its value, of more from nested pairs.

    >>> from sm_toolkit.language.vocabulary.combinators import decr, incr
    >>> from sm_toolkit.language.interpreter import step
    >>> from sm_toolkit.language.data.types import Int
    >>> step((incr & decr) >> construct(Record("Point", x=Int, y=Int)), 5, None)
    (Point(x=6, y=4), None)
    """
    return _made("construct", record)


def field(record: Type[Any] | type, label: str) -> Machine[Any, Any, Any]:
    """Give a field of a record. ``record -> field``.

    >>> from sm_toolkit.language.interpreter import step
    >>> from sm_toolkit.language.data.records import record_class
    >>> from sm_toolkit.language.data.types import Int
    >>> Point = Record("Point", x=Int, y=Int)
    >>> step(field(Point, "y"), record_class(Point)(1, 2), None)
    (2, None)
    """
    return _made("field", record, label)


def update(record: Type[Any] | type, label: str) -> Machine[Any, tuple[Any, Any], Any]:
    """Give the record with another value in a field. ``(record, field) -> record``.

    >>> from sm_toolkit.language.interpreter import step
    >>> from sm_toolkit.language.data.records import record_class
    >>> from sm_toolkit.language.data.types import Int
    >>> Point = Record("Point", x=Int, y=Int)
    >>> step(update(Point, "y"), (record_class(Point)(1, 2), 5), None)
    (Point(x=1, y=5), None)
    """
    return _made("update", record, label)


def inject(variant: Type[Any] | Any, label: str) -> Machine[Any, Any, Any]:
    """Take a record as the alternative of that name of a variant. ``record -> variant``.

    >>> from sm_toolkit.language.checking.inference import infer
    >>> from sm_toolkit.language.data.records import Variant
    >>> from sm_toolkit.language.data.types import Int
    >>> print(infer(inject(Variant(Record("Read"), Record("Incr", by=Int)), "Incr")))
    Machine[s, Incr(by: Int), Read() | Incr(by: Int)]
    """
    return _made("inject", variant, label)


def split(variant: Type[Any] | Any) -> Machine[Any, Any, Any]:
    """Give a variant as a sum of its records, nested to the right: what ``fan_in`` and ``case`` take.

    >>> from sm_toolkit.language.interpreter import step
    >>> from sm_toolkit.language.data.records import Variant, record_class
    >>> from sm_toolkit.language.data.types import Int
    >>> Incr = Record("Incr", by=Int)
    >>> step(split(Variant(Record("Read"), Incr)), record_class(Incr)(3), None)
    (Right(Incr(by=3)), None)
    """
    return _made("split", variant)


def match_variant(variant: Type[Any] | Any, /, **machines: Machine[Any, Any, Any]) -> Machine[Any, Any, Any]:
    """Run the machine of the alternative that the input is, on its record; all give one type. ``variant -> b``.

    >>> from sm_toolkit.language.vocabulary.combinators import const, consume
    >>> from sm_toolkit.language.interpreter import step
    >>> from sm_toolkit.language.data.records import Variant, record_class
    >>> from sm_toolkit.language.data.types import Int
    >>> Read, Incr = Record("Read"), Record("Incr", by=Int)
    >>> machine = match_variant(Variant(Read, Incr), Read=consume() >> const(0), Incr=field(Incr, "by"))
    >>> step(machine, record_class(Read)(), None), step(machine, record_class(Incr)(3), None)
    ((0, None), (3, None))

    Raises:
        TypeError: an alternative has no machine, or a machine no alternative.
    """
    taken = split(variant)
    given = _type(variant)
    labels = [record_words(record.head)[0] for record in given.args]
    if set(labels) != set(machines):
        raise TypeError(
            f"`match_variant` takes a machine for each of {', '.join(labels)}, and got {', '.join(machines)}"
        )
    return taken >> fan_in(*(machines[label] for label in labels))


def to_tuple(tuple: Type[Any] | Any) -> Machine[Any, Any, Any]:
    """Make a tuple of three parts or more of nested pairs. ``((a, b), c) -> (a, b, c)``.

    >>> from sm_toolkit.language.vocabulary.combinators import ident, incr
    >>> from sm_toolkit.language.interpreter import step
    >>> from sm_toolkit.language.data.types import Int, Tuple
    >>> step((incr & incr & ident()) >> to_tuple(Tuple(Int, Int, Int)), 5, None)
    ((6, 6, 5), None)
    """
    return _made("to_tuple", tuple)


def from_tuple(tuple: Type[Any] | Any) -> Machine[Any, Any, Any]:
    """Make nested pairs of a tuple of three parts or more. ``(a, b, c) -> ((a, b), c)``.

    >>> from sm_toolkit.language.interpreter import step
    >>> from sm_toolkit.language.data.types import Int, Tuple
    >>> step(from_tuple(Tuple(Int, Int, Int)), (1, 2, 3), None)
    (((1, 2), 3), None)
    """
    return _made("from_tuple", tuple)


def _type(given: Any) -> Type[Any]:
    return given if isinstance(given, Type) else from_annotation(given)


def _made(name: str, of: Any, *labels: str) -> Machine[Any, Any, Any]:
    types = (_type(of), *map(Record, labels))
    primitive_record(name, types)  # or it raises
    made: Machine[Any, Any, Any] = Machine(Primitive(name, types))
    if not isinstance(of, Type):
        made.classes = classes_in(of)
    return made
