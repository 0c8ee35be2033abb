"""What else a value is used for than for what is sent."""

from __future__ import annotations

import re

import libcst as cst
from libcst import matchers

from promptlint.fixes.bench import Bench
from promptlint.fixes.code import Code

_PASSING = (cst.IfExp, cst.BooleanOperation)
"""What hands on one of its operands as it is."""


def is_only_sent(value: cst.BaseExpression, code: Code, bench: Bench) -> bool:
    """Whether a value that is sent goes nowhere else as it is: into no file and no log, and nobody measures it.

    It is put into a text, or passed on where it is made, or has a name of its own that is read once.
    """
    around: cst.CSTNode = next(node for node in code.around(value) if not isinstance(node, _PASSING))
    if not isinstance(around, (cst.BaseSmallStatement, cst.NamedExpr)):
        return True
    if isinstance(around, cst.Assign) and len(around.targets) == 1:
        return _is_read_once(around.targets[0].target, around, code, bench)
    return isinstance(around, cst.AnnAssign) and _is_read_once(around.target, around, code, bench)


def _is_read_once(target: cst.BaseExpression, assigned: cst.CSTNode, code: Code, bench: Bench) -> bool:
    if not isinstance(target, cst.Name):
        return False
    scope = next(node for node in code.around(assigned) if isinstance(node, (cst.FunctionDef, cst.Module)))
    if isinstance(scope, cst.Module) and _is_named_elsewhere(target.value, code, bench):
        return False
    name = matchers.Name(target.value)
    elsewhere = matchers.OneOf(
        matchers.AssignTarget(target=name),
        matchers.AnnAssign(target=name),
        matchers.Attribute(attr=name),
        matchers.Arg(keyword=name),
    )
    return len(matchers.findall(scope, name)) - len(matchers.findall(scope, elsewhere)) <= 1


def _is_named_elsewhere(name: str, code: Code, bench: Bench) -> bool:
    """Whether another file has such a word: it may import the value."""
    files = bench.state.files
    others = (path for path in files.paths if path.endswith((".py", ".ipynb")) and path != code.spans.path)
    word = re.compile(rf"\b{re.escape(name)}\b".encode())
    return any(word.search(files.bytes(path)) for path in others)
