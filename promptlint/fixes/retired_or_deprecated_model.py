"""Fixes PL301: the current model of the same tier, where the name of the old one is written."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace

from promptlint.audit import Audit
from promptlint.checks.parameter_rejected_by_model import SAMPLING, check
from promptlint.edits import Fix, Refused
from promptlint.findings import Finding, Hit
from promptlint.fixes.bench import Bench
from promptlint.fixes.literals import another_string
from promptlint.fixes.output_cap_eaten_by_thinking import raised
from promptlint.fixes.parameter_rejected_by_model import repaired
from promptlint.request import CallSite, Place


def fix(finding: Finding, bench: Bench) -> Fix:
    """Unsafe: another model answers differently. What it does not take goes, and its thinking gets room."""
    names, place = finding.hit.subjects, finding.hit.place
    if len(names) != 1:
        raise Refused("no one name of a current model fits all calls that take it from here")
    _check_not_compared(place, bench)
    audit = _with_model(names[0], place, bench.audit)
    steps = [Fix(f"write {names[0]}", (another_string(place, names[0], bench),))]
    steps += _accepted(place, audit, bench)
    steps += raised(audit, bench)
    edits = dict.fromkeys(edit for step in steps for edit in step.edits)
    return Fix(", ".join(dict.fromkeys(step.title for step in steps)), tuple(edits))


def _check_not_compared(place: Place, bench: Bench) -> None:
    """Raise `Refused` where the code that uses a name also looks it up, in a table of prices for instance."""
    users = [call for call in bench.calls.values() if place in call.request.model.origins]
    sent_from = [each.place.path for call in users for each in (call, call.via) if each is not None]
    old = re.escape(bench.text(place.path).segment(place)[1:-1])
    compared = re.compile(rf"""([=!]=\s*|\bcase\s+)(["']){old}\2|(["']){old}\3\s*(:|[=!]=)""")
    for path in dict.fromkeys([place.path, *sent_from]):
        text = bench.text(path)
        found = compared.search(text.text)
        if found is not None:
            where = text.place(*found.span())
            raise Refused(f"{path}:{where.line} compares or looks up the old name: both have to change together")


def _with_model(name: str, place: Place, audit: Audit) -> Audit:
    """The state of the project with another model in the place of the one that is written there."""
    calls = tuple(_renamed(call, name, place) for call in audit.project.calls)
    return replace(audit, project=replace(audit.project, calls=calls))


def _renamed(call: CallSite, name: str, place: Place) -> CallSite:
    model = call.request.model
    if place not in model.origins:
        return call
    values = (name if origin == place else value for value, origin in zip(model.values, model.origins, strict=False))
    model = replace(model, values=tuple(dict.fromkeys(values)))
    return replace(call, request=replace(call.request, model=model))


def _accepted(place: Place, audit: Audit, bench: Bench) -> Iterator[Fix]:
    """What turns the parameters that the new model rejects into what it takes. Raises `Refused`."""
    for call in audit.project.calls:
        if place in call.request.model.origins:
            known = {hit.place for hit in check(bench.calls[call.id], bench.audit)}
            for hit in check(call, audit):
                if hit.place not in known:
                    yield repaired(_written(hit, call), call, audit, bench)


def _written(hit: Hit, call: CallSite) -> Hit:
    """A finding where its sampling parameter stands, which all callers of a wrapper share."""
    for name in SAMPLING:
        argument = call.request.others.get(name)
        if argument is not None and argument.place is not None and f"takes no {name}:" in hit.message:
            return replace(hit, place=argument.place)
    return hit
