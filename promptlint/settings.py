"""[tool.promptlint] in pyproject.toml, or promptlint.toml."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

from promptlint.catalogue import Confidence, Severity


@dataclass(frozen=True, slots=True)
class Settings:
    """What a project has configured. `source` is the file it was read from; `root` is the project's root."""

    root: Path
    source: Path | None = None
    select: tuple[str, ...] = ("ALL",)
    extend_select: tuple[str, ...] = ()
    ignore: tuple[str, ...] = ()
    per_file_ignores: dict[str, tuple[str, ...]] = field(default_factory=dict)
    exclude: tuple[str, ...] = ()
    src: tuple[str, ...] = ()
    fail_on: Severity = "warning"
    min_confidence: Confidence = "low"
    caching: str = "none"
