"""The console that tables are drawn on."""

from __future__ import annotations

from typing import TYPE_CHECKING, TextIO

from rich.box import Box
from rich.console import Console

if TYPE_CHECKING:
    from promptlint.report.style import Palette

RULED = Box("    \n    \n -- \n    \n    \n    \n    \n    \n", ascii=True)
"""A table with one line under its head, and none elsewhere."""


def console_for(text: TextIO, palette: Palette, columns: int) -> Console:
    """Writes into a text, as wide as the terminal, in the colours that the user wants and no others."""
    return Console(
        file=text,
        width=columns,
        color_system="standard" if palette.color else None,
        force_terminal=palette.color,
        legacy_windows=False,
        highlight=False,
    )
