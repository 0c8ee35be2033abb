"""One call explained: every part of its request, from the call to the source, with what it costs."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from promptlint.estimate import Estimate
from promptlint.report.checked import Paths
from promptlint.report.costed import Row
from promptlint.report.explain_lines import Line, of_argument, of_block, of_marker
from promptlint.report.explain_words import amount, because, count, written
from promptlint.report.style import Palette, visible, width
from promptlint.report.summary import plural
from promptlint.request import Argument, CallSite, Loop, Place, Request, Retry, System, Tools

_NAME = 12
_INDENT = "  "
_WIDEST = 84
_WITHOUT_CLIENT = frozenset({"prompt", "request", "batch"})
"""What `CallSite.sdk` is for prompts and requests that stand in files of their own."""
_LOOPS = {"for": "a for loop", "while": "a while loop", "comprehension": "a comprehension"} | {
    "gather": "gathering",
    "pool": "a pool",
    "graph": "a cycle of its graph",
}


def render(rows: Sequence[Row], paths: Paths, palette: Palette) -> str:
    """The explanation of each call, one below the other."""
    return "\n".join("".join(f"{line}\n" for line in _explained(row, paths, palette)) for row in rows)


def _explained(row: Row, paths: Paths, palette: Palette) -> Iterator[str]:
    """What is said stands on the left, the places below each other on the right."""
    yield palette.paint("strong", visible(row.call.id))
    lines = list(_lines(row))
    places = [_shown(line.place, paths) for line in lines]
    lengths = [_length(line) for line, place in zip(lines, places, strict=True) if place]
    column = max((length for length in lengths if length <= _WIDEST), default=0) + 2
    for line, place, below in zip(lines, places, (*places[1:], ""), strict=True):
        name = palette.paint("accent", line.name) + " " * (_NAME - len(line.name)) + _INDENT * line.indent
        text = palette.paint("quiet", line.text) if line.quiet else line.text
        # A step that ends where it began needs no place: the next line has it.
        told = not place or (line.quiet and place == below)
        gap = " " * max(2, column - _length(line))
        yield f"{name}{text}" if told else f"{name}{text}{gap}{palette.paint('quiet', place)}"


def _length(line: Line) -> int:
    return _NAME + len(_INDENT) * line.indent + width(line.text)


def _shown(place: Place | None, paths: Paths) -> str:
    return f"{visible(paths.shown(place.path))}:{place.row}:{place.column}" if place and place.path else ""


def _lines(row: Row) -> Iterator[Line]:
    call, request = row.call, row.call.request
    yield from _what(call)
    yield from _client(call)
    yield from of_argument(request.model, "model")
    yield from of_argument(request.max_tokens, "max_tokens")
    yield from _others(call)
    yield from _tools(row)
    yield from _system(row)
    yield from _messages(row)
    if request.opaque:
        yield Line(f"more, from {', '.join(map(written, request.opaque))}: it cannot be read", None, "arguments")
    if call.role == "call":
        yield from _cost(row)


def _what(call: CallSite) -> Iterator[Line]:
    flags = {"async": call.asynchronous, "streaming": call.request.streaming, "batch": call.request.batch}
    yield Line(", ".join((call.api, *(flag for flag, on in flags.items() if on))), call.place, "call")
    if call.via is not None:
        yield Line(f"sent by {visible(call.via.function or 'the module')}", call.via.place)
    yield from map(_loop, call.context.loops)
    yield from map(_retry, call.context.retries)
    if call.context.agent_loop:
        yield Line("sent again and again by an agent's loop")
    if call.context.entry != "function":
        yield Line(f"reached from a {call.context.entry}")
    for caller in call.callers:
        yield Line(f"counted at its caller {visible(caller)}")


def _loop(loop: Loop) -> Line:
    over = f" over {written(loop.over)}" if loop.over else ""
    bound = f", {plural(loop.bound, 'round')}" if loop.bound is not None else ""
    return Line(f"repeated by {_LOOPS[loop.kind]}{over}{bound}", loop.place)


def _retry(retry: Retry) -> Line:
    times = "" if retry.bounded else ", without end"
    if retry.attempts is not None:
        times = f", {plural(retry.attempts, 'attempt')} in all"
    return Line(f"tried again by {visible(retry.name) or f'a {retry.kind}'}{times}", retry.place)


def _client(call: CallSite) -> Iterator[Line]:
    client = call.client
    if call.sdk in _WITHOUT_CLIENT:
        return
    platform = f", {client.platform}" if client.platform not in (None, "anthropic") else ""
    yield Line(f"{written(client.name) or 'unknown'}{platform}", client.place, "client")
    for name in ("max_retries", "timeout", "base_url"):
        argument: Argument[Any] = getattr(client, name)
        if argument.present is not False and (argument.values or argument.place):
            yield from of_argument(argument, "", name)


def _others(call: CallSite) -> Iterator[Line]:
    """The arguments that add nothing to the prompt."""
    request = call.request
    named = {"tool_choice": request.tool_choice, "thinking": request.thinking, "effort": request.effort}
    passed = {name: argument for name, argument in {**named, **request.others}.items() if argument.present is not False}
    for index, (name, argument) in enumerate(passed.items()):
        yield from of_argument(argument, "" if index else "arguments", name)


def _tools(row: Row) -> Iterator[Line]:
    tools = row.call.request.tools
    yield from _head("tools", tools, row.total.tokens.tools, row.call)
    if tools.unordered is not None:
        yield Line("in an order that changes from run to run", tools.unordered)
    for tool in tools.tools:
        kind = f" ({visible(tool.kind)})" if tool.kind and tool.name else ""
        yield Line(f"{visible(tool.name or tool.kind or 'a tool of an unknown name')}{kind}", tool.place)
        yield from of_marker(tool.cache, 1)


def _system(row: Row) -> Iterator[Line]:
    system = row.call.request.system
    yield from _head("system", system, row.total.tokens.system, row.call)
    for block in system.blocks:
        yield from of_block(block, 0)


def _head(name: str, part: System | Tools, counted: Estimate, call: CallSite) -> Iterator[Line]:
    """The first lines of a section: its tokens, and whether more may stand in it."""
    if part.present is False:
        yield Line("none", None, name)
        return
    perhaps = ", if it is passed" if part.present is None else ""
    yield Line(f"{_tokens(counted, call)}{perhaps}", part.place, name)
    if not part.complete:
        yield Line(f"not all of it is known{because(part.reason)}")


def _messages(row: Row) -> Iterator[Line]:
    messages = row.call.request.messages
    yield Line(_tokens(row.total.tokens.messages, row.call), messages.place, "messages")
    if messages.grows:
        yield Line("what was said before is sent again")
    if not messages.complete:
        yield Line(f"not all of them are known{because(messages.reason)}")
    for message in messages.messages:
        notes = ["which may be absent"] * message.optional + ["any number of them"] * message.repeated
        yield Line(", ".join((message.role or "unknown role", *notes)), message.place)
        for block in message.blocks:
            yield from of_block(block, 1)


def _tokens(counted: Estimate, call: CallSite) -> str:
    """The tokens of a section; those of a wrapper are its callers'."""
    if call.role == "wrapper":
        return "counted at its callers"
    known = count(counted)
    return f"tokens {known}{because(_undecided(call.request, 'model'))}" if known == "unknown" else known


def _cost(row: Row) -> Iterator[Line]:
    total, request = row.total, row.call.request
    minimum = "" if row.minimum is None else f"; a cache holds {row.minimum:,} or more"
    yield Line(f"constant prefix: {count(total.tokens.prefix)}{minimum}", None, "cache")
    yield from of_marker(request.cache, 0)
    read = f"{count(total.tokens.total)}, {amount(total.input_usd)}"
    why = because(_undecided(request, "model"))
    yield Line(f"unknown{why}" if read == "unknown, unknown" else read, None, "input")
    sent, why = amount(total.output_usd), because(_undecided(request, "model") or _undecided(request, "max_tokens"))
    yield Line(f"{sent}{why}" if sent == "unknown" else sent, None, "output")
    if len(total.by_model) > 1:
        for model, cost in total.by_model.items():
            yield Line(f"{model}: {amount(cost.input_usd)} in, {amount(cost.output_usd)} out")


def _undecided(request: Request, name: str) -> str:
    """Why an argument that a number hangs on leaves it open."""
    argument: Argument[Any] = getattr(request, name)
    if not argument.values:
        return f"the {name} is not known"
    return "" if argument.complete else f"the {name} may be another"
