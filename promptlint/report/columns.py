"""Columns of text: words to the left, numbers to the right."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from promptlint.report.style import Palette, width


def aligned(rows: Sequence[Sequence[str]], palette: Palette, words: int = 1) -> Iterator[str]:
    """The rows as lines, the first one as their header; the first `words` columns hold words. Text must be visible."""
    widths = [max(map(width, column)) for column in zip(*rows, strict=True)]
    for at, row in enumerate(rows):
        cells = [
            cell + " " * (least - width(cell)) if column < words else " " * (least - width(cell)) + cell
            for column, (cell, least) in enumerate(zip(row, widths, strict=True))
        ]
        line = "   ".join(cells).rstrip()
        yield palette.paint("strong", line) if not at else line
