"""Small projects, written to a folder and read by the left wing; and texts written out so that they can be compared."""

from __future__ import annotations

from pathlib import Path

from promptlint.analysis import analyse
from promptlint.files import Files
from promptlint.request import Argument, CallSite, Hole, Piece, Place, Project, Text
from promptlint.settings import Settings

SEND = 'anthropic.Anthropic().messages.create(model="claude-haiku-5-5", max_tokens=9, messages=[], '
"""What `ask(` stands for in the sources here, up to the system prompt."""

Sources = dict[str, str | bytes]


def read(root: Path, sources: str | bytes | Sources, src: tuple[str, ...] = ()) -> Project:
    """A project of these files; a single one is `main.py`."""
    files = sources if isinstance(sources, dict) else {"main.py": sources}
    for name, source in files.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(source if isinstance(source, bytes) else source.encode())
    return analyse(
        Files(root, sorted(name for name in files if name.endswith((".py", ".ipynb")))), Settings(root, src=src)
    )


def only_call(root: Path, sources: str | bytes | Sources, src: tuple[str, ...] = ()) -> CallSite:
    """The one call of a project that can be read without a problem."""
    project = read(root, sources, src)
    assert project.problems == ()
    [call] = project.calls
    return call


def asked(root: Path, source: str, others: Sources | None = None, src: tuple[str, ...] = ()) -> str:
    """What `ask(..)` in `main.py` sends as its system prompt, written out."""
    text = "import anthropic\n" + source.replace("ask(", f"{SEND}system=")
    return written(only_call(root, {**(others or {}), "main.py": text}, src).request.system.text)


def capped(root: Path, source: str, others: Sources | None = None) -> Argument[int]:
    """What `cap(..)` in `main.py` sends as `max_tokens`."""
    send = 'anthropic.Anthropic().messages.create(model="claude-haiku-5-5", messages=[], max_tokens='
    text = "import anthropic\n" + source.replace("cap(", send)
    return only_call(root, {**(others or {}), "main.py": text}).request.max_tokens


def modelled(root: Path, source: str, others: Sources | None = None) -> Argument[str]:
    """What `use(..)` in `main.py` sends as `model`."""
    text = "import anthropic\n" + source.replace("use(", "anthropic.Anthropic().messages.create(messages=[], model=")
    return only_call(root, {**(others or {}), "main.py": text}).request.model


def conversation(root: Path, source: str, others: Sources | None = None) -> list[str]:
    """What `say(..)` in `main.py` sends as `messages`: `role: text`, with `?` if optional and `*` if repeated."""
    send = 'anthropic.Anthropic().messages.create(model="claude-haiku-5-5", max_tokens=9, messages='
    text = "import anthropic\n" + source.replace("say(", send)
    found = only_call(root, {**(others or {}), "main.py": text}).request.messages
    return [
        f"{message.role}{'?' * message.optional}{'*' * message.repeated}: "
        + " + ".join(written(block.text) if block.text is not None else block.kind for block in message.blocks)
        for message in found.messages
    ]


def written(text: Text) -> str:
    """Literal text as it is, holes as `{name}`, variants as `[one|other]`."""
    return "".join(
        part.text
        if isinstance(part, Piece)
        else f"{{{part.name}}}"
        if isinstance(part, Hole)
        else f"[{'|'.join(map(written, part.options))}]"
        for part in text.parts
    )


def spelled(source: str, place: Place) -> str:
    """The source text of a place."""
    lines = source.replace("\r\n", "\n").replace("\r", "\n").split("\n")[place.line - 1 : place.end_line]
    lines[-1] = lines[-1][: place.end_column - 1]
    lines[0] = lines[0][place.column - 1 :]
    return "\n".join(lines)
