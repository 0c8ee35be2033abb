"""The `# promptlint:` comments of a file."""

from __future__ import annotations

import io
import re
import tokenize
from collections.abc import Iterator

from promptlint.request import Directive, Place
from promptlint.source.text_file import SourceFile

_COMMENT = re.compile(r"#\s*(?P<written>promptlint:.*)$")
_WRITTEN = re.compile(r"promptlint:\s*(?P<all>(?:(?P<kind>ignore|id)(?![\w-])\s*(?P<rest>.*))?.*)")
_CODES = re.compile(r"\[(?P<codes>[^\]]*)\]\s*(?P<reason>.*)$")


def directives(file: SourceFile) -> tuple[Directive, ...]:
    """Every directive of a file, in order. Only comments count, not strings that look like one."""
    if "promptlint:" not in file.text:
        return ()
    return tuple(_read(file))


def _read(file: SourceFile) -> Iterator[Directive]:
    try:
        tokens = list(tokenize.generate_tokens(io.StringIO(file.text).readline))
    except (tokenize.TokenError, SyntaxError):
        return
    for token in tokens:
        match = _COMMENT.match(token.string) if token.type == tokenize.COMMENT else None
        if match is None:
            continue
        line, column = token.start
        place = file.span(line, column + 1, line, column + 1 + len(token.string))
        yield directive(match["written"], place, own_line=not token.line[:column].strip())


def directive(written: str, place: Place, *, own_line: bool) -> Directive:
    """What a comment says, given from the word `promptlint:` on."""
    match = _WRITTEN.match(written)
    assert match is not None
    rest = (match["rest"] or "").strip()
    if match["kind"] is None:
        return Directive("unknown", place, (), match["all"].strip(), own_line)
    if match["kind"] == "id":
        return Directive("id", place, (), rest.removeprefix("=").strip(), own_line)
    listed = _CODES.match(rest)
    codes = tuple(code.strip() for code in listed["codes"].split(",") if code.strip()) if listed else ()
    return Directive("ignore", place, codes, listed["reason"] if listed else rest, own_line)
