"""The ledger of a run: the project's calls at the prices and with the traffic of its configuration."""

from __future__ import annotations

from dataclasses import dataclass, field

from promptlint.ledger import Ledger
from promptlint.prices.book import PriceBook
from promptlint.prices.traffic import Traffic
from promptlint.request import Project
from promptlint.settings import Settings
from promptlint.tokens.count import Counter
from promptlint.tokens.holes import HoleSizes
from promptlint.tokens.recorded import NOTHING, Recorded


@dataclass(frozen=True)
class Purse:
    """Makes the ledgers of one run, which share what was counted."""

    settings: Settings
    recorded: Recorded = NOTHING
    counter: Counter = field(default_factory=Counter)

    def ledger(self, project: Project) -> Ledger:
        """The ledger of one state of the project. Raises `UserError` for a price of a model that is not known."""
        return Ledger(
            counter=self.counter,
            book=PriceBook(self.settings.prices),
            traffic=Traffic(self.settings.workloads, project.calls),
            holes=HoleSizes(self.settings.holes),
            recorded=self.recorded,
        )


def ledger_for(settings: Settings, project: Project, recorded: Recorded = NOTHING) -> Ledger:
    """`recorded` is what the API counted. Raises `UserError` for a price of a model that is not known."""
    return Purse(settings, recorded).ledger(project)
