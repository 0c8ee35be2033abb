"""PL302: a large model whose answer is a label, a number, a yes or no, or a few words of title."""

from __future__ import annotations

from typing import TYPE_CHECKING

from promptlint.checks._cost import known_input, price_of
from promptlint.checks._label import confirmation, is_probe, label_sign
from promptlint.checks._place import is_asked_for, own_place
from promptlint.checks._prefix import possible_models
from promptlint.estimate import Estimate
from promptlint.findings import Hit, Related
from promptlint.money import usd
from promptlint.prices.table import find, newest, price_ratio, successor

if TYPE_CHECKING:
    from collections.abc import Iterator

    from promptlint.audit import Audit
    from promptlint.prices.model import Model
    from promptlint.request import CallSite
    from promptlint.tasks import Sign

_PREMIUM = frozenset({"opus", "fable", "mythos"})
_SMALL_TIER = "haiku"
_DEFAULTS = frozenset({"env-default", "cli-default", "config", "default"})
_ANSWERS = {"summarization": "a short title", "creative": "a few short phrases"}
_SURE = frozenset({"classification", "summarization"})  # short phrases are a matter of taste too


def check(call: CallSite, audit: Audit) -> Iterator[Hit]:
    """Report where the wording tells a label; a tiny cap or a tool of enumerations makes it a warning."""
    newest_small, sign, confirmed = newest(_SMALL_TIER), label_sign(call), confirmation(call)
    if not call.priced or is_asked_for(call) or newest_small is None or sign is None or is_probe(call):
        return
    small = audit.ledger.priced(newest_small)
    model = _large_model(call, audit, with_sonnet=bool(confirmed))
    ratio = None if model is None else price_ratio(model, small)
    if model is None or ratio is None or ratio <= 1:
        return
    written, by_default = _usual_models(call, audit)[0], not call.request.model.complete
    standing_in = "" if written is model else f"{model.id}, its successor, has "
    usual = ", the default," if by_default else ""
    quote = f"'{sign.quote}'" if '"' in sign.quote else f'"{sign.quote}"'
    reasons = [f"the prompt says {quote}", *([confirmed] if confirmed else [])]
    yield Hit(
        place=own_place(call, None if by_default else call.request.model.place),
        message=f"{written.id}{usual} seems to answer with {_answer(sign)}: {' and '.join(reasons)}",
        call=call.id,
        label=f"{standing_in}{ratio:.0f} times the price of {small.id}",
        cost=_cost(call, model, small, audit),
        savings=_savings(call, model, small, audit),
        help=_help(small),
        related=(Related(sign.place, "this tells the task"),),
        severity=None if confirmed and not by_default and sign.task in _SURE else "info",
    )


def _large_model(call: CallSite, audit: Audit, *, with_sonnet: bool) -> Model | None:
    """The likeliest model, if all that the call can use are large ones; of a retired one what it is replaced by."""
    models, tiers = _usual_models(call, audit), _PREMIUM | ({"sonnet"} if with_sonnet else set())
    if not models or not all(model.family in tiers for model in models):
        return None
    retired = models[0].status_on(audit.today) == "retired"
    return audit.ledger.priced(successor(models[0], audit.today) or models[0]) if retired else models[0]


def _usual_models(call: CallSite, audit: Audit) -> tuple[Model, ...]:
    """Every model that the call can use; where settings or a tenant may choose another, those that the code names."""
    argument = call.request.model
    if argument.complete or argument.how not in _DEFAULTS or not all(map(find, argument.values)):
        return possible_models(call, audit)
    return audit.ledger.models(call)


def _answer(sign: Sign) -> str:
    return _ANSWERS.get(sign.task, "a label, a number or a yes or no")


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
