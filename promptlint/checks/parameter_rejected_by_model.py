"""PL303: a parameter that the model does not take, so that the API answers with error 400."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from promptlint.checks._place import own_place
from promptlint.checks._prefix import possible_models
from promptlint.findings import Hit

if TYPE_CHECKING:
    from collections.abc import Iterator

    from promptlint.audit import Audit
    from promptlint.prices.model import Model
    from promptlint.request import Argument, CallSite, Request

_PASSED_ON = frozenset({"anthropic", "bedrock", "http", "langchain"})  # other SDKs may leave out what a model rejects
SAMPLING = {"temperature": 1, "top_p": 1, "top_k": None}  # and the default that is taken all the same
_LEAST_BUDGET = 1_024
_COST = "nothing: every request with it fails, and each retry as well"


def check(call: CallSite, audit: Audit) -> Iterator[Hit]:
    """Report what every model that the call can use rejects."""
    models = possible_models(call, audit)
    if call.sdk not in _PASSED_ON or call.role != "call" or not call.priced:
        return
    if models:
        yield from _sampling(call, models)
        yield from _thinking(call, models)
        yield from _tool_choice(call, models)
    yield from _budget(call)


def _sampling(call: CallSite, models: tuple[Model, ...]) -> Iterator[Hit]:
    for name, default in SAMPLING.items():
        argument = call.request.others.get(name)
        if argument is None or argument.only in (None, default) or any(model.takes_sampling for model in models):
            continue
        yield _hit(
            call, argument, f"{models[0].id} takes no {name}", f"Leave {name} out; say in the prompt how to vary"
        )


def _thinking(call: CallSite, models: tuple[Model, ...]) -> Iterator[Hit]:
    thinking = call.request.thinking
    if thinking.only == "enabled" and not any(model.takes_sampling for model in models):
        advice = 'Write thinking={"type": "adaptive"}, and bound it by output_config={"effort": "low"}'
        yield _hit(call, thinking, f"{models[0].id} takes no thinking budget", advice)
    if thinking.only == "disabled" and all(model.thinking == "always" for model in models):
        advice = 'Leave it out, and bound the thinking by output_config={"effort": "low"}'
        yield _hit(call, thinking, f"{models[0].id} always thinks, and does not take disabled", advice)


def _tool_choice(call: CallSite, models: tuple[Model, ...]) -> Iterator[Hit]:
    choice = call.request.tool_choice
    if choice.only in ("any", "tool") and not any(model.forced_tool_choice for model in models):
        advice = 'Write tool_choice={"type": "auto"}, and say in the prompt that the tool is to be used'
        yield _hit(call, choice, f"{models[0].id} cannot be made to use a tool", advice)


def _budget(call: CallSite) -> Iterator[Hit]:
    request: Request = call.request
    budget, cap = request.thinking_budget.only, request.max_tokens
    if budget is None or request.thinking.only != "enabled":
        return
    if budget < _LEAST_BUDGET:
        what = f"A thinking budget has at least {_LEAST_BUDGET:,} tokens, and this one {budget:,}"
        yield _hit(call, request.thinking, what, f"Give it {_LEAST_BUDGET:,} tokens or more, or leave thinking out")
    elif cap.complete and cap.values and budget >= max(cap.values):
        what = f"The thinking budget of {budget:,} tokens is not below max_tokens, {max(cap.values):,}"
        yield _hit(call, request.thinking, what, "Raise max_tokens: it has to hold the thinking and the answer")


def _hit(call: CallSite, argument: Argument[Any], what: str, advice: str) -> Hit:
    return Hit(
        place=own_place(call, argument.place),
        message=f"{what}: the API answers with error 400",
        call=call.id,
        label="rejected",
        cost=_COST,
        help=advice,
    )
