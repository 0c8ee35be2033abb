"""What becomes of each call from one state of a project to another."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Literal

from promptlint.changes.bounds import NOTHING, Bounds
from promptlint.changes.delta import Delta, delta
from promptlint.changes.figures import Figures, monthly

if TYPE_CHECKING:
    from promptlint.changes.matching import Pair
    from promptlint.changes.sent import Facet
    from promptlint.request import CallSite, Project

Kind = Literal["new", "removed", "changed", "unchanged"]


@dataclass(frozen=True, slots=True)
class Change:
    """One call: what it was and what it is, and in which aspects of the request that differs.

    `key` is the id that the configuration knows it by: the one before, where there was one.
    """

    key: str
    kind: Kind
    before: Figures | None
    after: Figures | None
    aspects: tuple[Facet, ...]
    delta: Delta

    @property
    def moved(self) -> bool:
        """Whether the call has another id, or stands in another file."""
        old, new = self.before, self.after
        return old is not None and new is not None and (old.id, _path(old)) != (new.id, _path(new))

    @property
    def month(self) -> Bounds | None:
        """USD a month more; None without a volume on either side."""
        sides = [figures for figures in (self.before, self.after) if figures is not None]
        calls = {figures.calls_per_month for figures in sides}
        if calls == {None}:
            return None
        if len(calls) == 1:
            return self.delta.usd.times(calls.pop() or 0.0)
        old, new = (NOTHING if figures is None else monthly(figures) for figures in (self.before, self.after))
        return None if old is None or new is None else new + -old

    @property
    def shown(self) -> Figures:
        """The later side that there is."""
        found = self.after or self.before
        assert found is not None
        return found


def _path(figures: Figures) -> str:
    return figures.call.place.path


def change(key: str, before: Figures | None, after: Figures | None) -> Change:
    """Compare one call's figures; at least one side is there."""
    found = delta(before, after)
    if before is None or after is None:
        return Change(key, "new" if before is None else "removed", before, after, (), found)
    aspects = before.sent.changed(after.sent)
    same = not aspects and found.usd == NOTHING
    return Change(key, "unchanged" if same else "changed", before, after, aspects, found)


def keyed(project: Project, pairs: Iterable[Pair]) -> tuple[Project, Mapping[str, str]]:
    """The project after a change, its calls under the ids that they had before; and their own ids by those.

    What the configuration says of a call is said of it wherever it moves to. A new call that takes an id from another
    is none that the configuration knows.
    """
    old = {pair.after.id: pair.before.id for pair in pairs if pair.before is not None and pair.after is not None}
    taken = Counter(old.values())
    keys: dict[str, str] = {}
    for call in project.calls:
        known = old.get(call.id, call.id)
        keys[call.id] = f"{known} (new)" if call.id not in old and taken[known] else known
    calls = tuple(_renamed(call, keys) for call in project.calls)
    return replace(project, calls=calls), {key: own for own, key in keys.items()}


def _renamed(call: CallSite, keys: Mapping[str, str]) -> CallSite:
    callers = tuple(keys.get(caller, caller) for caller in call.callers)
    return replace(call, id=keys[call.id], callers=callers)
