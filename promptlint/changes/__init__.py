"""What changes between two states of a project: the calls of both, paired, with what each sends and costs."""

from __future__ import annotations
