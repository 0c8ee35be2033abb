"""PL606: `json.dumps(data, indent=2)` becomes `json.dumps(data, separators=(",", ":"))`."""

from __future__ import annotations

from collections.abc import Sequence

import libcst as cst

from promptlint.edits import Fix, Refused
from promptlint.findings import Finding
from promptlint.fixes.bench import Bench
from promptlint.fixes.caching import is_cached
from promptlint.fixes.items import without
from promptlint.fixes.strings import literal, quote_at
from promptlint.fixes.uses import is_only_sent


def fix(finding: Finding, bench: Bench) -> Fix:
    """Safe where no call caches the value, and it is sent and nothing else."""
    place = finding.hit.place
    code = bench.code(place)
    call = code.find(place, cst.Call)
    if any(arg.star == "**" for arg in call.args):
        raise Refused("what the call is told by a mapping is not known")
    args: list[cst.Arg] = list(call.args)
    indent, separators = _named(args, "indent"), _named(args, "separators")
    if indent is None:
        raise Refused("`indent` is not written in this call")
    if isinstance(call.func, cst.Attribute) and call.func.attr.value == "model_dump_json":
        args = without(args, indent)
    elif separators is None:
        args[indent] = args[indent].with_changes(
            keyword=cst.Name("separators"), value=_tight(quote_at(call, code, bench))
        )
    else:
        args[separators] = args[separators].with_changes(value=_tight(quote_at(call, code, bench)))
        args = without(args, indent)
    edit = code.replaced(call, call.with_changes(args=args))
    safe = not is_cached(place, bench) and is_only_sent(call, code, bench)
    return Fix("write the JSON without blanks", (edit,), "safe" if safe else "unsafe")


def _named(args: Sequence[cst.Arg], name: str) -> int | None:
    return next((index for index, arg in enumerate(args) if arg.keyword and arg.keyword.value == name), None)


def _tight(quote: str) -> cst.Tuple:
    """`(",", ":")`."""
    comma = cst.Comma(whitespace_after=cst.SimpleWhitespace(" "))
    marks = [cst.Element(literal(",", quote), comma=comma), cst.Element(literal(":", quote))]
    return cst.Tuple(marks, lpar=[cst.LeftParen()], rpar=[cst.RightParen()])
