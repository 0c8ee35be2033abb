"""Cache markers: written anew, and with another lifetime."""

from __future__ import annotations

from typing import TYPE_CHECKING

import libcst as cst

from promptlint.economics import economics
from promptlint.edits import Edit, Refused
from promptlint.fixes.arguments import entry_of, owner_at, with_entry
from promptlint.fixes.bench import Bench
from promptlint.fixes.items import without
from promptlint.request import CacheMarker, CallSite

if TYPE_CHECKING:
    from promptlint.prices.caching import Ttl

_NAME = "cache_control"


def marker(ttl: Ttl) -> cst.Dict:
    """The value of a new `cache_control`."""
    longer = ', "ttl": "1h"' if ttl == "1h" else ""
    found = cst.parse_expression(f'{{"type": "ephemeral"{longer}}}')
    assert isinstance(found, cst.Dict)
    return found


def marked(block: cst.Dict, ttl: Ttl) -> cst.Dict:
    """A block or a tool with a marker. Raises `Refused` where it has one."""
    if entry_of(block, _NAME) is not None:
        raise Refused("there is a marker already")
    return with_entry(block, _NAME, marker(ttl))


def lifetime(call: CallSite, section: str, bench: Bench) -> Ttl:
    """The lifetime that pays for a part of the prefix: five minutes where no traffic is configured.

    Raises `Refused` where the configured traffic says that none does.
    """
    found = economics(call, bench.audit.ledger)
    if found is None or found.plan is None:
        return "5m"
    if not found.plan.breakpoints:
        raise Refused("at the traffic that is configured caching does not pay")
    chosen = [each for each in found.plan.breakpoints if each.after == section] or found.plan.breakpoints[-1:]
    return chosen[0].ttl


def living(found: CacheMarker, ttl: Ttl, bench: Bench) -> Edit:
    """The edit that gives a marker another lifetime. Raises `Refused`."""
    code = bench.code(found.place)
    value = owner_at(found.place, code).value
    if not isinstance(value, cst.Dict):
        raise Refused("the marker is not written where it is used")
    entry = entry_of(value, "ttl")
    if ttl == "5m" and entry is not None:
        elements = without(value.elements, value.elements.index(entry))
        return code.replaced(value, value.with_changes(elements=elements))
    text = cst.SimpleString('"1h"')
    if entry is None:
        return code.replaced(value, with_entry(value, "ttl", text))
    return code.replaced(entry.value, text)
