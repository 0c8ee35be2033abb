"""The tokenizers that code counts with, and where: those of other vendors, and a quarter of the characters."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator

from promptlint.request import TokenizerUse
from promptlint.source.scopes import Module, start_of

_MAKERS = {
    "tiktoken": frozenset({"get_encoding", "encoding_for_model"}),
    "AutoTokenizer": frozenset({"from_pretrained"}),
    "litellm": frozenset({"token_counter"}),
}
_QUARTER = re.compile(r"\)\s*//?\s*[34]\b")
_WORDS = ("tiktoken", "AutoTokenizer", "token_counter")
_DIVISORS = (3, 3.5, 4)


def tokenizers(module: Module) -> Iterator[TokenizerUse]:
    """What a module counts tokens with."""
    text = module.file.text
    if not (any(word in text for word in _WORDS) or _QUARTER.search(text)):
        return
    for node in sorted((n for n in module.parents if isinstance(n, ast.Call | ast.BinOp)), key=start_of):
        name = _name(node)
        if name and (not isinstance(node, ast.BinOp) or _is_about_tokens(module, node)):
            yield TokenizerUse(name, module.file.place(node))


def _is_about_tokens(module: Module, node: ast.expr) -> bool:
    """Whether the line, or the function around it, speaks of tokens: a quarter of a length may be anything."""
    line = module.file.lines[node.lineno - 1]
    return "token" in line.lower() or "token" in module.function_of(node).name.lower()


def _name(node: ast.AST) -> str:
    """The tokenizer that an expression makes or is, empty for any other."""
    match node:
        case ast.Call(func=ast.Attribute(ast.Name(base), attr)) if attr in _MAKERS.get(base, ()):
            return f"{base}.{attr}"
        case ast.Call(func=ast.Name(name)) if name in _MAKERS["tiktoken"]:
            return f"tiktoken.{name}"
        case ast.Call(func=ast.Name("token_counter")):
            return "litellm.token_counter"
        case ast.BinOp(ast.Call(func=ast.Name("len")), ast.Div() | ast.FloorDiv(), ast.Constant(divisor)):
            return f"characters / {divisor}" if divisor in _DIVISORS else ""
        case _:
            return ""
