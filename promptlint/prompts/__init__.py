"""Prompts that stand on their own: text files, templates, the bodies of requests and batches, and what media weigh."""

from __future__ import annotations
