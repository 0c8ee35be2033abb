"""Prompts that are built and never sent: texts whose name says that they are one, and that nothing reads."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from functools import cache

from promptlint.request import UnsentPrompt
from promptlint.source.callers import is_test
from promptlint.source.modules import Modules
from promptlint.source.scopes import Module, Scope

MIN_TEXT = 40  # literal characters: less is a label or a key
_PROMPT = re.compile(r"(?i)(?:^|_)(?:prompts?|instructions?|system|persona|guidance|guidelines)(?:_|$)")
_NO_PROMPT = re.compile(r"(?is)\s*(?:<!doctype|<html|select\s|insert\s|update\s|create\s|https?://)")
_OF_TEXT = frozenset({"dedent", "cleandoc", "Template", "PromptTemplate", "from_template", "SystemMessage"})
_ANY_NAME = re.compile(r"(?<![.\w])(?:globals|locals|vars|eval|exec|dir)\s*\(|__dict__|\bimport_module\b")
"""Code that may read a name without writing it."""
_FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef)


def unsent(modules: Modules) -> tuple[UnsentPrompt, ...]:
    """The prompts of the modules that were read which nothing in the whole project names, in a text neither.

    Where a name could be read without being written, as by `getattr(module, name)`, nothing is said.
    """
    found: list[UnsentPrompt] = []
    constants: dict[str, UnsentPrompt] = {}
    for module in modules.read:
        if is_test(module.path):
            continue
        for scope in module.scopes.values():
            for prompt in _unread(module, scope):
                if scope.parent is None:
                    constants[prompt.name] = prompt
                else:
                    found.append(prompt)
    found += _named_nowhere(modules, constants)
    return tuple(sorted(found, key=lambda prompt: prompt.place))


def _unread(module: Module, scope: Scope) -> Iterator[UnsentPrompt]:
    """The prompts of a module or function that its own text names once: where they are given their name."""
    names = [name for name, events in scope.events.items() if len(events) == 1 and _names_prompt(name)]
    if not names or not isinstance(scope.node, (ast.Module, *_FUNCTIONS)):
        return
    for statement in _statements(scope.node):
        match statement:
            case ast.Assign(targets=[ast.Name(name) as target], value=value) if name in names:
                pass
            case ast.AnnAssign(target=ast.Name(name) as target, value=ast.expr() as value) if name in names:
                pass
            case _:
                continue
        if name not in scope.outer_names and _is_prompt(value) and not _mentioned(module, scope, name, value):
            yield UnsentPrompt(name, module.file.place(target), scope.qualified_name)


@cache
def _names_prompt(name: str) -> bool:
    return _PROMPT.search(name) is not None


def _statements(node: ast.Module | ast.FunctionDef | ast.AsyncFunctionDef) -> Iterator[ast.stmt]:
    """The statements of a scope, those in its blocks too, but not those of functions and classes in it."""
    pending: list[ast.AST] = list(node.body)
    while pending:
        current = pending.pop(0)
        if isinstance(current, ast.stmt):
            yield current
        if not isinstance(current, (*_FUNCTIONS, ast.ClassDef, ast.expr)):
            pending += [c for c in ast.iter_child_nodes(current) if isinstance(c, ast.stmt | ast.ExceptHandler)]


def _mentioned(module: Module, scope: Scope, name: str, value: ast.expr) -> bool:
    """Whether a scope's text has a name once more, outside of the prompt itself, or may read any name."""
    text = module.file.text
    if scope.parent is not None:
        assert isinstance(scope.node, _FUNCTIONS)
        text = module.file.segment(module.file.place(scope.node))
    word = re.compile(rf"\b{re.escape(name)}\b")
    if _ANY_NAME.search(text):
        return True
    return len(word.findall(text)) - len(word.findall(module.file.segment(module.file.place(value)))) > 1


def _is_prompt(value: ast.expr) -> bool:
    """Whether an expression is literal text, maybe with values in it: as long as a prompt, and no page or query."""
    if isinstance(value, ast.Call):
        method = value.func if isinstance(value.func, ast.Attribute) else None
        inner = method.value if method is not None and isinstance(method.value, ast.Constant | ast.JoinedStr) else None
        word = method.attr if method is not None else getattr(value.func, "id", "")
        literal = inner or (value.args[0] if value.args and word in _OF_TEXT else None)
        return isinstance(literal, ast.Constant | ast.JoinedStr) and _is_prompt(literal)
    if not isinstance(value, ast.Constant | ast.JoinedStr | ast.BinOp):
        return False
    constants = (node.value for node in ast.walk(value) if isinstance(node, ast.Constant))
    text = "".join(constant for constant in constants if isinstance(constant, str))
    return len(text) >= MIN_TEXT and text.strip().count(" ") > 3 and not _NO_PROMPT.match(text)


def _named_nowhere(modules: Modules, constants: dict[str, UnsentPrompt]) -> list[UnsentPrompt]:
    """The constants of modules that no file of the project names, beside the one that has them."""
    patterns = [(prompt, _word(name), _by_any_name(prompt)) for name, prompt in constants.items()]
    for path in modules.files.paths if patterns else ():
        text = modules.code(path, b"")
        patterns = [
            (prompt, named, by_any)
            for prompt, named, by_any in patterns
            # Looking for the bytes takes a tenth of the time that a pattern takes.
            if not (path != prompt.place.path and prompt.name.encode() in text and named.search(text))
            and not (_stem(prompt).encode() in text and by_any.search(text))
        ]
    return [prompt for prompt, _, _ in patterns]


def _word(name: str) -> re.Pattern[bytes]:
    return re.compile(rb"\b%b\b" % re.escape(name).encode())


def _by_any_name(prompt: UnsentPrompt) -> re.Pattern[bytes]:
    """Code that may read any name of the prompt's module."""
    return re.compile(rb"\b(?:getattr|vars|dir)\(\s*(?:\w+\.)*%b\b" % re.escape(_stem(prompt)).encode())


def _stem(prompt: UnsentPrompt) -> str:
    return prompt.place.path.removesuffix("/__init__.py").removesuffix(".py").rpartition("/")[2]
