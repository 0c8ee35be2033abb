"""How often a clock's or a random number's value changes."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from promptlint.request import Hole

_FINER_THAN_A_DAY = re.compile(r"%-?[HIMSfpcXTRsr]")
_DAY_ONLY = re.compile(r"\bdate\.today\(\)|\.date\(\)|\.(?:year|month|day)$")


def how_often(hole: Hole) -> tuple[str, bool]:
    """How often a value changes, and whether that is with every request."""
    if hole.lifetime == "process":
        return "with each start of the program", False
    if hole.lifetime == "conversation":
        return "with each conversation", False
    return ("once a day", False) if hole.origin == "clock" and _only_the_day(hole) else ("with every request", True)


def _only_the_day(hole: Hole) -> bool:
    formats = [option for option in hole.options if "%" in option]
    if formats:
        return not any(_FINER_THAN_A_DAY.search(option) for option in formats)
    return hole.detail.endswith("date.today") or _DAY_ONLY.search(hole.name) is not None
