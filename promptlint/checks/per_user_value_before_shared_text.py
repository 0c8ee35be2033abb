"""PL102: what belongs to one user stands in a cached system prompt before the text that all users share."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING

from promptlint.checks._cost import dollars, price_of
from promptlint.checks._holes import named
from promptlint.checks._place import constant_of, first_line, own_place
from promptlint.checks._prefix import minimum, possible_models
from promptlint.checks._shared import missed
from promptlint.checks._uncached import takes_markers
from promptlint.checks._users import is_of_a_user
from promptlint.estimate import Estimate
from promptlint.findings import Hit, Related
from promptlint.money import tokens_range
from promptlint.request import Hole, Piece

if TYPE_CHECKING:
    from collections.abc import Iterator

    from promptlint.audit import Audit
    from promptlint.request import CacheMarker, CallSite, Place

_HELP = """\
Begin with what all users share, marked, and let what belongs to one of them follow as a block of its own:
    system=[
        {"type": "text", "text": %s, "cache_control": {"type": "ephemeral"}},
        {"type": "text", "text": f"... {%s} ..."},
    ]"""


@dataclass(frozen=True, slots=True)
class _Found:
    """A call, the value of a user in its system prompt and its block, the marker behind, and the text between."""

    call: CallSite
    place: Place
    hole: Hole
    marker: CacheMarker
    shared: tuple[Piece, ...]


def check_project(audit: Audit) -> Iterator[Hit]:
    """Report each such value once, with the calls that send it."""
    places: defaultdict[Place, list[_Found]] = defaultdict(list)
    for call in audit.project.calls:
        found = _found(call) if takes_markers(call) else None
        if found is not None:
            places[found.place].append(found)
    for group in places.values():
        tokens = _tokens(group[0], audit)
        if tokens is not None:
            yield _hit(group, tokens, audit)


def _found(call: CallSite) -> _Found | None:
    """The first part of the system prompt that differs, where it does so by user, and the text behind it."""
    own: tuple[Place, Hole] | None = None
    shared: list[Piece] = []
    for block in call.request.system.blocks:
        for part in block.text.parts if block.text is not None else ():
            if isinstance(part, Piece):
                shared += [part] if own is not None else []
            elif isinstance(part, Hole) and part.lifetime == "process":
                continue
            elif isinstance(part, Hole) and is_of_a_user(part):
                own = own or (own_place(call, block.place), part)
            else:
                return None
        if block.cache is not None and block.cache.certain:
            return _Found(call, *own, block.cache, tuple(shared)) if own is not None else None
        if block.text is None or block.optional:
            return None
    return None


def _tokens(found: _Found, audit: Audit) -> Estimate | None:
    """The tokens that all users share, if they are enough to be cached on every model that the call can use."""
    text, models = "".join(piece.text for piece in found.shared), possible_models(found.call, audit)
    counts = [(audit.ledger.count(text, model), minimum(found.call, model)) for model in models]
    if counts and all(least is not None and count.at_least(least) for count, least in counts):
        return counts[0][0]
    return None


def _hit(group: list[_Found], tokens: Estimate, audit: Audit) -> Hit:
    first = group[0]
    call, hole, models = first.call, first.hole, audit.ledger.models(first.call)
    wasted = [missed(call, model, tokens, first.marker) for model in models]
    name = named(hole)
    others = {found.call.place: f"{found.call.id} sends it as well" for found in group[1:]}
    return Hit(
        place=first_line(first.place, audit.project),
        message=f"{name} stands before {tokens_range(tokens)} that are the same for all users: "
        "each user writes them to the cache again",
        call=call.id,
        label="differs from user to user",
        cost=f"at least {dollars(wasted)}, of the first call of each user whom another's cache would have served "
        f"({price_of(*models)}); how many that are, the code does not tell",
        savings=Estimate(0.0, None, max(wasted), "list price"),
        help=_HELP % (constant_of(first.shared) or "INSTRUCTIONS", name if name.isidentifier() else "user"),
        related=(
            Related(hole.place, "the value comes from here"),
            Related(first.marker.place, "the cache marker"),
            *(Related(place, message) for place, message in others.items()),
        ),
    )
