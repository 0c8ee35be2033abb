"""Where something stands in a file."""

from __future__ import annotations

from dataclasses import dataclass, replace


@dataclass(frozen=True, slots=True)
class Place:
    """A span of one file.

    `path` is relative to the project's root, with forward slashes. Lines and columns are 1-based,
    columns count code points, and the end is exclusive. In a notebook `cell` is the number of the cell among all
    cells, from 1, and lines count from its first; elsewhere `cell` is 0.
    """

    path: str
    line: int
    column: int
    end_line: int
    end_column: int
    cell: int = 0

    def __lt__(self, other: Place) -> bool:
        return self._order < other._order

    @property
    def _order(self) -> tuple[str, int, int, int, int, int]:
        return self.path, self.cell, self.line, self.column, self.end_line, self.end_column

    @property
    def source(self) -> str:
        """The key of the text that it lies in, in `Project.sources`: the path, and the cell in a notebook."""
        return source_key(self.path, self.cell)

    @property
    def row(self) -> str:
        """The line as it is written behind a path: `4`, in a notebook `cell 3:4`."""
        return f"cell {self.cell}:{self.line}" if self.cell else str(self.line)

    @property
    def start(self) -> Place:
        """The empty span at this span's first character."""
        return replace(self, end_line=self.line, end_column=self.column)

    @property
    def end(self) -> Place:
        """The empty span behind this span's last character."""
        return replace(self, line=self.end_line, column=self.end_column)

    def covers(self, line: int) -> bool:
        """Whether any character of `line` lies in the span."""
        return self.line <= line <= self.end_line

    def contains(self, other: Place) -> bool:
        """Whether `other` lies wholly within this span."""
        return (
            (self.path, self.cell) == (other.path, other.cell)
            and (self.line, self.column) <= (other.line, other.column)
            and (other.end_line, other.end_column) <= (self.end_line, self.end_column)
        )


def source_key(path: str, cell: int) -> str:
    """The key of a file's text in `Project.sources`, or of a notebook's cell."""
    return f"{path}:cell {cell}" if cell else path
