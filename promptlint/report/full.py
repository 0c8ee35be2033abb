"""The default format: the code with carets under the words meant, what it costs, and the change to make."""

from __future__ import annotations

import re
import textwrap
from collections.abc import Iterator
from dataclasses import dataclass, field

from promptlint.findings import Finding
from promptlint.report.checked import Checked
from promptlint.report.snippet import Excerpt
from promptlint.report.style import Palette, visible

_BROKEN_SENTENCE = re.compile(r"^((?! {4}|- ).*)\n(?=[a-z])", re.MULTILINE)
"""A line of prose that the next one goes on with: not code, nor an entry of a list."""
_CODE = "    "
_MOST_NOTES = 5
_WIDEST_PROSE = 120


@dataclass(frozen=True, slots=True)
class Full:
    """Renders findings one below the other, for a terminal of `columns` columns.

    What was said of an earlier finding in the same words is not said again: `_said` has where it stands.
    """

    checked: Checked
    palette: Palette
    columns: int
    _said: dict[tuple[str, str, str], str] = field(default_factory=dict, compare=False, repr=False)

    def render(self) -> Iterator[str]:
        """The lines of every active finding, each followed by an empty line."""
        for finding in self.checked.active:
            yield from self._headline(finding)
            yield from self._excerpt(finding)
            yield from self._remarks(finding)
            yield ""

    def _headline(self, finding: Finding) -> Iterator[str]:
        tag = f"{finding.severity}[{finding.rule.code}]"
        name = f"{finding.rule.name}:"
        first, *rest = _wrapped(f"{tag} {name} {visible(finding.hit.message)}", self.columns, "    ")
        _, _, tail = first.partition(" ")
        yield f"{self.palette.paint(finding.severity, tag)} {self.palette.paint('strong', tail)}"
        yield from (self.palette.paint("strong", line) for line in rest)

    def _excerpt(self, finding: Finding) -> Iterator[str]:
        place, margin = finding.hit.place, self._margin(finding)
        where = f"{self._shown(place.path)}:{place.row}:{place.column}"
        yield " " * margin + f"{self.palette.paint('accent', '-->')} {where}"
        source = self.checked.sources.get(place.source, "")
        label = visible(finding.hit.label)
        lines = Excerpt(place, source, label, finding.severity, self.palette, self.columns, margin).render()
        yield from lines
        if lines and any((finding.hit.cost, finding.hit.help, finding.hit.related)):
            yield " " * margin + self.palette.paint("accent", " |")

    def _remarks(self, finding: Finding) -> Iterator[str]:
        hit, margin = finding.hit, self._margin(finding)
        here = f"{self._shown(hit.place.path)}:{hit.place.row}"
        first = self._said.setdefault((finding.rule.code, hit.cost, hit.help), here)
        if hit.cost and hit.help and first != here:
            yield from self._remark("help", f"as at {first}", margin)
        else:
            for kind, text in (("cost", hit.cost), ("help", hit.help)):
                yield from self._remark(kind, text, margin) if text else ()
        for related in hit.related[:_MOST_NOTES]:
            place = related.place
            where = f"{self._shown(place.path)}:{place.row}:{place.column}"
            yield from self._remark("note", f"{where}: {related.message}", margin)
        if len(hit.related) > _MOST_NOTES:
            yield from self._remark("note", f"and {len(hit.related) - _MOST_NOTES} more", margin)

    def _remark(self, kind: str, text: str, margin: int) -> Iterator[str]:
        """A remark whose prose is wrapped and whose code, the indented lines, is not."""
        gutter = " " * margin + self.palette.paint("accent", " |") + " " * len(f" {kind}: ")
        lead = " " * margin + self.palette.paint("accent", " =") + self.palette.paint("strong", f" {kind}: ")
        columns = self.columns - margin - len(f" = {kind}: ")
        for line in _BROKEN_SENTENCE.sub(r"\1 ", text.expandtabs(4)).split("\n"):
            parts = [line.removeprefix(_CODE)] if line.startswith(_CODE) else _wrapped(line, columns)
            for part in parts:
                yield f"{lead}{visible(part)}".rstrip()
                lead = gutter

    def _shown(self, path: str) -> str:
        return visible(self.checked.paths.shown(path))

    def _margin(self, finding: Finding) -> int:
        """The width of the line numbers that the excerpt shows."""
        return len(str(finding.hit.place.end_line))


def _wrapped(text: str, columns: int, indent: str = "") -> list[str]:
    room = min(columns, _WIDEST_PROSE)
    lines = textwrap.wrap(text, room, subsequent_indent=indent, break_long_words=False, break_on_hyphens=False)
    return lines or [""]
