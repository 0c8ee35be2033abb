"""What a command looks at: the files of the project, what of them is shown, and the text on stdin."""

from __future__ import annotations

import os
from argparse import Namespace
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from promptlint.cli import stdin
from promptlint.errors import UserError
from promptlint.files import Files, Prompts, read
from promptlint.project import Selection, discover, is_python
from promptlint.report.checked import Paths
from promptlint.request import CallSite, Problem
from promptlint.settings import Settings
from promptlint.source import notebooks
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
        return Files(self.selection.root, self.selection.files, self.selection.prompts)

    def shows(self, call: CallSite) -> bool:
        """Whether the call, or the place that sends it, lies in what is shown."""
        places = (call.place, *((call.via.place,) if call.via else ()))
        return any(self.selection.shows(place.path) for place in places)

    @property
    def files(self) -> int:
        """How many Python files and prompts are shown."""
        return sum(map(self.selection.shows, (*self.selection.files, *self.selection.prompts.all)))

    def unreadable(self, known: Sequence[Problem]) -> Iterator[Problem]:
        """What of the files that were named one by one, and of stdin, is no text: it had to be read, calls or not.

        `known` are the problems that the analysis has come upon already.
        """
        seen, files = {problem.path for problem in known}, frozenset(self.selection.files)
        given = dict([self.stdin]) if self.stdin else {}
        for path in self.selection.shown:
            if path in files and path not in seen:
                try:
                    data = given[path] if path in given else read(self.selection.root / path)
                    (notebooks.cells if path.endswith(notebooks.SUFFIX) else decode)(path, data)
                except Unreadable as error:
                    yield error.problem
                except OSError as error:
                    yield Problem(path, f"cannot be read: {error.strerror or error}")


def find_scope(options: Namespace, settings: Settings) -> Scope:
    """Find the files that the command line names. Raises `UserError`."""
    paths = Paths(settings.root, Path.cwd().resolve())
    given = [Path(path) for path in options.paths if path != _STDIN]
    if len(given) == len(options.paths):
        return Scope(discover(settings.root, given, settings, options.force_exclude), paths)
    named = _below(settings.root, options.stdin_filename) if options.stdin_filename else ""
    data = stdin.read()
    name = named or _below(settings.root, stdin.name_for(data))
    selection = discover(settings.root, given or [settings.root], settings, options.force_exclude)
    if not given:
        selection = replace(selection, shown=(), whole=False)
    return Scope(_with(selection, name), paths, (name, data))


def _with(selection: Selection, name: str) -> Selection:
    """The selection with a file that is not on the disk, or not as it is there."""
    selection = replace(selection, shown=tuple(dict.fromkeys((*selection.shown, name))))
    if is_python(selection.root / name):
        return replace(selection, files=tuple(sorted({*selection.files, name})))
    named = tuple(sorted({*selection.prompts.named, name}))
    return replace(selection, prompts=Prompts(named, selection.prompts.configured))


def _below(root: Path, name: str) -> str:
    try:
        path = Path(os.path.normpath(Path.cwd().resolve() / name))
        return path.relative_to(root).as_posix()
    except ValueError:
        raise UserError(
            f"--stdin-filename {name} lies outside of the project {root}", "name a file of the project"
        ) from None
