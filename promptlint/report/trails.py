"""Trails as people follow them: from the call to the source, and what came the same way together."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from promptlint.request import Hole, Part, Piece, Step, Text, Variant

_NAMED_AGAIN = frozenset({"constant", "attribute", "config"})


@dataclass(frozen=True, slots=True)
class Branch:
    """Neighbouring parts that came by the same step."""

    step: Step
    parts: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class Fork:
    """One of several texts, decided at run time."""

    options: tuple[tuple[Node, ...], ...]


Node = Branch | Fork | Piece | Hole


def steps(trail: Sequence[Step]) -> tuple[Step, ...]:
    """The steps from the call to the source. A constant and its assignment are one step: it stands where that does."""
    found: list[Step] = []
    for step in trail:
        before = found[-1] if found else None
        if before is None or not _says_more(step, before):
            found.append(step)
        elif step != before:
            found[-1] = replace(step, place=before.place)
    return tuple(reversed(found))


def _says_more(step: Step, before: Step) -> bool:
    """Whether a step only tells what kind of name the one before it assigned."""
    same_name = before.name.rpartition(".")[2] == step.name.rpartition(".")[2]
    return step == before or (before.how == "literal" and step.how in _NAMED_AGAIN and same_name)


def tree(text: Text) -> tuple[Node, ...]:
    """The parts of a text, grouped by the steps that they have in common."""
    return _grouped(text.parts, 0)


def _grouped(parts: Sequence[Part], depth: int) -> tuple[Node, ...]:
    """The parts without the first `depth` of their steps, which were told above."""
    found: list[Node] = []
    for step, group in _runs(parts, depth):
        if step is not None:
            found.append(Branch(step, _grouped(group, depth + 1)))
            continue
        for part in group:
            if isinstance(part, Variant):
                found.append(Fork(tuple(_grouped(option.parts, depth) for option in part.options)))
            else:
                found.append(part)
    return tuple(found)


def _runs(parts: Sequence[Part], depth: int) -> Iterator[tuple[Step | None, list[Part]]]:
    """Neighbours that have the same step at a depth; None for those whose way ends before."""
    current: Step | None = None
    group: list[Part] = []
    for part in parts:
        way = _way(part)
        step = way[depth] if depth < len(way) else None
        if group and step != current:
            yield current, group
            group = []
        current = step
        group.append(part)
    if group:
        yield current, group


def _way(part: Part) -> tuple[Step, ...]:
    """The steps of a part; of a variant those that all its options begin with."""
    if not isinstance(part, Variant):
        return steps(part.trail)
    ways = [_way(inner) for option in part.options for inner in option.parts]
    shared = min(map(len, ways), default=0)
    while any(way[:shared] != ways[0][:shared] for way in ways):
        shared -= 1
    return ways[0][:shared] if ways else ()
