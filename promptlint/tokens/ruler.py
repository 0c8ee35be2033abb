"""What a request is measured with: a model's tokenizer, the counts that are remembered, the sizes of holes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from promptlint.estimate import Estimate
from promptlint.tokens.recorded import NOTHING, Recorded

if TYPE_CHECKING:
    from promptlint.prices.model import Model
    from promptlint.request import Hole
    from promptlint.tokens.count import Counter


@dataclass(frozen=True, slots=True)
class Ruler:
    """Measures for one model.

    `holes` are the sizes in tokens that the user gave, by the hole's name; `recorded` is what the API counted.
    """

    model: Model
    counter: Counter
    holes: Mapping[str, int] = field(default_factory=dict)
    recorded: Recorded = NOTHING

    def literal(self, text: str) -> Estimate:
        """The tokens of a known text, not widened."""
        return self.counter.raw(text, self.model)

    def hole(self, hole: Hole) -> Estimate:
        """The tokens that fill a hole: as configured, or else unknown."""
        size = self.holes.get(hole.name)
        return Estimate.unknown() if size is None else Estimate.exactly(size, "configured")

    def widen(self, estimate: Estimate, seams: int = 1) -> Estimate:
        """The estimate with the tokenizer's own error."""
        return self.counter.widen(estimate, self.model, seams)
