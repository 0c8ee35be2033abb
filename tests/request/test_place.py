from __future__ import annotations

from promptlint.request import Piece, Place
from promptlint.request.text import Run

LINE = Place("a.py", 4, 1, 5, 9)
CELL = Place("a.ipynb", 4, 1, 5, 9, cell=3)


def test_the_line_and_the_key_of_its_text() -> None:
    assert (LINE.row, LINE.source) == ("4", "a.py")
    assert (CELL.row, CELL.source) == ("cell 3:4", "a.ipynb:cell 3")


def test_places_come_in_the_order_of_paths_cells_and_lines() -> None:
    later = Place("a.ipynb", 1, 1, 1, 2, cell=4)
    assert sorted([LINE, later, CELL]) == [CELL, later, LINE]


def test_ends_and_parts_stay_in_their_cell() -> None:
    assert CELL.start == Place("a.ipynb", 4, 1, 4, 1, cell=3)
    assert CELL.end == Place("a.ipynb", 5, 9, 5, 9, cell=3)
    piece = Piece("ab", CELL, (Run(0, 4, 7),))
    assert piece.locate(1, 2) == Place("a.ipynb", 4, 8, 4, 9, cell=3)
    assert CELL.contains(piece.locate(1, 2))
    assert not CELL.contains(Place("a.ipynb", 4, 8, 4, 9, cell=4))
