"""Where code works out what input tokens cost, and leaves out those that were written to the cache or read from it."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterable, Iterator

from promptlint.request import CallSite, CostMath
from promptlint.source.evaluator import Evaluator
from promptlint.source.scopes import Module, start_of

_TOKENS = "input_tokens"
_CACHED = re.compile(r"cache_?(read|creat|writ|hit|miss|token)|cached|(read|write)_?cache", re.IGNORECASE)
_MONEY = re.compile(
    r"price|pricing|cost|rate(?!_?limit)|usd|dollar|cents|per_?(m|k|1k|1m|mtok|million|thousand|token)", re.IGNORECASE
)
_A_TOKEN = 0.1  # dollars that no token costs, nor a thousand of them
_THOUSANDS = (1_000, 1_000_000)


def follow(ev: Evaluator, calls: Iterable[CallSite]) -> None:
    """Read the files of the functions that the input tokens of a cached call are passed to."""
    cached = (call for call in calls if call.request.cache_breakpoints)
    places = {read.place for call in cached for read in call.response.reads if read.field == "usage"}
    for place in sorted(places):
        module = ev.modules.get(place.path)
        near = (node for node in module.parents if isinstance(node, ast.expr)) if module is not None else ()
        read = next((node for node in near if module is not None and module.file.place(node) == place), None)
        if module is not None and read is not None:
            ev.refuel()
            function = module.function_of(read)
            for node in ast.walk(function.node):
                if isinstance(node, ast.Call) and any(map(_is_tokens, _passed(node))):
                    ev.value(node, ev.frame_of(function))


def _passed(call: ast.Call) -> Iterator[ast.expr]:
    yield from call.args
    yield from (keyword.value for keyword in call.keywords)


def cost_math(module: Module) -> Iterator[CostMath]:
    """The products of a module of input tokens and their price, in functions that do not look at cached tokens."""
    if _TOKENS not in module.file.text:
        return
    found = [node for node in module.parents if isinstance(node, ast.BinOp) and _is_cost(module, node)]
    for node in sorted(found, key=start_of):
        function = module.function_of(node)
        if not any(map(_CACHED.search, _words(function.node))):
            yield CostMath(module.file.place(node), function.name)


def _is_cost(module: Module, node: ast.BinOp) -> bool:
    """Whether a product has input tokens for one factor and a price for the other."""
    if not isinstance(node.op, ast.Mult):
        return False
    pairs = ((node.left, node.right), (node.right, node.left))
    return any(_is_tokens(tokens) and (_is_price(price) or _is_by_million(module, node)) for tokens, price in pairs)


def _is_by_million(module: Module, node: ast.BinOp) -> bool:
    """Whether a product is divided by the number of tokens that a price is for."""
    match module.parents.get(node):
        case ast.BinOp(left, ast.Div(), ast.Constant(number)) if left is node:
            return number in _THOUSANDS
        case _:
            return False


def _is_tokens(node: ast.expr) -> bool:
    """`usage.input_tokens`, a name or key that ends so, and that divided by a thousand or a million."""
    match node:
        case ast.BinOp(inner, ast.Div(), ast.Constant(number)) if number in _THOUSANDS:
            return _is_tokens(inner)
        case ast.Call(ast.Name(), [inner, *_]) | ast.BoolOp(values=[inner, *_]):
            return _is_tokens(inner)
        case ast.Name(id) | ast.Attribute(attr=id) | ast.Subscript(slice=ast.Constant(str(id))):
            return id.endswith(_TOKENS)
        case ast.Call(ast.Attribute(_, "get"), [ast.Constant(str(id)), *_]):
            return id.endswith(_TOKENS)
        case _:
            return False


def _is_price(node: ast.expr) -> bool:
    """Whether a factor speaks of money, or is a fraction of a cent."""
    numbers = (n.value for n in ast.walk(node) if isinstance(n, ast.Constant) and isinstance(n.value, float))
    return any(map(_MONEY.search, _words(node))) or any(0 < number < _A_TOKEN for number in numbers)


def _words(around: ast.AST) -> Iterator[str]:
    for node in ast.walk(around):
        match node:
            case ast.Name(id) | ast.Attribute(attr=id) | ast.arg(arg=id) | ast.keyword(arg=str(id)):
                yield id
            case ast.Constant(str(text)):
                yield text[:80]
