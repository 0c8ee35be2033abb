"""Whether anything in a function makes what it handles shorter or smaller."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator

TEXT = re.compile(
    r"trunc|clip|shorten|abbrev|trim|limit(?!er)|summar|compact|condense|digest|excerpt|preview|snippet|crop|paginat|"
    r"(?<![a-z])(head|tail|cut|cap|chunk|page_?(size|no|num|number)|budget|offset|window|ellipsis)(?![a-z])|too_?(long|large|big)|"
    r"max_?(?!_?(tokens|turns?|iter|rounds?|steps?|retries|attempts|loops?|workers|compute)(_|s?\b))|st_size|getsize",
    re.IGNORECASE,
)
"""Names by which what shortens a text goes; those that bound an answer or a loop are none."""
IMAGE = re.compile(
    r"resiz|thumbnail|scaling|rescale|downscale|downsampl|shrink|\bcrop|compress_?im|optimi[sz]e_?im|max_?(image_?)?(size|dim|width|"
    r"height|edge|side|pixels)|\bPIL\b|\bcv2\b|\bskimage\b|\bimageio\b|pyvips|\bwand\b|\bsips\b|mogrify|viewport",
    re.IGNORECASE,
)
"""Words of what makes an image smaller, and of a screen that is small from the start."""
_ORDER = (ast.Lt, ast.LtE, ast.Gt, ast.GtE)
_LENGTHS = frozenset({"len", "getsize", "count", "getsizeof"})
_FEW = 9  # a length that is compared with so little is tested for being there


def cuts(function: ast.AST, words: re.Pattern[str]) -> bool:
    """Whether a function slices something, asks for a length, or has a name that speaks of it."""
    return any(_is_cut(node) for node in ast.walk(function)) or any(map(words.search, _names(function)))


def _is_cut(node: ast.AST) -> bool:
    match node:
        case ast.Subscript(slice=ast.Slice()):
            return True
        case ast.Compare(left, [operator, *_], [right, *_]) if isinstance(operator, _ORDER):
            sides = (left, right)
            few = any(isinstance(side, ast.Constant) and side.value in range(_FEW + 1) for side in sides)
            return not few and any(_is_length(side) for side in sides)
        case _:
            return False


def _is_length(node: ast.expr) -> bool:
    return isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in _LENGTHS


def _names(function: ast.AST) -> Iterator[str]:
    for node in ast.walk(function):
        match node:
            case ast.Name(id) if isinstance(node.ctx, ast.Load):
                yield id
            case ast.Attribute(attr=name) | ast.keyword(arg=str(name)) | ast.FunctionDef(name=name):
                yield name
            case ast.AsyncFunctionDef(name=name) | ast.arg(arg=name):
                yield name
