"""What makes a value that may be of any size: the output of a command, a file, a page, an upload, the rows of a query.

It is one of these where the code says so itself, and which one is not written in the code.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator
from itertools import takewhile

from promptlint.request import Bulk, Place, Text
from promptlint.request.blocks import BulkKind
from promptlint.source.evaluator import Evaluator
from promptlint.source.scopes import Module
from promptlint.source.values import External, Seq, Unknown, Value, options, text_of

MAX_STEPS = 12  # from a value back to what makes it
_LONGEST_NAME = 60
_READS = frozenset({"read", "text", "read_text", "read_bytes", "fetchall"})
_SAME = frozenset({"decode", "strip", "rstrip", "lstrip", "lower", "expandtabs", "replace", "join", "wait_for"})
_WRITTEN = frozenset(
    {
        "builtins.str",
        "builtins.repr",
        "json.dumps",
        "base64.b64encode",
        "base64.standard_b64encode",
        "base64.encodebytes",
        "asyncio.wait_for",
    }
)
_OUTPUTS = frozenset(
    {
        "subprocess.check_output",
        "subprocess.getoutput",
        "subprocess.getstatusoutput",
        "subprocess.run",
        "subprocess.Popen",
        "asyncio.create_subprocess_shell",
        "asyncio.create_subprocess_exec",
        "os.popen",
    }
)
_PAGES = ("requests.get", "requests.request", "httpx.get", "httpx.request", "urllib.request.urlopen")
_FILES = frozenset({"builtins.open", "io.open", "aiofiles.open", "pathlib.Path"})
_TALKATIVE = frozenset(
    {
        *"awk bash cat curl diff find grep ls mysql node psql pytest python python3 rg sed sh sqlite3 tree zsh".split(),
        *("git blame", "git diff", "git grep", "git log", "git show", "docker logs", "kubectl logs", "npm test"),
    }
)
"""Programs that may print any amount; of others it is not known."""


def bulk_at(ev: Evaluator, place: Place) -> Bulk | None:
    """What the expression at a place is, if it is of any size."""
    module, node = node_at(ev, place)
    if module is None or node is None:
        return None
    what = _Maker(ev, module).what(node)
    name = " ".join(module.file.segment(place).split())
    short = name if len(name) <= _LONGEST_NAME else f"{name[:_LONGEST_NAME].rstrip()}..."
    return Bulk(what, place, short) if what is not None else None


def node_at(ev: Evaluator, place: Place) -> tuple[Module | None, ast.expr | None]:
    """The expression that stands at a place of a Python file."""
    module = ev.modules.get(place.path) if place.path.endswith(".py") else None
    if module is None:
        return None, None
    near = (n for n in module.parents if isinstance(n, ast.expr) and n.lineno == place.line)
    return module, next((node for node in near if module.file.place(node) == place), None)


class _Maker:
    """Finds what makes a value, in the function that it stands in."""

    def __init__(self, ev: Evaluator, module: Module) -> None:
        self._ev = ev
        self._module = module
        self._left = MAX_STEPS

    def what(self, node: ast.expr) -> BulkKind | None:
        """What the value of an expression is, if it is of any size."""
        self._left -= 1
        if self._left < 0:
            return None
        match node:
            case ast.Await(inner) | ast.NamedExpr(value=inner) | ast.Subscript(inner) | ast.FormattedValue(inner):
                return self.what(inner)
            case ast.Name(id):
                found = next((what for value in self._given(node, id) if (what := self.what(value))), None)
                return found or ("upload" if self._is_upload(node) else None)
            case ast.BoolOp(values=parts) | ast.Dict(values=parts) | ast.JoinedStr(values=parts):
                return next((what for part in parts if (what := self.what(part))), None)
            case ast.BinOp(left, ast.Add(), right) | ast.IfExp(body=left, orelse=right):
                return self.what(left) or self.what(right)
            case ast.Attribute(inner, "stdout" | "stderr"):
                return self.what(inner)
            case ast.Attribute(inner, "text" | "content"):
                return "page" if self.what(inner) == "page" else None
            case ast.Call():
                return self._of_call(node)
            case _:
                return None

    def _of_call(self, call: ast.Call) -> BulkKind | None:
        match call:
            case ast.Call(ast.Attribute(inner, "communicate")):
                return self.what(inner)
            case ast.Call(
                ast.Attribute(inner, "read" | "text" | "read_text" | "read_bytes" | "fetchall" as method), []
            ):
                return self._read(call, inner, method)
            case ast.Call(ast.Attribute(inner, method)) if method in _SAME and not isinstance(inner, ast.Constant):
                return self.what(inner)
        name = self._name(call.func)
        if name in _WRITTEN and call.args:
            return self.what(call.args[0])
        if name in _OUTPUTS:
            return "output" if self._is_open_command(call) else None
        if name in _FILES:
            return "file" if self._is_open(call) else None
        return "page" if name in _PAGES and self._is_open(call) else None

    def _read(self, call: ast.Call, inner: ast.expr, method: str) -> BulkKind | None:
        if method == "fetchall":
            return "rows" if self._is_open_query(call) else None
        return self.what(inner)

    def _name(self, node: ast.expr) -> str:
        found = self._ev.value(node, self._ev.frame_of(self._module.function_of(node)))
        return found.name if isinstance(found, External) else ""

    def _given(self, point: ast.Name, name: str) -> Iterator[ast.expr]:
        """What a name is given in the function around a place."""
        for node in ast.walk(self._module.function_of(point).node):
            match node:
                case ast.Assign([ast.Name(id)], value) | ast.AnnAssign(ast.Name(id), value=ast.expr() as value):
                    found = value if id == name else None
                case ast.Assign([ast.Tuple([*targets])], value):
                    found = value if any(isinstance(n, ast.Name) and n.id == name for n in targets) else None
                case ast.AugAssign(ast.Name(id), ast.Add(), value) | ast.NamedExpr(ast.Name(id), value):
                    found = value if id == name else None
                case ast.withitem(value, ast.Name(id)):
                    found = value if id == name else None
                case _:
                    found = None
            if found is not None:
                yield found

    def _is_upload(self, name: ast.Name) -> bool:
        """Whether a name is a parameter that a web framework puts an uploaded file into."""
        function = self._module.function_of(name).node
        if not isinstance(function, ast.FunctionDef | ast.AsyncFunctionDef):
            return False
        given = (*function.args.args, *function.args.kwonlyargs)
        kinds = (argument.annotation for argument in given if argument.arg == name.id)
        return any("UploadFile" in ast.dump(kind) for kind in kinds if kind is not None)

    def _argument(self, call: ast.Call) -> Value | None:
        if not call.args:
            return None
        return self._ev.value(call.args[0], self._ev.frame_of(self._module.function_of(call)))

    def _is_open(self, call: ast.Call) -> bool:
        """Whether nobody can say which file or page is read: neither its name nor its site stands in the code."""
        value = self._argument(call)
        return value is not None and not any(_is_named(text_of(option)) for option in options(value))

    def _is_open_command(self, call: ast.Call) -> bool:
        value = self._argument(call)
        return value is not None and all(_may_print(option) for option in options(value))

    def _is_open_query(self, call: ast.Call) -> bool:
        """Whether the queries of the function are made elsewhere: one that is written here has its own bounds."""
        run = [
            node
            for node in ast.walk(self._module.function_of(call).node)
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr == "execute"
        ]
        values = [self._argument(node) for node in run]
        return bool(values) and all(isinstance(value, Unknown) for value in values)


def _is_named(text: Text) -> bool:
    """Whether a text ends with what is written in the code, begins with a site, or is one path as long as it runs."""
    if Text(text.parts[-1:]).static or "://" in text.leading:
        return True
    return any(hole.lifetime == "process" for hole in text.holes())


def _may_print(command: Value) -> bool:
    """Whether a command is not wholly known, and may print any amount."""
    parts = [text_of(item.value) for item in command.items] if isinstance(command, Seq) else [text_of(command)]
    if all(part.known is not None for part in parts):
        return False
    known = takewhile(lambda part: part.leading, parts)
    words = " ".join(part.leading for part in known).split()
    program = words[0].rpartition("/")[2] if words else ""
    return not words or program in _TALKATIVE or " ".join((program, *words[1:2])) in _TALKATIVE
