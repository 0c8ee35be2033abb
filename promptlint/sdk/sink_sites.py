"""The call sites of the wrappers that the user names: they take the place of what is found inside of these."""

from __future__ import annotations

import ast
from collections.abc import Sequence
from dataclasses import dataclass

from promptlint.files import candidates
from promptlint.request import Place
from promptlint.sdk import sites
from promptlint.sdk.sinks import described
from promptlint.sdk.sites import Found
from promptlint.sinks import Sink
from promptlint.source.evaluator import Evaluator


@dataclass(frozen=True, slots=True, eq=False)
class _Named:
    """A sink: where its function stands, None outside of the project, and its call sites."""

    body: Place | None
    found: list[Found]


def with_sinks(ev: Evaluator, found: list[Found], sinks: Sequence[Sink]) -> list[Found]:
    """The call sites with those of the sinks.

    A place that sends inside of a sink is the wrapper of the sink's calls then, whatever callers of it were found; and
    where one place is both, the sink's description holds.
    """
    named = [_named(ev, sink) for sink in sinks]
    instead = {one.site.place: one for sink in named for one in sink.found}
    kept = {
        one: None
        for one in (*found, *instead.values())
        if instead.get(one.site.place, one) is one and not (one.site.via and _around(named, one, one.site.via.place))
    }
    for one in kept:
        around = _around(named, one, one.site.place)
        if around is not None:
            one.site, one.callers = sites.as_wrapper(one.site), around.found
        callers = dict.fromkeys(instead.get(caller.site.place, caller) for caller in one.callers)
        one.callers = [caller for caller in callers if caller in kept]
    return list(kept)


def _around(named: list[_Named], one: Found, place: Place) -> _Named | None:
    """The sink whose function a place stands in, unless the call site is one of its own."""
    holding = (sink for sink in named if sink.found and sink.body is not None and sink.body.contains(place))
    return next((sink for sink in holding if one not in sink.found), None)


def _named(ev: Evaluator, sink: Sink) -> _Named:
    sdk = described(ev, sink)
    scope = sdk.methods[0].scope
    node = scope.node if scope is not None else None
    body = scope.module.file.place(node) if scope is not None and isinstance(node, ast.stmt) else None
    modules = [ev.modules.get(path) for path in candidates(ev.modules.files, sdk.pattern, sdk.words)]
    return _Named(body, [one for module in modules if module is not None for one in sites.of_module(ev, module, sdk)])
