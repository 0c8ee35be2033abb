"""What docstrings say of a function and of its parameters, as the SDKs read them."""

from __future__ import annotations

import ast
from dataclasses import dataclass, field

from promptlint.source.values import Func


@dataclass(frozen=True, slots=True)
class Described:
    """A docstring: all of it, what it says before its sections, and what of parameters and of the result."""

    whole: str = ""
    text: str = ""
    parameters: dict[str, str] = field(default_factory=dict)
    returns: str = ""
    returned_type: str = ""


def of_function(function: Func) -> Described:
    """The docstring of a function; an empty one where it has none."""
    node = function.node
    whole = ast.get_docstring(node) if not isinstance(node, ast.Lambda) else None
    return read(whole) if whole else Described()


def read(whole: str) -> Described:
    """A docstring in the style of Google, NumPy or Sphinx."""
    import docstring_parser  # what the SDKs of Anthropic and Strands read docstrings with

    try:
        parsed = docstring_parser.parse(whole)
    except docstring_parser.ParseError:
        return Described(whole, whole)
    parts = [part for part in (parsed.short_description, parsed.long_description) if part]
    told = {one.arg_name: one.description for one in parsed.params if one.description}
    returns = parsed.returns
    return Described(
        whole,
        "\n\n".join(parts),
        told,
        (returns.description or "") if returns is not None else "",
        (returns.type_name or "") if returns is not None else "",
    )


def of_blocks(whole: str) -> Described:
    """A docstring as LangChain reads it: blocks between empty lines, of which one begins with `Args:`."""
    blocks = whole.split("\n\n")
    upto = next(
        (number for number, one in enumerate(blocks) if one.startswith(("Args:", "Returns:", "Example:"))), None
    )
    listed = next((block for block in blocks if block.startswith("Args:")), "")
    return Described(whole, " ".join(blocks[:upto]).strip(), _listed(listed.split("\n")[1:]))


def _listed(lines: list[str]) -> dict[str, str]:
    """The parameters of an `Args:` block; a line that is indented deeper than the first goes on."""
    told: dict[str, str] = {}
    name, indent = "", None
    for line in filter(str.strip, lines):
        before, colon, behind = line.partition(":")
        deep = len(line) - len(line.lstrip())
        indent = deep if indent is None and colon else indent
        if colon and not (name and indent is not None and deep > indent):
            name, _, kind = before.strip().partition(" ")
            name = name if kind.startswith("(") and kind.endswith(")") else before.strip()
            told[name] = behind.strip()
        elif name:
            told[name] += f" {line.strip()}"
    return told


def without_arguments(whole: str) -> str:
    """A docstring less the section about its parameters, as Strands leaves it."""
    kept, skipping = [], False
    for line in whole.strip().split("\n"):
        start = line.strip().lower()
        if start.startswith(("args:", "arguments:", "parameters:", "param:", "params:")):
            skipping = True
        elif start.startswith(_SECTIONS):
            skipping = False
        if not skipping:
            kept.append(line)
    return "\n".join(kept).strip()


_SECTIONS = (
    *("returns:", "return:", "yields:", "yield:", "raises:", "raise:", "except:", "exceptions:", "examples:"),
    *("example:", "note:", "notes:", "see also:", "seealso:", "references:", "ref:"),
)
