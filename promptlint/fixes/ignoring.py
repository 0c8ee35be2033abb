"""`--add-ignore`: a comment for each finding of now, where it silences that finding and nothing is in its way."""

from __future__ import annotations

import io
import re
import tokenize
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from functools import cached_property

from promptlint.edits import Edit, Refusal, Refused
from promptlint.findings import Finding
from promptlint.fixes.bench import Bench
from promptlint.fixes.spans import TextSpans

_STARTS = tuple(getattr(tokenize, name) for name in ("FSTRING_START", "TSTRING_START") if hasattr(tokenize, name))
_ENDS = tuple(getattr(tokenize, name) for name in ("FSTRING_END", "TSTRING_END") if hasattr(tokenize, name))
_OURS = re.compile(r"#\s*promptlint:\s*ignore\s*\[([^\]]*)\]")


@dataclass(frozen=True, slots=True)
class Added:
    """The comments to write, with the findings that each is for, and why others get none, by fingerprint."""

    edits: dict[str, list[Edit]] = field(default_factory=lambda: defaultdict(list))
    findings: list[Finding] = field(default_factory=list)
    refusals: dict[str, Refusal] = field(default_factory=dict)


def comments_for(findings: Iterable[Finding], reason: str, bench: Bench) -> Added:
    """The comments that silence these findings; one for all of a line."""
    added, codes = Added(), defaultdict[tuple[str, int], set[str]](set)
    for finding in findings:
        try:
            codes[finding.hit.place.path, _line_for(finding, bench)].add(finding.rule.code)
            added.findings.append(finding)
        except Refused as refused:
            added.refusals[finding.fingerprint] = refused.refusal
    for (path, line), named in sorted(codes.items()):
        added.edits[path].append(_comment(Lines(bench.text(path)), line, named, reason))
    return added


def _line_for(finding: Finding, bench: Bench) -> int:
    """The first line of a finding, or of its call, that can take a comment. Raises `Refused`."""
    place, call = finding.hit.place, bench.calls.get(finding.hit.call or "")
    if not place.path.endswith((".py", ".pyw")):
        raise Refused("comments are written into Python files only: use per-file-ignores")
    lines = Lines(bench.text(place.path))
    places = [place, *([call.place] if call is not None and call.place.path == place.path else [])]
    for number in (line for each in places for line in dict.fromkeys((each.line, each.end_line))):
        if lines.takes_comment(number):
            return number
    raise Refused("no comment can stand there: the line goes on, or has another comment")


def _comment(lines: Lines, line: int, codes: set[str], reason: str) -> Edit:
    start, end = lines.spans.line(line)
    text = lines.spans.text[start:end].rstrip("\r\n")
    ours = _OURS.search(text)
    if ours is not None:
        listed = ", ".join(dict.fromkeys([*re.split(r"\s*,\s*", ours[1].strip()), *sorted(codes)]))
        return Edit(lines.spans.place(start + ours.start(1), start + ours.end(1)), listed)
    written = f"  # promptlint: ignore[{', '.join(sorted(codes))}] {reason}".rstrip()
    body = text.rstrip()
    return Edit(lines.spans.place(start + len(body), start + len(body)), written)


class Lines:
    """The lines of a file, and which of them can take a comment at their end."""

    def __init__(self, spans: TextSpans) -> None:
        self.spans = spans

    def takes_comment(self, number: int) -> bool:
        """Whether a comment at the end of a line would be one, or can be added to one of ours."""
        start, end = self.spans.line(number)
        text = self.spans.text[start:end].rstrip("\r\n")
        if number in self._within or text.endswith("\\"):
            return False
        return number not in self._commented or _OURS.search(text) is not None

    @cached_property
    def _tokens(self) -> list[tokenize.TokenInfo]:
        try:
            return list(tokenize.generate_tokens(io.StringIO(self.spans.text).readline))
        except (tokenize.TokenError, SyntaxError):
            raise Refused("the file cannot be parsed") from None

    @cached_property
    def _commented(self) -> frozenset[int]:
        return frozenset(token.start[0] for token in self._tokens if token.type == tokenize.COMMENT)

    @cached_property
    def _within(self) -> frozenset[int]:
        """The lines whose end lies within a string."""
        return frozenset(line for first, last in self._strings() for line in range(first, last))

    def _strings(self) -> Iterator[tuple[int, int]]:
        opened: list[int] = []
        for token in self._tokens:
            if token.type == tokenize.STRING:
                yield token.start[0], token.end[0]
            elif token.type in _STARTS:
                opened.append(token.start[0])
            elif token.type in _ENDS:
                yield opened.pop(), token.end[0]
