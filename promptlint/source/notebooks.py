"""Notebooks: the code cells of a `.ipynb` file as one module, with what only IPython understands made harmless."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from promptlint.request import Problem
from promptlint.source.text_file import Cell, SourceFile, Unreadable, decoded, tree_of

SUFFIX = ".ipynb"

_PYTHON_MAGICS = frozenset({"capture", "debug", "prun", "pypy", "python", "python3", "time", "timeit"})
"""Cell magics (`%%time`) whose cell holds Python code; what other magics get is of their own language."""

_MAGIC = re.compile(r"[ \t]*[%!?,;/]")
_CELL_MAGIC = re.compile(r"\s*%%(?P<name>\w*)")
_ASSIGNED = re.compile(r"(?P<target>[ \t]*[A-Za-z_][\w.,\[\]\"' \t]*=[ \t]*)[%!]")
_HELP = re.compile(r"[ \t]*[%\w.*\[\]\"'()]+\?{1,2}[ \t;]*(?:#.*)?$")
_TOKEN = re.compile(
    r"#.*|(?P<long>\"{3}|'{3})|\"(?:\\.|[^\"\\])*(?:\"|$)|'(?:\\.|[^'\\])*(?:'|$)|(?P<open>[(\[{])|(?P<close>[)\]}])"
)
_LINE_END = re.compile(r"\r\n|\r|\n")
_INDENTED = re.compile(r"\s*^[ \t]+\S", re.MULTILINE)


def parse(path: str, data: bytes) -> tuple[SourceFile | None, list[Problem]]:
    """The code cells of a notebook as one module, and what is wrong with cells that are left out of it.

    The module is None where the notebook's language is not Python. Raises `Unreadable`.
    """
    found = cells(path, data)
    problems: list[Problem] = []
    codes = [_parsable(path, cell, problems) for cell in found]
    text = "\n".join(line for code in codes for line in (_before(code), code))
    return (SourceFile(path, text, tree_of(path, text, text.encode()), found) if found else None), problems


def cells(path: str, data: bytes) -> tuple[Cell, ...]:
    """The code cells of a notebook; none where its language is not Python. Raises `Unreadable`."""
    document = _document(path, data)
    listed = _listed(document)
    if listed is None:
        message = "the notebook has no list of cells"
        raise Unreadable(Problem(path, message, help="save it again from Jupyter, or exclude it"))
    return tuple(_code_cells(listed)) if _is_python(document.get("metadata")) else ()


def code(path: str, data: bytes) -> bytes:
    """The code of a notebook, in UTF-8; what the file holds, where it is no notebook that can be read."""
    try:
        return "\n".join(map(_code, cells(path, data))).encode("utf-8", "surrogatepass")
    except Unreadable:
        return data


def _parsable(path: str, cell: Cell, problems: list[Problem]) -> str:
    """The code of a cell; as many empty lines, and a problem noted, where it is no Python."""
    code = _code(cell)
    try:
        whole = f"{_before(code)}\n{code}"
        tree_of(path, whole, whole.encode("utf-8", "replace"))
    except Unreadable as error:
        line = error.problem.line - 1 if error.problem.line else None
        problems.append(replace(error.problem, line=line, cell=cell.number))
        return "\n" * code.count("\n")
    return code


def _before(code: str) -> str:
    """The line before a cell: IPython lets a cell be indented as a whole."""
    return "if True:" if _INDENTED.match(code) else ""


def _code(cell: Cell) -> str:
    """Python code of as many lines, where every name stands in the same column as in the cell's text."""
    lines = _LINE_END.split(cell.text)
    magic = _CELL_MAGIC.match(cell.text)
    if magic and magic["name"] not in _PYTHON_MAGICS:
        return "\n" * (len(lines) - 1)
    return "\n".join(_harmless(lines))


def _document(path: str, data: bytes) -> dict[str, Any]:
    text = decoded(path, data, "utf-8-sig")
    try:
        document = json.loads(text)
    except json.JSONDecodeError as error:
        conflict = re.search(r"(?m)^<{7} ", text)
        advice = "resolve the merge conflict" if conflict else "save it again from Jupyter, or exclude it"
        message = f"the notebook is not valid JSON: {error.msg}"
        raise Unreadable(Problem(path, message, error.lineno, error.colno, advice)) from None
    except (RecursionError, ValueError):  # nested too deeply, or a number of too many digits
        raise Unreadable(Problem(path, "the notebook's JSON is beyond reading", help="exclude it")) from None
    return document if isinstance(document, dict) else {}


def _listed(document: dict[str, Any]) -> list[Any] | None:
    """All cells of a notebook, those of the worksheets that there were until format 3."""
    sheets = document.get("worksheets")
    lists = [sheet.get("cells") for sheet in sheets if isinstance(sheet, dict)] if isinstance(sheets, list) else []
    found = [cells for cells in (document.get("cells"), *lists) if isinstance(cells, list)]
    return [cell for cells in found for cell in cells] if found else None


def _is_python(metadata: object) -> bool:
    """Whether the kernel runs Python: it does unless the notebook says otherwise."""
    known = metadata if isinstance(metadata, dict) else {}
    for key, name in (("kernelspec", "language"), ("language_info", "name")):
        about = known.get(key)
        language = about.get(name) if isinstance(about, dict) else None
        if isinstance(language, str) and language:
            return "python" in language.lower()
    return True


def _code_cells(listed: list[Any]) -> Iterator[Cell]:
    for number, cell in enumerate(listed, 1):
        if not isinstance(cell, dict) or cell.get("cell_type") != "code":
            continue
        source = cell.get("source", cell.get("input"))  # `input` until format 3
        lines = source if isinstance(source, list) else [source]
        written = [line for line in lines if isinstance(line, str)]
        if len(written) == len(lines) and _is_python_cell(cell):
            yield Cell(number, "".join(written))


def _is_python_cell(cell: dict[str, Any]) -> bool:
    """Whether neither the editor nor the old format says that the cell is of another language."""
    metadata = cell.get("metadata")
    editor = metadata.get("vscode") if isinstance(metadata, dict) else None
    language = editor.get("languageId") if isinstance(editor, dict) else cell.get("language")
    return language is None or (isinstance(language, str) and "python" in language.lower())


def _harmless(lines: list[str]) -> Iterator[str]:
    """The lines with `%magic`, `!shell` and `help?` replaced, but not inside of a string or expression."""
    reader = _Reader()
    in_magic = False
    for line in lines:
        if in_magic or (reader.is_between_statements and _MAGIC.match(line)):
            yield " " * (len(line) - len(line.lstrip())) + "pass" if not in_magic else ""
            in_magic = line.endswith("\\")
            continue
        assigned = _ASSIGNED.match(line) if reader.is_between_statements else None
        if assigned is not None:
            yield f"{assigned['target']}get_ipython()"
            in_magic = line.endswith("\\")
        elif reader.is_between_statements and _HELP.match(line):
            yield " " * (len(line) - len(line.lstrip())) + "pass"
        else:
            reader.read(line)
            yield line


class _Reader:
    """Follows brackets and strings from line to line, as far as it takes to tell where a statement begins."""

    def __init__(self) -> None:
        self._quotes = ""
        self._brackets = 0
        self._continued = False

    @property
    def is_between_statements(self) -> bool:
        return not (self._quotes or self._brackets or self._continued)

    def read(self, line: str) -> None:
        """Take in the next line."""
        at = self._behind_string(line, 0) if self._quotes else 0
        while at is not None and (token := _TOKEN.search(line, at)):
            at = token.end()
            self._brackets = max(0, self._brackets + bool(token["open"]) - bool(token["close"]))
            if token["long"]:
                self._quotes = token["long"]
                at = self._behind_string(line, at)
        self._continued = not self._quotes and line.endswith("\\")

    def _behind_string(self, line: str, start: int) -> int | None:
        """Where the string of three quotes that is open ends; None where it does not end in this line."""
        end = re.compile(rf"(?:\\.|[^\\])*?{self._quotes}").match(line, start)
        if end is None:
            return None
        self._quotes = ""
        return end.end()
