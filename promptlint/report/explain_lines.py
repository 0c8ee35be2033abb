"""The lines of an explanation: arguments and texts, each part with the steps that brought it and where it stands."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from promptlint.report.explain_words import HOW, because, filled, quoted, written
from promptlint.report.trails import Branch, Fork, Node, steps, tree
from promptlint.request import Argument, Block, CacheMarker, Hole, Piece, Place, Step, Text


@dataclass(frozen=True, slots=True)
class Line:
    """What is said, and the place that it is said of. `name` opens a section; `quiet` tells how a part came here."""

    text: str
    place: Place | None = None
    name: str = ""
    indent: int = 0
    quiet: bool = False


def of_argument(argument: Argument[Any], name: str, label: str = "", indent: int = 0) -> Iterator[Line]:
    """An argument: its values, the steps to the first, and why there may be others."""
    lead = f"{label} = " if label else ""
    where = argument.place or next(iter(argument.origins), None)
    first, *others = argument.values or (None,)
    if argument.values:
        yield Line(f"{lead}{_value(first)}", where, name, indent)
    elif argument.present is False:
        yield Line(f"{lead}not passed", None, name, indent)
    else:
        yield Line(f"{lead}unknown{because(argument.reason)}", where, name, indent)
    way = steps(argument.trail)
    for step in way:
        yield from _step(step, indent + 1)
    if argument.origins and argument.origins[0] not in (where, *(step.place for step in way)):
        yield Line("where it is written", argument.origins[0], "", indent + 1, quiet=True)
    for value, stands in zip(others, argument.origins[1:], strict=False):
        yield Line(f"or {_value(value)}", stands, "", indent)
    if argument.values and not argument.complete:
        yield Line(f"or another value{because(argument.reason)}", None, "", indent)
    if argument.present is None and argument.values:
        yield Line("or not passed at all", None, "", indent)


def of_block(block: Block, indent: int) -> Iterator[Line]:
    """One block of content: its kind where that is not text, its parts, and its cache marker."""
    if block.kind != "text" or block.optional or block.text is None:
        kind = "content that is not known" if block.kind == "unknown" else f"a block of {block.kind}"
        absent = ", which may be absent" if block.optional else ""
        yield Line(f"{kind}{absent}", block.place, "", indent)
        indent += 1
    if block.text is not None:
        yield from of_text(block.text, indent)
    yield from of_marker(block.cache, indent)


def of_marker(marker: CacheMarker | None, indent: int) -> Iterator[Line]:
    """A cache breakpoint."""
    if marker is not None:
        lifetime = "of an unknown lifetime" if marker.ttl == "unknown" else marker.ttl
        unsure = "" if marker.certain else ", perhaps"
        yield Line(f"cache breakpoint, {lifetime}{unsure}", marker.place, "", indent)


def of_text(text: Text, indent: int) -> Iterator[Line]:
    """The parts of a text below the steps that they have in common."""
    return _nodes(tree(text), indent)


def _nodes(nodes: Sequence[Node], indent: int) -> Iterator[Line]:
    """The parts one below the other; a template that goes on behind a value is not introduced again."""
    told: set[Step] = set()
    for node in nodes:
        match node:
            case Branch(step, inner) if step in told and not any(isinstance(each, Branch) for each in inner):
                yield from _nodes(inner, indent)
            case Branch(step, inner):
                told.add(step)
                yield from _step(step, indent)
                alone = len(inner) == 1 and isinstance(inner[0], Branch)
                yield from _nodes(inner, indent if alone else indent + 1)
            case Fork():
                yield from _fork(node, indent)
            case Hole():
                yield from _hole(node, indent)
            case Piece() if node.text:
                yield Line(quoted(node.text), node.place, "", indent)


def _fork(fork: Fork, indent: int) -> Iterator[Line]:
    """What may be left out is "perhaps", everything else a choice."""
    full = [option for option in fork.options if option]
    for number, option in enumerate(full):
        first = "perhaps" if len(full) < len(fork.options) else "either"
        yield Line("or" if number else first, None, "", indent)
        yield from _nodes(option, indent + 1)


def _hole(hole: Hole, indent: int) -> Iterator[Line]:
    yield Line(f"{{{written(hole.name)}}}", hole.place, "", indent)
    yield Line(filled(hole), None, "", indent + 1, quiet=True)


def _step(step: Step, indent: int) -> Iterator[Line]:
    yield Line(f"from {written(step.name)}, {HOW[step.how]}", step.place, "", indent, quiet=True)
    if step.passed is not None:
        yield Line("passed here", step.passed, "", indent, quiet=True)


def _value(value: object) -> str:
    return written(str(value))
