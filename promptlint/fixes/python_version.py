"""The Python versions that a project supports, as its pyproject.toml says."""

from __future__ import annotations

import re
from pathlib import Path

from promptlint import toml
from promptlint.errors import UserError

_LOWEST = re.compile(r"(?:>=|~=|==|>)\s*3\.(\d+)")
ANY = (3, 0)


def oldest_python(root: Path) -> tuple[int, int]:
    """The oldest version that `requires-python` lets in; `ANY` where it says nothing."""
    file = root / "pyproject.toml"
    try:
        table = toml.parse(file, toml.read(file)) if file.is_file() else {}
    except UserError:
        return ANY
    project = table.get("project", {})
    wanted = project.get("requires-python") if isinstance(project, dict) else None
    found = _LOWEST.search(wanted) if isinstance(wanted, str) else None
    return (3, int(found[1])) if found else ANY
