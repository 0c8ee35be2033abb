"""The left wing's reading of Python: files -> modules, scopes and values."""

from __future__ import annotations
