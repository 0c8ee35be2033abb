"""The tables that checks read: data/<name>.toml."""

from __future__ import annotations

from importlib.resources import files
from typing import Any

import tomli


def table(name: str) -> dict[str, Any]:
    """The document data/<name>.toml; callers keep what they make of it."""
    return tomli.loads(files("promptlint.checks").joinpath("data", f"{name}.toml").read_text(encoding="utf-8"))
