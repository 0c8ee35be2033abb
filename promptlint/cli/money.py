"""The ledger of a run: the project's calls at the prices and with the traffic of its configuration."""

from __future__ import annotations

from promptlint.ledger import Ledger
from promptlint.prices.book import PriceBook
from promptlint.prices.traffic import Traffic
from promptlint.request import Project
from promptlint.settings import Settings
from promptlint.tokens.holes import HoleSizes
from promptlint.tokens.recorded import NOTHING, Recorded


def ledger_for(settings: Settings, project: Project, recorded: Recorded = NOTHING) -> Ledger:
    """`recorded` is what the API counted. Raises `UserError` for a price of a model that is not known."""
    return Ledger(
        book=PriceBook(settings.prices),
        traffic=Traffic(settings.workloads, project.calls),
        holes=HoleSizes(settings.holes),
        recorded=recorded,
    )
