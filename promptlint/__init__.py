# ruff: noqa: I002 - `__main__` is not sure of sys.path yet when this runs, and even `__future__` is a file
"""promptlint: a static auditor and linter for the prompts and Claude API calls in Python code."""

__version__ = "0.1.0"
