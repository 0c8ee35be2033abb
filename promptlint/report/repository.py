"""Where a repository begins: what services show reports for want paths from there on."""

from __future__ import annotations

import os
from pathlib import Path

_CHECKOUTS = ("GITHUB_WORKSPACE", "CI_PROJECT_DIR")
"""Where GitHub Actions and GitLab CI say that they checked the repository out."""


def top(root: Path) -> Path:
    """The repository around a project: the checkout of a CI service, else the git top, else the project itself."""
    around = (root, *root.parents)
    for name in _CHECKOUTS:
        named = os.environ.get(name)
        if named and Path(named).is_absolute() and Path(named).resolve() in around:
            return Path(named).resolve()
    return next((folder for folder in around if (folder / ".git").exists()), root)
