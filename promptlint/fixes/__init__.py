"""Fixes: edits computed with libcst, one module for each rule that has one, named after the rule.

A module offers `fix(finding, bench)`, which gives a `Fix` or raises `Refused` with the reason why not.
"""

from __future__ import annotations
