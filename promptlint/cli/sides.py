"""The two states of a project that are compared: each analysed whole, a commit without touching the checkout."""

from __future__ import annotations

import os
import re
from argparse import Namespace
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

from promptlint.analysis import analyse
from promptlint.changes.diffed import Side
from promptlint.cli.scope import KEPT
from promptlint.errors import UserError
from promptlint.exported import Export, can_matter, export
from promptlint.files import Files
from promptlint.git import Entry, Repository
from promptlint.ignored import SUFFIXES
from promptlint.project import Selection, discover
from promptlint.report.checked import Paths
from promptlint.request import Problem
from promptlint.settings import NAMES, Settings, load
from promptlint.tokens import lock
from promptlint.tokens.recorded import Recorded

_SPECIAL = re.compile(r"([*?\[\]\\!# ])")


@dataclass(frozen=True, slots=True)
class Commit:
    """A commit by its id, and the name that the user has for it."""

    id: str
    name: str

    def __str__(self) -> str:
        return self.name if self.id.startswith(self.name) else f"{self.name} ({self.id[:10]})"


@dataclass(frozen=True, slots=True)
class State:
    """One side before it is analysed. `top` is the folder that stands for the repository's; `git_top` is the real one.

    `root` is the project's folder below it, on both sides the same: a configuration that comes nearer, or goes away,
    would else make calls seem removed or new. `settings` are the side's own, wherever it has them. `python` are the
    project's Python files in a commit, whether they are looked at or not.
    """

    name: str
    top: Path
    git_top: Path
    root: Path
    settings: Settings
    submodules: tuple[str, ...]
    left_out: tuple[str, ...] = ()
    python: frozenset[str] = frozenset()

    @property
    def paths(self) -> Paths:
        """Shows the side's paths as those of the checkout."""
        return Paths(self.git_top / self.root, Path.cwd().resolve())


@contextmanager
def committed(git: Repository, commit: Commit, options: Namespace, root: Path | None = None) -> Iterator[State]:
    """A commit's files, in a folder that is removed in the end. Raises `UserError`, with the commit's name.

    The project is what lies below `root`, or else below its own configuration.
    """
    entries = git.tree(commit.id)
    here = Path.cwd().resolve().relative_to(git.top)
    with export(git) as folder:
        try:
            _write_configuration(folder, entries, here, options)
            settings = _settings(folder, here, git, options)
            root = settings.root.relative_to(folder.top) if root is None else root
            wanted = list(_wanted(entries, root))
            left_out = folder.write([entry for entry in wanted if not os.path.lexists(folder.top / entry.path)])
        except UserError as error:
            message = str(error).replace(f"{folder.top.as_posix()}/", "")
            raise UserError(f"{commit}: {message}", error.help) from None
        submodules = tuple(entry.path for entry in entries if entry.kind == "submodule")
        python = frozenset(entry.path for entry in wanted if entry.kind == "file" and entry.path.endswith(SUFFIXES))
        yield State(str(commit), folder.top, git.top, root, settings, submodules, left_out, python)


@contextmanager
def nothing(git: Repository, options: Namespace) -> Iterator[State]:
    """What there is before the first commit: the configuration of the working tree, and no file. Raises `UserError`."""
    settings = load(Path.cwd(), options.config, options.isolated)
    root = settings.root.relative_to(git.top)
    with export(git) as folder:
        (folder.top / root).mkdir(parents=True, exist_ok=True)
        yield State("nothing", folder.top, git.top, root, replace(settings, root=folder.top / root), ())


def checkout(git: Repository, options: Namespace, root: Path | None = None) -> State:
    """The working tree as it is, with what is not committed yet. Raises `UserError`."""
    settings = load(Path.cwd(), options.config, options.isolated)
    root = settings.root.relative_to(git.top) if root is None else root
    return State("working tree", git.top, git.top, root, settings, git.submodules())


def left_out_now(before: Side, after: Side, selection: Selection) -> Side:
    """The side after a change, with a problem for each file that had calls, is still there and is not looked at.

    An ignore file would else make calls seem removed.
    """
    looked_at = frozenset(selection.files)
    files = {call.place.path for call in before.calls if call.place.path not in looked_at and not call.is_prompt}
    hidden = [path for path in sorted(files) if path.endswith(SUFFIXES) and (selection.root / path).is_file()]
    found = (Problem(path, "is still there, but an ignore file leaves it out now") for path in hidden)
    return replace(after, problems=(*after.problems, *found))


def side(state: State, judging: Settings) -> tuple[Side, Selection]:
    """Analyse a state as `judging` wants it; what the state's own settings can only add is looked at too."""
    settings = _analysed(state, judging)
    selection = discover(settings.root, [settings.root], settings)
    project = analyse(Files(selection.root, selection.files, selection.prompts), settings, None, KEPT)
    counted = lock.read(settings.root)
    broken = (counted.problem,) if counted.problem is not None else ()
    found = Side(
        state.name,
        project,
        state.settings,
        Recorded(counted.counts),
        (*selection.problems, *project.problems, *broken),
        (*state.submodules, *state.left_out),
        _below_top(state.root),
        tuple(_unseen(state, selection)),
    )
    return found, selection


def _unseen(state: State, selection: Selection) -> Iterator[str]:
    below, looked_at = _below_top(state.root), frozenset(selection.files)
    for path in sorted(state.python):
        if path.removeprefix(below) not in looked_at:
            yield path


def _analysed(state: State, judging: Settings) -> Settings:
    own = state.settings
    modules = (Path(path) for path in state.submodules)
    inside = [path.relative_to(state.root).as_posix() for path in modules if path.is_relative_to(state.root)]
    found = replace(
        judging,
        root=state.top / state.root,
        exclude=(*judging.exclude, *(f"/{_SPECIAL.sub(r'\\\1', path)}/" for path in inside)),
        prompt_models=judging.prompt_models or own.prompt_models,
        sinks=tuple(dict.fromkeys((*judging.sinks, *own.sinks))),
    )
    if own.root != found.root:  # what its paths are relative to
        return found
    return replace(
        found,
        src=tuple(dict.fromkeys((*judging.src, *own.src))),
        prompts=tuple(dict.fromkeys((*judging.prompts, *own.prompts))),
    )


def _write_configuration(folder: Export, entries: Sequence[Entry], here: Path, options: Namespace) -> None:
    """Write what may be the configuration, and what that leads to where it is a link. Raises `UserError`."""
    by_path = {Path(entry.path): entry for entry in entries}
    wanted = named = [entry for entry in entries if _configures(entry, here, options.config, folder.git)]
    while wanted:
        if missing := folder.write(wanted):
            advice = "keep the configuration itself in the repository"
            raise UserError(f"{missing[0]} is a pointer to what the repository does not hold", advice)
        real = [Path(os.path.realpath(folder.top / entry.path)).relative_to(folder.top) for entry in named]
        found = dict.fromkeys(by_path[part] for path in real for part in (path, *path.parents) if part in by_path)
        wanted = [entry for entry in found if not os.path.lexists(folder.top / entry.path)]


def _configures(entry: Entry, here: Path, config: Path | None, git: Repository) -> bool:
    """Whether an entry may be the configuration: it lies in the folder or around it, or is the one that is named."""
    path = Path(entry.path)
    if config is not None and path == _inside(config, git):
        return True
    return path.name in NAMES and entry.kind != "submodule" and (path.parent == here or path.parent in here.parents)


def _inside(config: Path, git: Repository) -> Path | None:
    """The path below the top of a file that the repository holds."""
    absolute = config.resolve()
    return absolute.relative_to(git.top) if absolute.is_relative_to(git.top) else None


def _settings(folder: Export, here: Path, git: Repository, options: Namespace) -> Settings:
    start = folder.top / here
    start.mkdir(parents=True, exist_ok=True)
    inside = None if options.config is None else _inside(options.config, git)
    return load(start, options.config if inside is None else folder.top / inside, options.isolated)


def _wanted(entries: Sequence[Entry], root: Path) -> Iterator[Entry]:
    """What of a commit can matter to the project at `root`."""
    below = _below_top(root)
    around = {(folder / ".gitignore").as_posix() for folder in root.parents}
    for entry in entries:
        if (entry.path.startswith(below) or entry.path in around) and can_matter(entry):
            yield entry


def _below_top(root: Path) -> str:
    """The folder of a project as the paths of the repository begin there: "" at the top, else with a slash."""
    return "" if root == Path() else f"{root.as_posix()}/"
