"""What `cost` reports on, whatever the format: the calls with their tokens and dollars."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from promptlint.request import CallSite, Problem

if TYPE_CHECKING:
    from promptlint.ledger import Total
    from promptlint.prices.table import Model
    from promptlint.report.checked import Paths
    from promptlint.report.savings import Saving


@dataclass(frozen=True, slots=True)
class Row:
    """One call: the known models that it may use, likeliest first, and what it costs over all of them."""

    call: CallSite
    models: tuple[Model, ...]
    total: Total

    @property
    def minimum(self) -> int | None:
        """The prefix length in tokens from which every model of the call caches; None where that is not known."""
        known = [model.min_cacheable_tokens for model in self.models]
        certain = [tokens for tokens in known if tokens is not None]
        return max(certain) if certain and len(certain) == len(known) else None


@dataclass(frozen=True, slots=True)
class Costed:
    """The calls of a run in the order of their places, wrappers too. `savings` are by the call's id."""

    rows: tuple[Row, ...]
    problems: tuple[Problem, ...]
    files: int
    paths: Paths
    tokenizer: str
    prices_as_of: str
    savings: dict[str, Saving] = field(default_factory=dict)
