"""The input tokens of a request: in all, by section, and of the prefix that a cache can hold."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from promptlint.estimate import Estimate
from promptlint.tokens import added, conversation, structure, tools
from promptlint.tokens.conversation import maybe, nothing
from promptlint.tokens.prefix import constant_prefix, marked_prefix
from promptlint.tokens.recorded import NOTHING, Recorded
from promptlint.tokens.ruler import Ruler

if TYPE_CHECKING:
    from promptlint.prices.model import Model
    from promptlint.request import Request
    from promptlint.tokens.count import Counter

_UNSEEN = Estimate.unknown()


@dataclass(frozen=True, slots=True)
class RequestTokens:
    """Input tokens of one call.

    `prefix` is the constant prefix that a cache could hold: tools, system and messages up to the first part
    that can differ from request to request; where that part may turn out constant, its high is None.
    `cached_prefix` reaches up to the last cache marker, None without a marker.
    """

    frame: Estimate
    system: Estimate
    messages: Estimate
    tools: Estimate
    total: Estimate
    prefix: Estimate
    cached_prefix: Estimate | None

    @staticmethod
    def unknown() -> RequestTokens:
        """Nothing known, not even the model."""
        return RequestTokens(_UNSEEN, _UNSEEN, _UNSEEN, _UNSEEN, _UNSEEN, _UNSEEN, None)

    @staticmethod
    def hull(several: Sequence[RequestTokens]) -> RequestTokens:
        """The intervals over several possibilities, likeliest first."""
        marked = [tokens.cached_prefix for tokens in several if tokens.cached_prefix is not None]
        return RequestTokens(
            frame=Estimate.hull(tokens.frame for tokens in several),
            system=Estimate.hull(tokens.system for tokens in several),
            messages=Estimate.hull(tokens.messages for tokens in several),
            tools=Estimate.hull(tokens.tools for tokens in several),
            total=Estimate.hull(tokens.total for tokens in several),
            prefix=Estimate.hull(tokens.prefix for tokens in several),
            cached_prefix=Estimate.hull(marked) if marked else None,
        )


def measure(
    request: Request,
    model: Model,
    counter: Counter,
    holes: Mapping[str, int] | None = None,
    recorded: Recorded = NOTHING,
) -> RequestTokens:
    """The input tokens of one call of `model`. What is unknown keeps its lower bound.

    `holes` are the sizes in tokens of the parts that are known at run time only, by their names. Where the API has
    counted a part, its number stands for the tokenizer's.
    """
    ruler = Ruler(model, counter, holes or {}, recorded)
    sections = _Sections.of(request, ruler)
    frame = recorded.frame(model) or structure.frame(model)
    total = ruler.widen(frame + sections.sum + added.raw(request, ruler), _seams(request))
    marked = marked_prefix(request)
    return RequestTokens(
        frame=frame,
        system=ruler.widen(sections.system),
        messages=ruler.widen(sections.messages),
        tools=ruler.widen(sections.tools),
        total=recorded.total(request, model) or total,
        prefix=_prefix(request, ruler),
        cached_prefix=None if marked is None else _content(marked, ruler),
    )


def _seams(request: Request) -> int:
    """The tokens by which joining the parts of a request may change its count.

    A single message has no seam; the errors of many cancel out in part, so that they grow with the square root.
    """
    parts = len(request.messages.messages) + (request.system.present is not False) + len(request.tools.tools)
    return round(math.sqrt(parts / 2)) if parts > 1 else 0


def _content(request: Request, ruler: Ruler) -> Estimate:
    """All of a request but the frame."""
    return ruler.recorded.content(request, ruler.model) or ruler.widen(_Sections.of(request, ruler).sum)


def _prefix(request: Request, ruler: Ruler) -> Estimate:
    cut = constant_prefix(request)
    found = _content(cut.kept, ruler)
    return found if cut.sharp else Estimate(found.low, found.value, None, found.source)


@dataclass(frozen=True, slots=True)
class _Sections:
    """The sections of a request, not widened yet: the tokenizer's error counts once in a sum."""

    tools: Estimate
    system: Estimate
    messages: Estimate

    @staticmethod
    def of(request: Request, ruler: Ruler) -> _Sections:
        return _Sections(
            tools=ruler.recorded.tools(request, ruler.model) or _tools(request, ruler),
            system=ruler.recorded.system(request, ruler.model) or _system(request, ruler),
            messages=ruler.recorded.messages(request, ruler.model) or conversation.raw(request, ruler),
        )

    @property
    def sum(self) -> Estimate:
        return self.tools + self.system + self.messages


def _tools(request: Request, ruler: Ruler) -> Estimate:
    present = request.tools.present
    return nothing() if present is False else maybe(tools.raw(request, ruler), present)


def _system(request: Request, ruler: Ruler) -> Estimate:
    system = request.system
    if system.present is False:
        return nothing()
    found = conversation.content(system.blocks, ruler)
    if system.blocks:
        around = structure.system(ruler.model, with_tools=bool(request.tools.tools))
        found += Estimate.exactly(around, found.source)
    if not system.complete:
        found += _UNSEEN
    return maybe(found, system.present)
