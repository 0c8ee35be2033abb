"""Where something stands in a file."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, order=True)
class Place:
    """A span of one file.

    `path` is relative to the project's root, with forward slashes. Lines and columns are 1-based,
    columns count code points, and the end is exclusive.
    """

    path: str
    line: int
    column: int
    end_line: int
    end_column: int

    @property
    def start(self) -> Place:
        """The empty span at this span's first character."""
        return Place(self.path, self.line, self.column, self.line, self.column)

    def covers(self, line: int) -> bool:
        """Whether any character of `line` lies in the span."""
        return self.line <= line <= self.end_line

    def contains(self, other: Place) -> bool:
        """Whether `other` lies wholly within this span."""
        return (
            self.path == other.path
            and (self.line, self.column) <= (other.line, other.column)
            and (other.end_line, other.end_column) <= (self.end_line, self.end_column)
        )
