"""PL103: a prefix that is long enough to be cached, sent again and again at the full price."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import replace
from typing import TYPE_CHECKING

from promptlint.checks._cache_advice import advice, place_of
from promptlint.checks._cache_cost import cost_of_caching, saving_of_caching
from promptlint.checks._prefix import constant_text
from promptlint.checks._reuse import reuse_of
from promptlint.checks._uncached import uncached_prefix
from promptlint.findings import Hit, Related
from promptlint.money import tokens_range

if TYPE_CHECKING:
    from collections.abc import Iterator

    from promptlint.audit import Audit
    from promptlint.checks._uncached import Prefix

_NEARLY_ALL = 0.95
"""The share of a prefix that a constant is where the few words around a clock go with it."""


def check_project(audit: Audit) -> Iterator[Hit]:
    """Report each prefix once, with the calls that send it, or the requests of one file to one model."""
    if audit.settings.caching == "external":
        return
    shared: defaultdict[tuple[tuple[str, ...], str], list[Prefix]] = defaultdict(list)
    for call in audit.project.calls:
        prefix = uncached_prefix(call, audit)
        if prefix is not None:
            file = (call.place.path, *call.request.model.values) if call.is_body else ()
            shared[file, constant_text(prefix.steady.request)].append(prefix)
    for (file, _), prefixes in shared.items():
        if not file or len(prefixes) > 1:
            tests_last = sorted(prefixes, key=lambda prefix: prefix.call.context.entry == "test")
            yield _hit(_where_written(tests_last, audit), audit)


def _where_written(prefixes: list[Prefix], audit: Audit) -> list[Prefix]:
    """The prefixes, as the sending place's own where it writes the same one for several callers, and no other."""
    via = prefixes[0].call.via
    if via is None or len(prefixes) == 1:
        return prefixes
    callers = [call for call in audit.project.calls if call.via is not None and call.via.place == via.place]
    if {call.id for call in callers} != {prefix.call.id for prefix in prefixes}:
        return prefixes
    places = {place_of(replace(prefix.steady, via=None)) for prefix in prefixes}
    if len(places) > 1 or not via.place.contains(*places):
        return prefixes
    return [replace(prefix, steady=replace(prefix.steady, via=None)) for prefix in prefixes]


def _hit(prefixes: list[Prefix], audit: Audit) -> Hit:
    first, calls = prefixes[0], [prefix.call for prefix in prefixes]
    place, reuse = place_of(first.steady), reuse_of(calls)
    others = {place_of(prefix.steady): f"{prefix.call.id} sends the same prefix" for prefix in prefixes[1:]}
    return Hit(
        place=place,
        message=f"A prefix of {tokens_range(first.tokens)} is sent without cache_control" + (reuse and f": {reuse}"),
        call=first.call.id,
        label="sent at the full input price each time",
        cost=cost_of_caching(first.call, first.model, first.tokens),
        savings=saving_of_caching(first.call, first.model, first.tokens),
        help=_help(first, audit),
        related=tuple(Related(other, message) for other, message in others.items() if other != place),
        severity=None if reuse else "info",
    )


def _help(prefix: Prefix, audit: Audit) -> str:
    if prefix.volatile is None:
        return advice(prefix.steady, audit.project)
    change = advice(prefix.steady, audit.project, _NEARLY_ALL)
    return f"First move {prefix.volatile.name} behind this text: it changes with every request.\n{change}"
