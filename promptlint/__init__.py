"""promptlint: a static auditor and linter for the prompts and Claude API calls in Python code."""

from __future__ import annotations

__version__ = "0.1.0"
