"""Whether the answer of a call is a label: what tells so, and what confirms it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from promptlint.tasks import forced_tool, is_label_tool, leading_task, signs_of

if TYPE_CHECKING:
    from promptlint.request import CallSite
    from promptlint.tasks import Sign

_TINY_CAP = 256
_PROBE_CAP = 1
_STRONG = 3


def label_sign(call: CallSite) -> Sign | None:
    """The wording that tells a label best, unless the prompt asks for more than a label."""
    signs = signs_of(call)
    labels = [sign for sign in signs if sign.label]
    best = max(labels, key=lambda sign: sign.weight, default=None)
    if best is None or leading_task(signs) != best.task or call.request.thinking.present:
        return None
    if best.task != "classification" and not confirmation(call):
        return None
    others = [sign for sign in signs if sign.task != best.task and sign.weight >= _STRONG]
    return None if len(others) > 1 or (others and best.weight < _STRONG) else best


def confirmation(call: CallSite) -> str:
    """The second sign, independent of the wording; empty where there is none."""
    tool = forced_tool(call)
    if tool is not None and is_label_tool(tool):
        return f"the forced tool {tool.name or ''} takes enumerations and numbers only".replace("  ", " ")
    cap = call.request.max_tokens
    largest = max(cap.values, default=None)
    sure = cap.complete or not call.request.model.complete  # a finding about a default is advice anyway
    if cap.how == "default" or not sure or largest is None or largest > _TINY_CAP:
        return ""
    return f"max_tokens is {largest}"


def is_probe(call: CallSite) -> bool:
    """Whether the call asks for no answer at all, but whether there is one."""
    return call.request.max_tokens.only is not None and call.request.max_tokens.only <= _PROBE_CAP
