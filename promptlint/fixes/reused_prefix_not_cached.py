"""PL103: a marker at the end of the prefix: on a system block, on the last tool, or for the whole conversation."""

from __future__ import annotations

import libcst as cst

from promptlint.checks._prefix import last_section
from promptlint.checks._uncached import uncached_prefix
from promptlint.edits import Edit, Fix, Refused
from promptlint.findings import Finding
from promptlint.fixes.arguments import owner_at, with_argument
from promptlint.fixes.bench import Bench
from promptlint.fixes.markers import lifetime, marked, marker
from promptlint.prices.caching import Ttl
from promptlint.request import CallSite, Place
from promptlint.tokens.prefix import constant_prefix

DIRECT = frozenset({"anthropic", "http"})
"""The SDKs whose requests are written as the Messages API has them."""


def fix(finding: Finding, bench: Bench) -> Fix:
    """Unsafe: whether the next request comes in time, only the traffic tells."""
    call = bench.call(finding)
    if finding.severity == "info":
        raise Refused("nothing in the code shows that the prefix is sent again")
    if call.sdk not in DIRECT:
        raise Refused(f"how a prefix is marked with {call.sdk} is not known to the fix")
    prefix = uncached_prefix(call, bench.audit)
    if prefix is not None and prefix.volatile is not None:
        raise Refused(f"{prefix.volatile.name} has to move behind the prefix first")
    if call.request.messages.grows:
        ttl = lifetime(call, "history", bench)
        return Fix("cache the conversation", (with_argument("cache_control", marker(ttl), call, bench),))
    return _of_section(call, bench)


def _of_section(call: CallSite, bench: Bench) -> Fix:
    section = last_section(call.request)
    if section == "system":
        return Fix("cache the system prompt", (_system(call, lifetime(call, section, bench), bench),))
    if section == "tool":
        last = call.request.tools.tools[-1].place
        return Fix("cache the tools", (_on_mapping(last, lifetime(call, "tools", bench), bench),))
    raise Refused("what stays the same of the message has to become a block of its own first")


def _system(call: CallSite, ttl: Ttl, bench: Bench) -> Edit:
    system = call.request.system
    kept = constant_prefix(call.request).kept.system
    whole = [block for block, own in zip(kept.blocks, system.blocks, strict=False) if block.text == own.text]
    if whole and bench.text(whole[-1].place.path).segment(whole[-1].place).startswith("{"):
        return _on_mapping(whole[-1].place, ttl, bench)
    if kept.text != system.text or system.place is None or len(system.blocks) != 1:
        raise Refused("what changes in the system prompt has to move behind the rest first")
    return _as_block(system.place, ttl, bench)


def _on_mapping(place: Place, ttl: Ttl, bench: Bench) -> Edit:
    code = bench.code(place)
    block = code.find(place, cst.Dict)
    return code.replaced(block, marked(block, ttl))


def _as_block(place: Place, ttl: Ttl, bench: Bench) -> Edit:
    """The text of a system prompt as a list of one block, which has the marker."""
    code = bench.code(place)
    owner = owner_at(place, code)
    if _named(owner) != "system" or isinstance(owner, cst.Assign):
        raise Refused("the prompt is handed on as a text: what sends it has to pass blocks on first")
    text = owner.value
    bare = text if _needs_parentheses(text) else text.with_changes(lpar=[], rpar=[])
    block = cst.Dict(
        [
            cst.DictElement(cst.SimpleString('"type"'), cst.SimpleString('"text"')),
            cst.DictElement(cst.SimpleString('"text"'), bare),
            cst.DictElement(cst.SimpleString('"cache_control"'), marker(ttl)),
        ]
    )
    return code.replaced(text, cst.List([cst.Element(block)]))


def _named(owner: cst.Arg | cst.DictElement | cst.Assign) -> str:
    if isinstance(owner, cst.Arg) and owner.keyword is not None:
        return owner.keyword.value
    if isinstance(owner, cst.DictElement) and isinstance(owner.key, cst.SimpleString):
        return str(owner.key.evaluated_value)
    return ""


def _needs_parentheses(text: cst.BaseExpression) -> bool:
    """Whether a text may go over several lines only between parentheses; between brackets all may."""
    return isinstance(text, (cst.NamedExpr, cst.Yield, cst.GeneratorExp, cst.Tuple))
