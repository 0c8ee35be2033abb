"""PL302: a large model whose answer is a label, a number, a yes or no, or a few words of title."""

from __future__ import annotations

from typing import TYPE_CHECKING

from promptlint.checks._cost import known_input, price_of
from promptlint.checks._place import is_asked_for, own_place
from promptlint.checks._prefix import possible_models
from promptlint.estimate import Estimate
from promptlint.findings import Hit, Related
from promptlint.money import usd
from promptlint.prices.table import newest, price_ratio, successor
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
    newest_small, sign, confirmed = newest(_SMALL_TIER), _label_sign(call), _confirmation(call)
    if not call.priced or is_asked_for(call) or newest_small is None or sign is None or _is_probe(call):
        return
    small = audit.ledger.priced(newest_small)
    model = _large_model(call, audit, with_sonnet=bool(confirmed))
    ratio = None if model is None else price_ratio(model, small)
    if model is None or ratio is None or ratio <= 1:
        return
    written = possible_models(call, audit)[0]
    standing_in = "" if written is model else f"{model.id}, its successor, has "
    quote = f"'{sign.quote}'" if '"' in sign.quote else f'"{sign.quote}"'
    reasons = [f"the prompt says {quote}", *([confirmed] if confirmed else [])]
    yield Hit(
        place=own_place(call, call.request.model.place),
        message=f"{written.id} seems to answer with {_answer(sign)}: {' and '.join(reasons)}",
        call=call.id,
        label=f"{standing_in}{ratio:.0f} times the price of {small.id}",
        cost=_cost(call, model, small, audit),
        savings=_savings(call, model, small, audit),
        help=_help(small),
        related=(Related(sign.place, "this tells the task"),),
        severity=None if confirmed else "info",
    )


def _large_model(call: CallSite, audit: Audit, *, with_sonnet: bool) -> Model | None:
    """The likeliest model, if all that the call can use are large ones; of a retired one what it is replaced by."""
    models, tiers = possible_models(call, audit), _PREMIUM | ({"sonnet"} if with_sonnet else set())
    if not models or not all(model.family in tiers for model in models):
        return None
    retired = models[0].status_on(audit.today) == "retired"
    return audit.ledger.priced(successor(models[0], audit.today) or models[0]) if retired else models[0]


def _label_sign(call: CallSite) -> Sign | None:
    """The wording that tells a label best, unless the prompt asks for more than a label."""
    signs = signs_of(call)
    labels = [sign for sign in signs if sign.label]
    best = max(labels, key=lambda sign: sign.weight, default=None)
    if best is None or leading_task(signs) != best.task or call.request.thinking.present:
        return None
    if best.task != "classification" and not _confirmation(call):
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
    here, there = (usd(1000 * known_input(call, each, audit).low) for each in (model, small))
    rates = " against ".join(usd(each.price.output or 0) for each in (model, small))
    known = f"the known part of the input costs {here} against {there} per 1,000 calls"
    return f"{known}, output {rates} per million tokens ({model.id}, {small.id}, {price_of(model, small)})"


def _savings(call: CallSite, model: Model, small: Model, audit: Audit) -> Estimate:
    """USD per call on the known input alone: what else is sent, and the answer, come on top."""
    here, there = (known_input(call, each, audit) for each in (model, small))
    return Estimate(max(0.0, here.low - there.low), None, None, here.source)


def _help(small: Model) -> str:
    steps = [f'Try model="{small.id}" on a test set of 50 to 200 inputs with known answers first.']
    if small.thinking == "on-by-default":
        steps.append(
            'It thinks by default, within max_tokens: pass thinking={"type": "disabled"} where the cap is small.'
        )
    return "\n".join(steps)
