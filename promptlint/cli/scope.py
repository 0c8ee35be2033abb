"""What a command looks at: the files of the project, what of them is shown, and the text on stdin."""

from __future__ import annotations

import os
import sys
from argparse import Namespace
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from promptlint.errors import UserError
from promptlint.project import Files, Selection, discover, read
from promptlint.report.checked import Paths
from promptlint.request import CallSite, Problem
from promptlint.settings import Settings
from promptlint.source.text_file import Unreadable, decode

_STDIN = "-"
KEPT: list[object] = []
"""The syntax trees of the run; the process ends before anybody takes them apart."""


@dataclass(frozen=True, slots=True)
class Scope:
    """The files of a run. `stdin` is the path below the root that stdin stands for, and its bytes."""

    selection: Selection
    paths: Paths
    stdin: tuple[str, bytes] | None = None

    @property
    def sources(self) -> Files:
        """What the analysis may read."""
        return Files(self.selection.root, self.selection.files)

    def shows(self, call: CallSite) -> bool:
        """Whether the call, or the place that sends it, lies in what is shown."""
        places = (call.place, *((call.via.place,) if call.via else ()))
        return any(self.selection.shows(place.path) for place in places)

    @property
    def files(self) -> int:
        """How many Python files are shown."""
        return sum(map(self.selection.shows, self.selection.files))

    def unreadable(self, known: Sequence[Problem]) -> Iterator[Problem]:
        """What of the files that were named one by one, and of stdin, is no text: it had to be read, calls or not.

        `known` are the problems that the analysis has come upon already.
        """
        seen, files = {problem.path for problem in known}, frozenset(self.selection.files)
        for path in self.selection.shown:
            if path in files and path not in seen:
                try:
                    decode(path, self.stdin[1] if self.stdin else read(self.selection.root / path))
                except Unreadable as error:
                    yield error.problem
                except OSError as error:
                    yield Problem(path, f"cannot be read: {error.strerror or error}")


def find_scope(options: Namespace, settings: Settings) -> Scope:
    """Find the files that the command line names. Raises `UserError`."""
    paths = Paths(settings.root, Path.cwd().resolve())
    given = options.paths
    if _STDIN not in given:
        selection = discover(settings.root, [Path(path) for path in given], settings, options.force_exclude)
        return Scope(selection, paths)
    if given != [_STDIN]:
        raise UserError("`-` stands for stdin and goes with no other path", "give `-` alone, or files and directories")
    name = _below(settings.root, options.stdin_filename or "stdin.py")
    everything = discover(settings.root, [settings.root], settings)
    files = tuple(sorted({*everything.files, name}))
    selection = replace(everything, files=files, shown=(name,), whole=False)
    return Scope(selection, paths, (name, sys.stdin.buffer.read()))


def _below(root: Path, name: str) -> str:
    try:
        path = Path(os.path.normpath(Path.cwd().resolve() / name))
        return path.relative_to(root).as_posix()
    except ValueError:
        raise UserError(
            f"--stdin-filename {name} lies outside of the project {root}", "name a file of the project"
        ) from None
