"""PL302: a large model whose answer is a label, a number, a yes or no, or a few words of title."""

from __future__ import annotations

from typing import TYPE_CHECKING

from promptlint.checks._cost import LIST_PRICE
from promptlint.checks._prefix import possible_models
from promptlint.findings import Hit, Related
from promptlint.money import usd
from promptlint.prices.table import newest, price_ratio
from promptlint.tasks import forced_tool, is_label_tool, leading_task, signs_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from promptlint.audit import Audit
    from promptlint.prices.model import Model
    from promptlint.request import CallSite
    from promptlint.tasks import Sign

_PREMIUM = frozenset({"opus", "fable", "mythos"})
_TINY_CAP = 256
_PROBE_CAP = 1
_SMALL_TIER = "haiku"
_STRONG = 3


def check(call: CallSite, audit: Audit) -> Iterator[Hit]:
    """Report where the wording tells a label; a tiny cap or a tool of enumerations makes it a warning."""
    models, small = possible_models(call, audit), newest(_SMALL_TIER)
    if call.role != "call" or not call.priced or small is None or not models:
        return
    sign, confirmed = _label_sign(call), _confirmation(call)
    premium = all(model.family in _PREMIUM for model in models)
    large = premium or all(model.family in _PREMIUM | {"sonnet"} for model in models)
    if sign is None or not (premium or (large and confirmed)) or _is_probe(call):
        return
    ratio = price_ratio(models[0], small)
    if ratio is None or ratio <= 1:
        return
    reasons = [f'the prompt says "{sign.quote}"', *([confirmed] if confirmed else [])]
    yield Hit(
        place=call.request.model.place or call.place,
        message=f"{models[0].id} seems to answer with {_answer(sign)}: {' and '.join(reasons)}",
        call=call.id,
        label=f"{ratio:.0f} times the price of {small.id}",
        cost=_cost(call, models[0], small, audit),
        help=_help(small),
        related=(Related(sign.place, "this tells the task"),),
        severity=None if confirmed else "info",
    )


def _label_sign(call: CallSite) -> Sign | None:
    """The wording that tells a label best, unless the prompt asks for more than a label."""
    signs = signs_of(call)
    labels = [sign for sign in signs if sign.label]
    best = max(labels, key=lambda sign: sign.weight, default=None)
    if best is None or leading_task(signs) != best.task or call.request.thinking.present:
        return None
    others = [sign for sign in signs if sign.task != best.task and sign.weight >= _STRONG]
    return None if len(others) > 1 or (others and best.weight < _STRONG) else best


def _confirmation(call: CallSite) -> str:
    """The second sign, independent of the wording; empty where there is none."""
    tool = forced_tool(call)
    if tool is not None and is_label_tool(tool):
        return f"the forced tool {tool.name or ''} takes enumerations and numbers only".replace("  ", " ")
    cap = call.request.max_tokens
    largest = max(cap.values, default=None)
    if cap.how == "default" or not cap.complete or largest is None or largest > _TINY_CAP:
        return ""
    return f"max_tokens is {largest}"


def _is_probe(call: CallSite) -> bool:
    return call.request.max_tokens.only is not None and call.request.max_tokens.only <= _PROBE_CAP


def _answer(sign: Sign) -> str:
    return "a short title" if sign.task == "summarization" else "a label, a number or a yes or no"


def _cost(call: CallSite, model: Model, small: Model, audit: Audit) -> str:
    known = audit.ledger.tokens(call, model).total.low
    here, there = ((each.price.input or 0) * known / 1000 for each in (model, small))
    rates = f"output {usd(model.price.output or 0)} against {usd(small.price.output or 0)} per million tokens"
    return (
        f"its {known:,.0f} known input tokens: {usd(here)} against {usd(there)} per 1,000 calls; {rates} ({LIST_PRICE})"
    )


def _help(small: Model) -> str:
    steps = [f'Try model="{small.id}" on a test set of 50 to 200 inputs with known answers first.']
    if small.thinking == "on-by-default":
        steps.append(
            'It thinks by default, within max_tokens: pass thinking={"type": "disabled"} where the cap is small.'
        )
    return "\n".join(steps)
