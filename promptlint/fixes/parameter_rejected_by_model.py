"""PL303: a parameter that the model rejects is left out; a thinking budget becomes adaptive thinking."""

from __future__ import annotations

from typing import Any

import libcst as cst

from promptlint.audit import Audit
from promptlint.checks._place import own_place
from promptlint.checks._prefix import possible_models
from promptlint.checks.parameter_rejected_by_model import check
from promptlint.edits import Edit, Fix, Refused
from promptlint.findings import Finding, Hit
from promptlint.fixes.arguments import arguments, entry_of, sharing, without_argument
from promptlint.fixes.bench import Bench
from promptlint.request import Argument, CallSite

_LEFT_OUT = ("temperature", "top_p", "top_k")


def fix(finding: Finding, bench: Bench) -> Fix:
    """To leave a parameter out is safe: no request with it could have succeeded."""
    call = bench.call(finding)
    if finding.hit.place not in (argument.place for argument in arguments(call).values()):
        raise Refused("the parameter is written where other callers share it")
    return repaired(finding.hit, call, bench.audit, bench)


def repaired(hit: Hit, call: CallSite, audit: Audit, bench: Bench) -> Fix:
    """The fix of what `check` says of a call, in this state of the project or a changed one. Raises `Refused`."""
    name, argument = _rejected(hit, call)
    others = {other.id for other in sharing(call, argument.place, bench)}
    for other in (other for other in audit.project.calls if other.id in others):
        if other.role == "wrapper" and other.request.model.origins == call.request.model.origins:
            continue  # its callers have the finding
        if not any(each.place in (hit.place, own_place(other, argument.place)) for each in check(other, audit)):
            raise Refused(f"{other.id} takes its {name} from there too, and its model may accept it")
    if name in _LEFT_OUT or (name == "thinking" and argument.only == "disabled"):
        return Fix(f"leave {name} out", (without_argument(argument, bench),), "safe")
    takes_budget = any(model.takes_sampling for model in possible_models(call, audit))
    if name == "thinking" and possible_models(call, audit) and not takes_budget:
        return Fix("let the model decide how long it thinks", (_adaptive(argument, bench),))
    raise Refused(f"what to write for {name} instead depends on the task")


def _rejected(hit: Hit, call: CallSite) -> tuple[str, Argument[Any]]:
    for name, argument in arguments(call).items():
        if argument.place == hit.place:
            return name, argument
    raise Refused("the parameter is written where other callers share it")


def _adaptive(argument: Argument[Any], bench: Bench) -> Edit:
    assert argument.place is not None
    code = bench.code(argument.place)
    value = code.find(argument.place, cst.Dict)
    kind = entry_of(value, "type")
    if kind is None:
        raise Refused("the type of thinking is not written in this mapping")
    written = code.source(kind.value)
    adaptive = kind.with_changes(
        value=cst.SimpleString(f"{written[0]}adaptive{written[0]}"), comma=cst.MaybeSentinel.DEFAULT
    )
    kept = [entry for entry in value.elements if entry is not kind and entry is not entry_of(value, "budget_tokens")]
    if kept:
        raise Refused("the mapping holds more than a type and a budget")
    return code.replaced(value, value.with_changes(elements=[adaptive]))
