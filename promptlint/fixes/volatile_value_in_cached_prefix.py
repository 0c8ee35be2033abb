"""PL101: the line that holds the value moves from the cached prefix to the front of the last user message."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

import libcst as cst

from promptlint.edits import Fix, Refused
from promptlint.findings import Finding
from promptlint.fixes.arguments import entry_of
from promptlint.fixes.bench import Bench
from promptlint.fixes.caching import senders
from promptlint.fixes.code import Code
from promptlint.request import CallSite

_LINE_END = re.compile(r"(\\n|\n)")
Part = cst.BaseFormattedStringContent


def fix(finding: Finding, bench: Bench) -> Fix:
    """Unsafe: the model reads the line elsewhere."""
    call, place = bench.call(finding), finding.hit.place
    if any(other.id != call.id for other in senders(place, bench)):
        raise Refused("other calls send the same text")
    code = bench.code(place)
    prompt = code.parent(code.parent(code.expression(place)) or code.module)
    if not isinstance(prompt, cst.FormattedString) or "r" in prompt.start.lower():
        raise Refused("the value is not written in an f-string")
    content = _content(call, code)
    if _function(prompt, code) is not _function(content, code):
        raise Refused("the value and the last user message are not written in the same function")
    line, rest = _split(prompt, code.expression(place))
    moved = code.replaced(content, _in_front(line, content, prompt))
    return Fix(
        "move the line to the last user message", (code.replaced(prompt, prompt.with_changes(parts=rest)), moved)
    )


def _content(call: CallSite, code: Code) -> cst.BaseExpression:
    messages = call.request.messages.messages
    if not messages or not call.request.messages.complete or messages[-1].role != "user" or messages[-1].repeated:
        raise Refused("the last user message is not known")
    if messages[-1].place.path != code.spans.path:
        raise Refused("the last user message stands in another file")
    entry = entry_of(code.find(messages[-1].place, cst.Dict), "content")
    if entry is None:
        raise Refused("the last user message is not written as a mapping")
    return entry.value


def _function(node: cst.CSTNode, code: Code) -> cst.CSTNode | None:
    return next((around for around in code.around(node) if isinstance(around, (cst.FunctionDef, cst.Lambda))), None)


def _split(prompt: cst.FormattedString, value: cst.BaseExpression) -> tuple[list[Part], list[Part]]:
    """The line of the text that holds the value, without its end, and all others."""
    lines = list(_lines(prompt.parts))
    (mine,) = (line for line in lines if any(_is(part, value) for part in line))
    if len(lines) == 1:
        raise Refused("the text has no other line")
    if sum(isinstance(part, cst.FormattedStringExpression) for part in mine) > 1:
        raise Refused("the line holds other values as well")
    others = [part for line in lines if line is not mine for part in line]
    kept = [_trimmed(part) if part is mine[-1] else part for part in mine]
    return [part for part in kept if part is not None], others


def _is(part: Part, value: cst.BaseExpression) -> bool:
    return isinstance(part, cst.FormattedStringExpression) and part.expression is value


def _lines(parts: Sequence[Part]) -> Iterator[list[Part]]:
    line: list[Part] = []
    for part in parts:
        if not isinstance(part, cst.FormattedStringText):
            line.append(part)
            continue
        if "\\\\" in part.value:
            raise Refused("the text has backslashes of its own")
        pieces = _LINE_END.split(part.value)
        for text, end in zip(pieces[::2], [*pieces[1::2], ""], strict=True):
            if text or end:
                line.append(cst.FormattedStringText(text + end))
            if end:
                yield line
                line = []
    if line:
        yield line


def _trimmed(part: Part) -> Part | None:
    if not isinstance(part, cst.FormattedStringText):
        return part
    text = part.value.removesuffix("\\n").removesuffix("\n")
    return cst.FormattedStringText(text) if text else None


def _in_front(line: list[Part], content: cst.BaseExpression, prompt: cst.FormattedString) -> cst.FormattedString:
    parts = [*line, cst.FormattedStringText("\\n\\n")]
    if isinstance(content, (cst.Name, cst.Attribute)):
        return prompt.with_changes(parts=[*parts, cst.FormattedStringExpression(content)], lpar=[], rpar=[])
    if isinstance(content, cst.FormattedString) and (content.start, content.end) == (prompt.start, prompt.end):
        return content.with_changes(parts=[*parts, *content.parts])
    raise Refused("the last user message is not written as one name or f-string")
