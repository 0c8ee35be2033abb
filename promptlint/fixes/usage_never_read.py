"""PL901: a line behind the call logs what it used."""

from __future__ import annotations

import re

import libcst as cst

from promptlint.edits import Edit, Fix, Refused
from promptlint.findings import Finding
from promptlint.fixes.bench import Bench
from promptlint.fixes.code import Code

_API = "anthropic.messages.create"
_LOGGER = re.compile(r"(?m)^(\w+)(?:\s*:[^=\n]*)?\s*=\s*logging\.getLogger\(")
_IMPORT = re.compile(r"(?m)^import logging\b")
_NAME = "reply"


def fix(finding: Finding, bench: Bench) -> Fix:
    """Unsafe: a program says more than it did."""
    call, place = bench.call(finding), finding.hit.place
    if call.api != _API or call.request.streaming or call.request.batch or call.via is not None:
        raise Refused("where the reply and its usage come to is not known to the fix")
    code = bench.code(place)
    sent = code.expression(place)
    around = code.parent(sent)
    value: cst.CSTNode = sent
    if isinstance(around, cst.Await):
        value, around = around, code.parent(around)
    line = code.parent(around) if around is not None else None
    if not isinstance(line, cst.SimpleStatementLine) or len(line.body) > 1:
        raise Refused("the reply has no line of its own, behind which its usage could be logged")
    if isinstance(around, cst.Assign) and len(around.targets) == 1 and isinstance(around.targets[0].target, cst.Name):
        return Fix("log its usage", (_behind(line, around.targets[0].target.value, code), *_import(code)))
    if isinstance(around, cst.Return) and around.value is value:
        return Fix("log its usage", (_in_between(around, line, code), *_import(code)))
    raise Refused("the reply is not kept under a name")


def _behind(line: cst.SimpleStatementLine, name: str, code: Code) -> Edit:
    """A line of its own, behind the comment that the last line of the call may have."""
    spans, place = code.spans, code.place(line)
    end = spans.line(place.end_line)[1]
    written = f"{_indent(place.line, code)}{_log(name, code)}"
    ended = spans.text[:end].endswith(("\n", "\r"))
    return Edit(spans.place(end, end), f"{written}{spans.newline}" if ended else f"{spans.newline}{written}")


def _in_between(returned: cst.Return, line: cst.SimpleStatementLine, code: Code) -> Edit:
    """`return ..` as three statements: the reply gets a name, is logged, and is returned."""
    assert returned.value is not None
    spans, place = code.spans, code.place(line)
    start, end = spans.offset(place.line, place.column), spans.offset(place.end_line, place.end_column)
    if re.search(rf"\b{_NAME}\b", spans.text):
        raise Refused(f"the file uses the name `{_NAME}` for something else")
    between = f"{spans.newline}{_indent(place.line, code)}"
    written = spans.text[start:end].removeprefix("return").lstrip()
    lines = (f"{_NAME} = {written}", _log(_NAME, code), f"return {_NAME}")
    return Edit(spans.place(start, end), between.join(lines))


def _indent(line: int, code: Code) -> str:
    start, end = code.spans.line(line)
    text = code.spans.text[start:end]
    return text[: len(text) - len(text.lstrip())]


def _log(name: str, code: Code) -> str:
    logger = _LOGGER.search(code.spans.text)
    return f'{logger[1] if logger else "logging.getLogger(__name__)"}.info("usage of Claude: %s", {name}.usage)'


def _import(code: Code) -> tuple[Edit, ...]:
    """`import logging` in front of the first import that is none of the future, unless it is there."""
    if _IMPORT.search(code.spans.text):
        return ()
    for statement in code.module.body:
        first = statement.body[0] if isinstance(statement, cst.SimpleStatementLine) else None
        future = isinstance(first, cst.ImportFrom) and code.source(first).startswith("from __future__")
        if isinstance(first, (cst.Import, cst.ImportFrom)) and not future:
            start = code.spans.line(code.place(statement).line)[0]
            return (Edit(code.spans.place(start, start), f"import logging{code.spans.newline}"),)
    raise Refused("the file imports nothing: where an import belongs is not known")
