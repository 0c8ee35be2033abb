"""The tokens of a text, as an estimate."""

from __future__ import annotations

import math
from statistics import mean, stdev
from typing import TYPE_CHECKING

from promptlint.estimate import Estimate
from promptlint.tokens.memory import Memory, cache_folder
from promptlint.tokens.tokenizer import Generation, content_tokens

if TYPE_CHECKING:
    from promptlint.estimate import Source
    from promptlint.prices.model import Model

_LONG = 1_000_000
_SLICES = 100
_SLICE = 2_000
_CHARS_PER_TOKEN_V2 = 4.0
_LEAST_CHARS_PER_TOKEN_V2 = 8.0


class Counter:
    """Counts the tokens of texts, and remembers.

    The interval around a count is 0.2 % for tokenizers that were measured, 3 % where the generation's is assumed, and
    a token for what a text is joined with. Both widths are chosen, not derived.
    """

    def __init__(self, memory: Memory | None = None) -> None:
        self._memory = Memory(cache_folder()) if memory is None else memory

    def count(self, text: str, model: Model) -> Estimate:
        """The tokens of a text alone, without any frame."""
        return self.widen(self.raw(text, model), model)

    def raw(self, text: str, model: Model) -> Estimate:
        """The count before its error is allowed for: counts are added first and widened once."""
        if model.tokenizer == "v2":
            return _by_length(text)
        source: Source = "tokenizer" if model.tokenizer_measured else "assumed"
        if len(text) <= _LONG:
            return Estimate.exactly(self._tokens(text, model.tokenizer), source)
        return self._sampled(text, model.tokenizer)

    def widen(self, estimate: Estimate, model: Model, seams: int = 1) -> Estimate:
        """Allow for the tokenizer's own error, and for `seams` tokens where texts are joined. Nothing stays nothing.

        What the API counted stays as it is.
        """
        if estimate.source == "exact":
            return estimate
        if estimate.high is not None and estimate.high <= 0:
            return Estimate.exactly(0, estimate.source)
        share, seams = (0.002, seams) if model.tokenizer_measured else (0.03, 1)
        high = estimate.high
        return Estimate(
            max(0, round(estimate.low * (1 - share)) - seams),
            None if estimate.value is None else max(0, estimate.value),
            None if high is None else max(0, round(high * (1 + share)) + seams),
            estimate.source,
        )

    def save(self) -> None:
        """Keep the counts for the next run."""
        self._memory.save()

    def _tokens(self, text: str, generation: Generation) -> int:
        found = self._memory.get(text, generation)
        if found is None:
            found = content_tokens(text, generation)
            self._memory.put(text, generation, found)
        return found

    def _sampled(self, text: str, generation: Generation) -> Estimate:
        """A long text by slices evenly spread over it: their average, give or take four of its standard errors."""
        step = (len(text) - _SLICE) / (_SLICES - 1)
        counts = [self._tokens(text[(at := round(i * step)) : at + _SLICE], generation) for i in range(_SLICES)]
        slices = len(text) / _SLICE
        average = mean(counts)
        error = 4 * stdev(counts) / math.sqrt(_SLICES)
        return Estimate(
            max(0, math.floor((average - error) * slices)),
            round(average * slices),
            math.ceil((average + error) * slices),
            "assumed",
        )


def _by_length(text: str) -> Estimate:
    """No tokenizer of Claude 2 and before can be had: characters, and never more tokens than bytes."""
    return Estimate(
        math.floor(len(text) / _LEAST_CHARS_PER_TOKEN_V2),
        round(len(text) / _CHARS_PER_TOKEN_V2),
        len(text.encode("utf-8", "surrogatepass")),
        "assumed",
    )
