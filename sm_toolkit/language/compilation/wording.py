"""How values are written as Python source, and under which names they stand there. Statements are in ``emission``."""

from __future__ import annotations

import re

from sm_toolkit.language.compilation.blocks import ATOMS, Spelled, Template, Value
from sm_toolkit.language.compilation.expressions import filled, shown, spelled
from sm_toolkit.language.compilation.joining import resolved
from sm_toolkit.language.compilation.making import NOTHING_OR_SOMETHING
from sm_toolkit.language.compilation.support import Environment

MOST_DEEP = 20
"""How deep expressions nest before a part is bound to a name (Python allows some hundreds)."""


class Wording:
    """Writes the values of one function."""

    def __init__(self, environment: Environment) -> None:
        self.lines: list[str] = []
        self._environment = environment
        self._names: dict[Value, str] = {}
        self._count = 0
        self._inlined: set[Value] = set()

    def _line(self, level: int, text: str) -> None:
        self.lines.append("    " * level + text)

    def _name(self, value: Value) -> str:
        """Return the name of a value, found now if it has none."""
        name = self._names.get(value)
        if name is None:
            name = self._names[value] = self._fresh()
        return name

    def _fresh(self) -> str:
        """Return a name that nothing has."""
        self._count += 1
        return f"v{self._count}"

    def _give(self, name: str, value: Value, level: int) -> None:
        """Have a name stand for a value from here on. What makes a record of a usual kind is written out."""
        shape = value.data if value.kind == "record" and value not in self._names else None
        texts = [self._text(operand, level)[0] for operand in value.operands] if shape is not None else []
        if shape is None or not shape.by_dict or any(re.search(rf"\b{name}\b", text) for text in texts):
            text, _ = self._text(value, level)
            if text != name:
                self._line(level, f"{name} = {text}")
            return
        self._line(level, f"{name} = new({self._environment.kept('class', shape.class_)})")
        fields = f"{name}.__dict__"
        if len(texts) > 1:
            self._line(level, f"fields = {fields}")
            fields = "fields"
        for label, text in zip(shape.labels, texts, strict=True):
            self._line(level, f'{fields}["{label}"] = {text}')

    def _made(self, value: Value, level: int) -> str:
        """Return an expression for what is given back; what makes a record of a usual kind is written before it."""
        if value.kind != "record" or value in self._names or not value.data.by_dict:
            return self._text(value, level)[0]
        name = self._fresh()
        self._give(name, value, level)
        return name

    def _text(self, value: Value, level: int) -> tuple[str, bool]:
        """Return an expression, and whether it holds together without brackets."""
        made: list[tuple[str, bool, int]] = []
        work: list[tuple[Value, bool, bool]] = [(value, False, False)]
        while work:
            current, done, in_operation = work.pop()
            if not done:
                atom = self._atom(current)
                if atom is not None:
                    made.append((*atom, 0))
                else:
                    work.append((current, True, in_operation))
                    inside = in_operation or current.kind == "operation"
                    work.extend((operand, False, inside) for operand in reversed(current.operands))
                continue
            start = len(made) - len(current.operands)
            operands = made[start:]
            del made[start:]
            text, atomic = self._written(current, [operand[:2] for operand in operands])
            depth = 1 + max((operand[2] for operand in operands), default=0)
            # What is made of texts may stand in a format string, and that has no room for quotes.
            if (depth > MOST_DEEP and work) or (in_operation and current.kind == "text"):
                name = self._fresh()
                self._line(level, f"{name} = {text}")
                made.append((name, True, 0))
            else:
                made.append((text, atomic, depth))
        text, atomic, _ = made.pop()
        return text, atomic

    def _atom(self, value: Value) -> tuple[str, bool] | None:
        while value.kind == "same":
            value = value.operands[0]
        name = self._names.get(value)
        if name is not None:
            return name, True
        if value.kind == "variable":
            return value.data, True
        if value.kind == "constant":
            return self._environment.literal(value.data)
        assert value.kind not in ATOMS or value in self._inlined, "a call or a join is named before it is used"
        return None

    def _written(self, value: Value, operands: list[tuple[str, bool]]) -> tuple[str, bool]:
        """Write one value whose operands are written."""
        texts = [text for text, _ in operands]
        tight = [text if atomic else f"({text})" for text, atomic in operands]
        match value.kind:
            case "pair":
                return f"({texts[0]}, {texts[1]})", True
            case "side":
                return f"{value.data.__name__}({texts[0]})", True
            case "wrapped":
                return f"wrap({texts[0]}, {self._environment.kept('wrappers', value.data)})", True
            case "chosen":
                return f"Left({texts[1]}) if {texts[0]} else Right({texts[2]})", False
            case "distributed":
                return f"{tight[0]}.__class__(({tight[1]}.value, {texts[2]}))", True
            case "half":
                return f"{tight[0]}[{value.data}]", True
            case "tuple":
                return f"({', '.join(texts)})", True
            case "field":
                return filled(value.data, texts, tight)[0], True
            case "record" | "remade":
                make = self._environment.maker(value.data, again=value.kind == "remade")
                return f"{make}({', '.join(texts)})", True
            case "split":
                return self._environment.whole(value.data, texts[0])
            case "payload":
                return f"{tight[0]}.value", True
            case "operation":
                tested = resolved(value.operands[0]) if value.data == NOTHING_OR_SOMETHING.test else None
                if tested is not None and tested.kind == "constant":
                    return repr(tested.data is None), True  # it turned out to be known when a loop had settled
                return filled(value.data, texts, tight)
        if isinstance(value.data, Template):
            return shown(value.data, texts)
        if isinstance(value.data, Spelled):
            return spelled(value.data, texts, lambda result: self._environment.literal(result)[0])
        return filled(value.data, texts, tight)
