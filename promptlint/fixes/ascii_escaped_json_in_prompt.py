"""PL607: `json.dumps(data)` becomes `json.dumps(data, ensure_ascii=False)`."""

from __future__ import annotations

import libcst as cst

from promptlint.edits import Fix, Refused
from promptlint.findings import Finding
from promptlint.fixes.bench import Bench
from promptlint.fixes.caching import holes_at, is_cached
from promptlint.fixes.code import Code
from promptlint.fixes.items import with_item
from promptlint.fixes.uses import is_only_sent
from promptlint.request import Place


def fix(finding: Finding, bench: Bench) -> Fix:
    """Safe where no call caches the value, it is sent and nothing else, and its text was decoded.

    What was decoded can be encoded again. Half of a surrogate pair, which JSON from elsewhere can hold, passes as an
    escape, and fails as itself.
    """
    place = finding.hit.place
    code = bench.code(place)
    call = code.find(place, cst.Call)
    if any(arg.star == "**" for arg in call.args):
        raise Refused("what the call is told by a mapping is not known")
    told = cst.Arg(cst.Name("False"), keyword=cst.Name("ensure_ascii"), equal=cst.AssignEqual(_NONE, _NONE))
    args = with_item(call.args, told, call.whitespace_before_args)
    edit = code.replaced(call, call.with_changes(args=args))
    safe = _is_decoded(place, call, code, bench) and not is_cached(place, bench) and is_only_sent(call, code, bench)
    return Fix("send letters outside ASCII as they are", (edit,), "safe" if safe else "unsafe")


_NONE = cst.SimpleWhitespace("")


def _is_decoded(place: Place, call: cst.Call, code: Code, bench: Bench) -> bool:
    """Whether all that is written as JSON is what `read_text` returned, which fails for what cannot be encoded."""
    holes = holes_at(place, bench)
    trails = {hole.trail[-1].place for hole in holes if hole.origin == "file" and hole.trail}
    if len(trails) != 1 or not call.args or not isinstance(call.args[0].value, cst.Name):
        return False
    (made,) = trails
    if made.path != place.path:
        return False
    try:
        reading = code.find(made, cst.Call)
    except Refused:
        return False
    named = [arg.keyword.value for arg in reading.args if arg.keyword is not None]
    is_text = isinstance(reading.func, cst.Attribute) and reading.func.attr.value == "read_text"
    return is_text and len(named) == len(reading.args) and set(named) <= {"encoding"}
