"""Arguments of a request, wherever they are written: at a call, in a mapping, or set on one."""

from __future__ import annotations

from typing import Any

import libcst as cst

from promptlint.edits import Edit, Refused
from promptlint.fixes.bench import Bench
from promptlint.fixes.code import Code
from promptlint.fixes.items import with_item, without
from promptlint.request import Argument, CallSite, Place


def without_argument(argument: Argument[Any], bench: Bench) -> Edit:
    """The edit that takes an argument out of where it is written. Raises `Refused`."""
    if argument.place is None:
        raise Refused("where the argument is written is not known")
    return without_value(argument.place, bench)


def without_value(place: Place, bench: Bench) -> Edit:
    """The edit that takes out what stands at its name, its key or its value. Raises `Refused`."""
    code = bench.code(place)
    owner = owner_at(place, code)
    return _without_line(owner, code) if isinstance(owner, cst.Assign) else _taken_out(owner, code)


def owner_at(place: Place, code: Code) -> cst.Arg | cst.DictElement | cst.Assign:
    """The argument, the entry or the assignment whose name, key or value has this place. Raises `Refused`."""
    node = code.expression(place)
    owner = code.parent(node)
    if isinstance(owner, cst.Arg) and owner.keyword is not None:
        return owner
    if isinstance(owner, cst.DictElement):
        return owner
    statement = code.parent(owner) if isinstance(owner, cst.AssignTarget) else owner
    if isinstance(statement, cst.Assign) and [type(each.target) for each in statement.targets] == [cst.Subscript]:
        return statement
    raise Refused("it is not written by its name")


def _taken_out(item: cst.Arg | cst.DictElement, code: Code) -> Edit:
    around = code.parent(item)
    if isinstance(around, cst.Call) and isinstance(item, cst.Arg):
        args = without(around.args, around.args.index(item))
        bare = {} if args else {"whitespace_before_args": cst.SimpleWhitespace("")}
        return code.replaced(around, around.with_changes(args=args, **bare))
    if isinstance(around, cst.Dict) and isinstance(item, cst.DictElement):
        return code.replaced(
            around, around.with_changes(elements=without(around.elements, around.elements.index(item)))
        )
    raise Refused("the argument is written in a way that the fix does not know")


def with_argument(name: str, value: cst.BaseExpression, call: CallSite, bench: Bench) -> Edit:
    """The edit that passes one more argument: by its keyword, or under its key. Raises `Refused`."""
    place = call.request.insert_at
    if place is None:
        raise Refused("where a further argument would go is not known")
    code = bench.code(place)
    around = code.enclosing(place, (cst.Call, cst.Dict))
    if isinstance(around, cst.Call):
        equal = cst.AssignEqual(cst.SimpleWhitespace(""), cst.SimpleWhitespace(""))
        argument = cst.Arg(value, keyword=cst.Name(name), equal=equal)
        args = with_item(around.args, argument, around.whitespace_before_args)
        return code.replaced(around, around.with_changes(args=args))
    assert isinstance(around, cst.Dict)
    return code.replaced(around, with_entry(around, name, value))


def with_entry(mapping: cst.Dict, key: str, value: cst.BaseExpression) -> cst.Dict:
    """A mapping with one more entry, behind the others."""
    entry = cst.DictElement(cst.SimpleString(f'"{key}"'), value)
    return mapping.with_changes(elements=with_item(mapping.elements, entry, mapping.lbrace.whitespace_after))


def entry_of(mapping: cst.Dict, key: str) -> cst.DictElement | None:
    """The entry of a mapping under a key that is written as a string."""
    for entry in mapping.elements:
        if not isinstance(entry, cst.DictElement) or not isinstance(entry.key, cst.SimpleString):
            continue
        if entry.key.evaluated_value == key:
            return entry
    return None


def _without_line(statement: cst.Assign, code: Code) -> Edit:
    """The edit that removes a statement with its lines; comments around it stay."""
    line = code.parent(statement)
    block = code.parent(line) if line is not None else None
    if not isinstance(line, cst.SimpleStatementLine) or len(line.body) > 1:
        raise Refused("the argument is set on a line with other statements")
    if not isinstance(block, (cst.IndentedBlock, cst.Module)) or len(block.body) == 1:
        raise Refused("the statement that sets the argument is all that its block holds")
    place, spans = code.place(statement), code.spans
    return Edit(spans.place(spans.line(place.line)[0], spans.line(place.end_line)[1]), "")


def sharing(call: CallSite, place: Place | None, bench: Bench) -> list[CallSite]:
    """The other calls that take an argument from the same place."""
    return [
        other
        for other in bench.audit.project.calls
        if other.id != call.id and any(argument.place == place for argument in arguments(other).values())
    ]


def arguments(call: CallSite) -> dict[str, Argument[Any]]:
    """The arguments of a call that are single values, by name."""
    request = call.request
    named: dict[str, Argument[Any]] = {
        "model": request.model,
        "max_tokens": request.max_tokens,
        "thinking": request.thinking,
        "tool_choice": request.tool_choice,
    }
    return {**request.others, **named}
