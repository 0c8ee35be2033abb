"""YAML text as values: each text with the place of its characters in the file, where it stands there as it is."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from promptlint.request import Hole, Place
from promptlint.source import changes
from promptlint.source.spans import Malformed, Mark, Spans
from promptlint.source.values import Const, Entry, Item, Map, Seq, Str, Unknown, Value

if TYPE_CHECKING:
    import yaml

MAX_NODES = 20_000  # aliases counted each time: they can make a small file a huge value


def parse(spans: Spans) -> Value:
    """The value of a YAML text, whatever its tags: nothing is constructed. Raises `Malformed`."""
    import yaml  # takes a while, and few projects need it

    try:
        root = yaml.compose(spans.text, Loader=yaml.SafeLoader)
        return _Reader(spans).value(root) if root is not None else Const(None, spans.place(0, 0))
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark
        message = f"this is not valid YAML: {error.problem or error.context}"
        raise Malformed(message, mark.line + 1 if mark else None, mark.column + 1 if mark else None) from None
    except (yaml.YAMLError, RecursionError, ValueError):
        raise Malformed("this YAML is nested too deeply, or holds a character or number that it may not") from None


class _Reader:
    """Turns the nodes of a YAML document into values."""

    def __init__(self, spans: Spans) -> None:
        import yaml

        self._spans = spans
        self._left = MAX_NODES
        self._scalars = yaml.constructor.SafeConstructor()

    def value(self, node: yaml.Node) -> Value:
        self._left -= 1
        if self._left < 0:
            mark = node.start_mark
            raise Malformed(f"the aliases make more than {MAX_NODES:,} values", mark.line + 1, mark.column + 1)
        match node.id:
            case _ if node.tag.startswith("tag:yaml.org,2002:python/"):
                return Unknown(Hole(node.tag, self._place(node), reason="an object that YAML is told to make"))
            case "mapping":
                return self._mapping(node)
            case "sequence":
                return Seq("list", tuple(Item(self.value(item)) for item in node.value), self._place(node))
            case _:
                return self._scalar(node)

    def _mapping(self, node: yaml.Node) -> Map:
        found = Map((), self._place(node))
        entries: dict[str, Entry] = {}
        for key, value in node.value:
            content = self.value(value)
            if key.tag == "tag:yaml.org,2002:merge":
                found = changes.merged(found, content)
            else:
                name = str(key.value)
                entries[name] = Entry(name, content, self._place(key))
        own = Map(tuple(entries.values()), found.place)
        return changes.merged(found, own) if found.entries else own

    def _scalar(self, node: yaml.Node) -> Value:
        start, end = node.start_mark.index, node.end_mark.index
        if node.tag == "tag:yaml.org,2002:str" or not node.tag.startswith("tag:yaml.org,2002:"):
            piece = self._spans.made(node.value, start, end, self._marks(node))
            return Str(Spans.as_text(piece), piece.place)
        known: Any = self._scalars.construct_object(node)
        piece = self._spans.made(node.value, start, end)
        return Const(known, piece.place, piece.trail)

    def _marks(self, node: yaml.Node) -> list[Mark]:
        """Where each line of a text stands; nothing for a text that is folded or escaped."""
        text, start, end = self._spans.text, node.start_mark.index, node.end_mark.index
        if node.style == "|":
            return self._block_marks(node)
        quotes = 1 if node.style in ("'", '"') else 0
        return [(0, start + quotes)] if text[start + quotes : end - quotes] == node.value else []

    def _block_marks(self, node: yaml.Node) -> list[Mark]:
        """The lines of a literal block: each stands behind the indent of the block."""
        text = self._spans.text
        at = text.find("\n", node.start_mark.index) + 1
        marks: list[Mark] = []
        offset = 0
        for line in node.value.splitlines(keepends=True):
            end = text.find("\n", at) + 1 or len(text)
            bare = line.rstrip("\n")
            column = end - (text[end - 1 : end] == "\n") - len(bare)
            if text[column : column + len(bare)] != bare:
                return []
            marks.append((offset, column))
            offset += len(line)
            at = end
        return marks

    def _place(self, node: yaml.Node) -> Place:
        return self._spans.place(node.start_mark.index, node.end_mark.index)
