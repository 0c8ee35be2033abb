"""PL901: a line behind the call logs what it used."""

from __future__ import annotations

import re
import sys

import libcst as cst
from libcst import matchers

from promptlint.edits import Edit, Fix, Refused
from promptlint.findings import Finding
from promptlint.fixes.bench import Bench
from promptlint.fixes.code import Code
from promptlint.request import Place

_WITH_USAGE = frozenset(
    {"anthropic.messages.create", "litellm.completion", "litellm.acompletion", "openai.chat.completions.create"}
)
"""Whose replies have an attribute `usage`."""
_BOUND = matchers.OneOf(
    matchers.Param(name=matchers.Name("logging")),
    matchers.AssignTarget(target=matchers.Name("logging")),
    matchers.AsName(name=matchers.Name("logging")),
)
_RAW = re.compile(r"\bwith_(?:raw|streaming)_response\b")
_LOGGER = re.compile(r"(?m)^(\w+)(?:\s*:[^=\n]*)?\s*=\s*logging\.getLogger\(")
_IMPORT = re.compile(r"(?m)^import logging\b")
_NAME = "reply"


def fix(finding: Finding, bench: Bench) -> Fix:
    """Unsafe: a program says more than it did."""
    place = _sending(finding, bench)
    code = bench.code(place)
    sent = code.expression(place)
    if _RAW.search(code.source(sent)):
        raise Refused("the reply is read as it was sent, before it is parsed")
    if matchers.findall(code.module, _BOUND):
        raise Refused("the file uses the name `logging` for something else")
    around = code.parent(sent)
    value: cst.CSTNode = sent
    if isinstance(around, cst.Await):
        value, around = around, code.parent(around)
    line = code.parent(around) if around is not None else None
    if not isinstance(line, cst.SimpleStatementLine) or len(line.body) > 1:
        raise Refused("the reply has no line of its own, behind which its usage could be logged")
    if isinstance(around, cst.Assign) and len(around.targets) == 1 and isinstance(around.targets[0].target, cst.Name):
        logged = _log(around.targets[0].target.value, code)
        return Fix("log its usage", (_lines_behind(code.place(line), (logged,), code), *_import(code)))
    if isinstance(around, cst.Return) and around.value is value:
        return Fix("log its usage", (*_in_between(line, code), *_import(code)))
    raise Refused("the reply is not kept under a name")


def _sending(finding: Finding, bench: Bench) -> Place:
    """The call that has the reply: the one of a wrapper where others call that. Raises `Refused`."""
    call = bench.call(finding)
    if call.api not in _WITH_USAGE:
        raise Refused(f"how a reply of {call.sdk} tells its usage is not known to the fix")
    if call.request.streaming or call.request.batch:
        raise Refused("the reply does not come at once: its usage has to be read behind its last part")
    return finding.hit.place if call.via is None else call.via.place


def _lines_behind(place: Place, lines: tuple[str, ...], code: Code) -> Edit:
    """Lines of their own, behind the comment that the last line of a statement may have."""
    spans = code.spans
    end = spans.line(place.end_line)[1]
    written = spans.newline.join(f"{_indent(place.line, code)}{line}" for line in lines)
    ended = spans.text[:end].endswith(("\n", "\r"))
    return Edit(spans.place(end, end), f"{written}{spans.newline}" if ended else f"{spans.newline}{written}")


def _in_between(line: cst.SimpleStatementLine, code: Code) -> tuple[Edit, ...]:
    """`return ..` as three statements: the reply gets a name, is logged, and is returned."""
    spans, place = code.spans, code.place(line)
    if re.search(rf"\b{_NAME}\b", spans.text):
        raise Refused(f"the file uses the name `{_NAME}` for something else")
    start = spans.offset(place.line, place.column)
    named = Edit(spans.place(start, start + len("return")), f"{_NAME} =")
    return named, _lines_behind(place, (_log(_NAME, code), f"return {_NAME}"), code)


def _indent(line: int, code: Code) -> str:
    start, end = code.spans.line(line)
    text = code.spans.text[start:end]
    return text[: len(text) - len(text.lstrip())]


def _log(name: str, code: Code) -> str:
    logger = _LOGGER.search(code.spans.text)
    return f'{logger[1] if logger else "logging.getLogger(__name__)"}.info("usage of Claude: %s", {name}.usage)'


def _import(code: Code) -> tuple[Edit, ...]:
    """`import logging` where it belongs among the first imports of the file, unless it is there."""
    if _IMPORT.search(code.spans.text):
        return ()
    block = _first_imports(code)
    if not block:
        raise Refused("the file imports nothing: where an import belongs is not known")
    spans = code.spans
    written = f"import logging{spans.newline}"
    before = [line for line in block if _is_before(line.body[0], code)]
    if before:
        at = spans.line(code.place(before[-1]).end_line)[1]
        return (
            Edit(
                spans.place(at, at), written if spans.text[:at].endswith(("\n", "\r")) else f"{spans.newline}{written}"
            ),
        )
    at = spans.line(code.place(block[0]).line)[0]
    alone = _module(block[0].body[0], code) not in sys.stdlib_module_names
    return (Edit(spans.place(at, at), f"{written}{spans.newline}" if alone else written),)


def _first_imports(code: Code) -> list[cst.SimpleStatementLine]:
    """The first imports that no blank line parts, but for those of the future."""
    found: list[cst.SimpleStatementLine] = []
    for line in code.module.body:
        first = line.body[0] if isinstance(line, cst.SimpleStatementLine) else None
        is_import = isinstance(first, (cst.Import, cst.ImportFrom)) and _module(first, code) != "__future__"
        parted = isinstance(line, cst.SimpleStatementLine) and any(not empty.comment for empty in line.leading_lines)
        if found and (parted or not is_import):
            break
        if is_import and isinstance(line, cst.SimpleStatementLine):
            found.append(line)
    return found


def _module(statement: cst.BaseSmallStatement, code: Code) -> str:
    """The package that an import is of."""
    return code.source(statement).split()[1].split(".")[0].rstrip(",")


def _is_before(statement: cst.BaseSmallStatement, code: Code) -> bool:
    name = _module(statement, code)
    return isinstance(statement, cst.Import) and name in sys.stdlib_module_names and name < "logging"
