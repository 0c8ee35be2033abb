"""The right wing's run: a project and its rules -> findings."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from datetime import date

    from promptlint.ledger import Ledger
    from promptlint.request import Project
    from promptlint.settings import Settings


@dataclass(frozen=True, slots=True)
class Audit:
    """What a check may look at besides its call: the whole project, tokens and prices, the settings, the date."""

    project: Project
    settings: Settings
    ledger: Ledger
    today: date
