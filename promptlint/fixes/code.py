"""A Python file as libcst sees it: nodes by their place, and the edits that a changed node amounts to."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cached_property
from typing import Any

import libcst as cst
from libcst.metadata import MetadataWrapper, ParentNodeProvider, PositionProvider

from promptlint.edits import Edit, Refused
from promptlint.fixes.spans import TextSpans
from promptlint.request import Place


class Code:
    """A parsed file. Raises `Refused` where libcst cannot parse it, or would not write it as it is."""

    def __init__(self, spans: TextSpans) -> None:
        self.spans = spans
        try:
            module = cst.parse_module(spans.text)
        except (cst.ParserSyntaxError, RecursionError) as error:
            what = "nested too deeply" if isinstance(error, RecursionError) else "newer than libcst, or beyond it"
            raise Refused(f"the syntax of the file is {what}: no edit can be computed") from None
        if module.code != spans.text:
            raise Refused("libcst would change other parts of the file as well: it holds form feeds or the like")
        self._wrapper = MetadataWrapper(module, unsafe_skip_copy=True)
        self.module = self._wrapper.module

    @cached_property
    def _parents(self) -> Any:
        return self._wrapper.resolve(ParentNodeProvider)

    @cached_property
    def _nodes(self) -> dict[tuple[int, int, int, int], list[cst.CSTNode]]:
        found: dict[tuple[int, int, int, int], list[cst.CSTNode]] = {}
        for node, span in self._wrapper.resolve(PositionProvider).items():
            key = (span.start.line, span.start.column + 1, span.end.line, span.end.column + 1)
            found.setdefault(key, []).append(node)
        return found

    def find[T: cst.CSTNode](self, place: Place, kind: type[T]) -> T:
        """The node of a kind that has exactly this place. Raises `Refused`."""
        key = (place.line, place.column, place.end_line, place.end_column)
        for node in self._nodes.get(key, ()):
            if isinstance(node, kind):
                return node
        raise Refused("what stands there is written in a way that the fix does not know")

    def expression(self, place: Place) -> cst.BaseExpression:
        """The expression that has exactly this place. Raises `Refused`."""
        key = (place.line, place.column, place.end_line, place.end_column)
        for node in self._nodes.get(key, ()):
            if isinstance(node, cst.BaseExpression):
                return node
        raise Refused("what stands there is written in a way that the fix does not know")

    def enclosing(self, place: Place, kinds: tuple[type[cst.CSTNode], ...]) -> cst.CSTNode:
        """The smallest node of some kinds around a place. Raises `Refused`."""
        found = [
            (self.place(node), node)
            for nodes in self._nodes.values()
            for node in nodes
            if isinstance(node, kinds) and self.place(node).contains(place)
        ]
        for span, node in found:
            if all(other.contains(span) for other, _ in found):
                return node
        raise Refused("what stands there is written in a way that the fix does not know")

    def place(self, node: cst.CSTNode) -> Place:
        """Where a node stands."""
        span = self._wrapper.resolve(PositionProvider)[node]
        return Place(self.spans.path, span.start.line, span.start.column + 1, span.end.line, span.end.column + 1)

    def parent(self, node: cst.CSTNode) -> cst.CSTNode | None:
        """The node around a node."""
        found: cst.CSTNode | None = self._parents.get(node)
        return found

    def around(self, node: cst.CSTNode) -> Iterator[cst.CSTNode]:
        """The nodes around a node, from the inside out."""
        up = self.parent(node)
        while up is not None:
            yield up
            up = self.parent(up)

    def replaced(self, old: cst.CSTNode, new: cst.CSTNode) -> Edit:
        """The edit that turns a node into another."""
        place = self.place(old)
        if self.source(old) == self.spans.segment(place):  # nothing around it has a say in how it is written
            return self._difference(self.source(new), *self.spans.span(place))
        changed = self.module.deep_replace(old, new)
        assert isinstance(changed, cst.Module)
        return self._difference(changed.code)

    def without(self, old: cst.CSTNode) -> Edit:
        """The edit that takes a statement away."""
        changed = self.module.deep_remove(old)
        assert isinstance(changed, cst.Module)
        return self._difference(changed.code)

    def source(self, node: cst.CSTNode) -> str:
        """A node as it is written."""
        return self.module.code_for_node(node)

    def _difference(self, written: str, first: int = 0, last: int | None = None) -> Edit:
        """The smallest edit that writes something else between two offsets."""
        before = self.spans.text[first:last]
        if written == before:
            raise Refused("the code has that form already")
        start = _shared(before, written)
        room = min(len(before), len(written)) - start
        end = min(room, _shared(before[::-1], written[::-1]))
        content = written[start : len(written) - end]
        return Edit(self.spans.place(first + start, first + len(before) - end), content)


def _shared(one: str, other: str) -> int:
    """With how many characters both begin."""
    return next((at for at, (a, b) in enumerate(zip(one, other, strict=False)) if a != b), min(len(one), len(other)))
