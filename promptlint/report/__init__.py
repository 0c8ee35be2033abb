"""One short module for each output format: from findings and calls to text."""

from __future__ import annotations
