"""PL107: `sorted()` around what has no order."""

from __future__ import annotations

import libcst as cst

from promptlint.edits import Fix, Refused
from promptlint.findings import Finding
from promptlint.fixes.bench import Bench
from promptlint.fixes.code import Code


def fix(finding: Finding, bench: Bench) -> Fix:
    """Unsafe: values that cannot be compared with one another raise TypeError."""
    place = finding.hit.place
    code = bench.code(place)
    node = _iterated(code.expression(place), code)
    sorted_node = cst.Call(cst.Name("sorted"), [cst.Arg(node)])
    return Fix("sort it", (code.replaced(node, sorted_node),))


def _iterated(node: cst.BaseExpression, code: Code) -> cst.BaseExpression:
    """What is run through there: what `join` takes, or what a comprehension runs over."""
    if isinstance(node, (cst.ListComp, cst.GeneratorExp)):
        return node.for_in.iter
    around = list(code.around(node))[:2]
    if len(around) == 2 and isinstance(around[0], cst.CompFor) and around[0].iter is node:
        return node
    if len(around) == 2 and isinstance(around[0], cst.Arg) and isinstance(around[1], cst.Call):
        function = around[1].func
        if isinstance(function, cst.Attribute) and function.attr.value == "join":
            return node
        if isinstance(function, cst.Name) and function.value in ("list", "tuple"):
            return node
    raise Refused("whether it may be sorted there, where others use it, is not known")
