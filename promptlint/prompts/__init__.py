"""Prompts that stand in files: request bodies, and what images and documents weigh."""

from __future__ import annotations
