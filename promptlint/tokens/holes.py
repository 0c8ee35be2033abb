"""The sizes that the user gives to parts of a prompt that are known at run time only."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from fnmatch import fnmatchcase
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from promptlint.request import CallSite


@dataclass(frozen=True, slots=True)
class HoleSizes:
    """`[tool.promptlint.holes]`: tokens by a hole's name, or by "call:name" with a call's id or a glob over ids."""

    sizes: Mapping[str, int] = field(default_factory=dict)

    def of(self, call: CallSite) -> dict[str, int]:
        """The sizes of the holes of one call, by name; what names the call wins."""
        if not self.sizes:
            return {}
        found: dict[str, int] = {}
        for name in _holes(call):
            keys = [key for key in self.sizes if _means(key, call, name)]
            if keys:
                found[name] = self.sizes[max(keys, key=lambda key: (key != name, len(key)))]
        return found

    def unmatched(self, calls: Iterable[CallSite]) -> list[str]:
        """The keys that mean no hole of any call."""
        left = list(self.sizes)
        for call in calls if left else ():
            names = set(_holes(call))
            left = [key for key in left if not any(_means(key, call, name) for name in names)]
        return left


def _holes(call: CallSite) -> Iterator[str]:
    for section in (call.request.system, call.request.messages):
        yield from (hole.name for hole in section.text.holes())


def _means(key: str, call: CallSite, name: str) -> bool:
    if key == name:
        return True
    pattern, colon, short = key[: -len(name) - 1], key[-len(name) - 1 : -len(name)], key[-len(name) :]
    return (colon, short) == (":", name) and (pattern == call.id or fnmatchcase(call.id, pattern))
