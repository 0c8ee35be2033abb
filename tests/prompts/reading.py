"""Files that are read as prompts on their own, and what is found in them."""

from __future__ import annotations

from pathlib import Path

from promptlint.analysis import analyse
from promptlint.files import Files, Prompts
from promptlint.request import CallSite, Hole, Part, Piece, Project, Text
from promptlint.settings import Settings


def read(root: Path, name: str, content: str | bytes, models: tuple[str, ...] = (), **others: str) -> Project:
    """A project in which one file is named as a prompt; `others` are more files, whose names have `_` for the dot."""
    files = {name: content, **{other.replace("__", "/").replace("_", "."): text for other, text in others.items()}}
    for path, text in files.items():
        (root / path).parent.mkdir(parents=True, exist_ok=True)
        (root / path).write_bytes(text if isinstance(text, bytes) else text.encode())
    return analyse(Files(root, (), Prompts((name,))), Settings(root, prompt_models=models))


def prompt(root: Path, name: str, content: str | bytes, models: tuple[str, ...] = (), **others: str) -> CallSite:
    """The one prompt of a file that can be read."""
    project = read(root, name, content, models, **others)
    assert project.problems == ()
    (call,) = project.calls
    return call


def problem(root: Path, name: str, content: str | bytes, **others: str) -> str:
    """The one problem of a file that cannot be read, as a line, and its help."""
    project = read(root, name, content, **others)
    (found,) = project.problems
    where = "".join(f":{number}" for number in (found.line, found.column) if number is not None)
    return f"{found.path}{where}: {found.message} [{found.help}]"


def written(text: Text) -> str:
    """A text with its holes in angle brackets, and variants in parentheses."""
    return "".join(map(_written, text.parts))


def _written(part: Part) -> str:
    if isinstance(part, Piece):
        return part.text
    if isinstance(part, Hole):
        return f"<{part.name}>"
    return f"({'|'.join(map(written, part.options))})"
