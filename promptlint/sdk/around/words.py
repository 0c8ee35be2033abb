"""The functions that run what they are given, read from the table beside this file."""

from __future__ import annotations

import ast
from functools import cache
from importlib.resources import files
from typing import cast

from promptlint.request.call import LoopKind


@cache
def table() -> dict[str, dict[str, frozenset[str]]]:
    """The words of each kind in each section of the table."""
    import tomli

    sections = tomli.loads((files("promptlint.sdk.around") / "words.toml").read_text("utf-8"))
    return {name: {kind: frozenset(words) for kind, words in section.items()} for name, section in sections.items()}


def kind_of(section: str, word: str) -> LoopKind | None:
    """The kind of loop that a function of this name makes; None where a section of the table does not have it."""
    found = next((kind for kind, words in table()[section].items() if word in words), None)
    return cast("LoopKind | None", found)


def last_word(node: ast.AST) -> str:
    """The last word of a name, of what is called for a call (`Parallel(2)(..)` too); empty where there is none."""
    while isinstance(node, ast.Call):
        node = node.func
    if isinstance(node, ast.Attribute):
        return node.attr
    return node.id if isinstance(node, ast.Name) else ""
