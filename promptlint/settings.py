"""[tool.promptlint] in pyproject.toml, or promptlint.toml: found, read and checked."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from promptlint import globs, toml
from promptlint.budgets import Budget
from promptlint.errors import UserError
from promptlint.own_prices import OwnPrices
from promptlint.rule import Confidence, Severity
from promptlint.setting_keys import READERS, TESTS, Caching, meant, nearest
from promptlint.setting_text import as_toml, line_of, line_within
from promptlint.sinks import Sink, WrongSinkError
from promptlint.toml import WrongValue
from promptlint.workloads import Workloads

NAMES = ("promptlint.toml", "pyproject.toml")


@dataclass(frozen=True, slots=True)
class Settings:
    """What a project has configured. `source` is the file it was read from; `root` is the project's root.

    Globs are those of a `.gitignore`, from the root on. `prompts` are the files that are prompts on their own, whatever
    the code reads; `prompt_models` the models of those that name none. `holes` are sizes in tokens of what is known at
    run time only, by name or by call and name. `extra_rules` are files of the user's own rules, or folders of them.
    `origins` tells for each key that has not its default where its value comes from.
    """

    root: Path
    source: Path | None = None
    select: tuple[str, ...] = ("ALL",)
    extend_select: tuple[str, ...] = ()
    ignore: tuple[str, ...] = ()
    per_file_ignores: dict[str, tuple[str, ...]] = field(default_factory=lambda: dict(TESTS))
    exclude: tuple[str, ...] = ()
    src: tuple[str, ...] = ()
    fail_on: Severity = "warning"
    min_severity: Severity = "info"
    min_confidence: Confidence = "low"
    pedantic: bool = False
    preview: bool = False
    extra_rules: tuple[str, ...] = ()
    caching: Caching = "none"
    prompts: tuple[str, ...] = ()
    prompt_models: tuple[str, ...] = ()
    sinks: tuple[Sink, ...] = ()
    holes: dict[str, int] = field(default_factory=dict)
    workloads: Workloads = field(default_factory=Workloads)
    prices: OwnPrices = field(default_factory=OwnPrices)
    budget: Budget = field(default_factory=Budget)
    origins: dict[str, str] = field(default_factory=dict)

    def ignored_in(self, path: str) -> tuple[str, ...]:
        """The selectors of the rules that are off in one file, given by its path below the root."""
        return tuple(
            selector
            for glob, selectors in self.per_file_ignores.items()
            if globs.compiled((glob,)).match_file(path)
            for selector in selectors
        )

    def selectors(self) -> Iterator[tuple[str, str]]:
        """Every rule selector that somebody has written, with its key."""
        for key in ("select", "extend-select", "ignore"):
            yield from ((key, selector) for selector in getattr(self, _field(key)))
        for glob, selectors in self.per_file_ignores.items():
            if TESTS.get(glob) != selectors:
                yield from (("per-file-ignores", selector) for selector in selectors)

    def where(self, key: str, word: str) -> str:
        """Who wants a word of a key, to be said before a message: "promptlint.toml:3: "; empty for no file."""
        if self.source is None or self.origins.get(key) != self.source.name:
            return ""
        text = toml.read(self.source)
        line = line_of(text, key, word)
        return f"{toml.shown(self.source)}{line or line_of(text, key)}: "

    def override(self, origin: str, **values: Any) -> Settings:
        """These settings with other values, by field; `origin` says who wants them: "command line"."""
        return replace(self, **values, origins={**self.origins, **{_key(name): origin for name in values}})

    def resolved(self) -> dict[str, tuple[Any, str]]:
        """Every key with its value and where that comes from."""
        return {key: (getattr(self, _field(key)), self.origins.get(key, "default")) for key in READERS}

    def as_toml(self) -> str:
        """The settings as a configuration file that says where each comes from."""
        return "".join(f"{key} = {as_toml(value)}  # {origin}\n" for key, (value, origin) in self.resolved().items())


def load(start: Path, config: Path | None = None, isolated: bool = False, here: Path | None = None) -> Settings:
    """Find and read the configuration for a directory. Raises `UserError`.

    The closest file wins and nothing is merged; promptlint.toml comes before pyproject.toml, and a
    pyproject.toml without [tool.promptlint] is passed over. The search ends at the git top. `config` is read
    instead of searching, `isolated` reads nothing.
    The root is the folder of the file that was found, else the git top, else `here` where that is a folder around
    `start` that can be a project, else `start`.
    """
    start = start.resolve()
    folders = _folders(start if start.is_dir() else start.parent)
    if config is not None:
        if isolated:
            raise UserError("--config and --isolated exclude each other", "give one of them")
        return _configured(config.resolve(), folders)
    found = None if isolated else next(filter(None, map(_read_if_ours, _places(folders))), None)
    if found is None:
        return Settings(_top(folders, here))
    path, text, table = found
    return _settings(path.parent, path, text, table)


def of_table(root: Path, path: Path, table: dict[str, Any]) -> Settings:
    """What `[tool.promptlint]` with these keys says of a project; messages name `path` as the file that holds them."""
    return replace(_settings(root, path, "", table), source=None)


def is_in_project(folder: Path) -> bool:
    """Whether something marks a project around a folder: a git top, or a file that can hold a configuration."""
    folders = _folders(folder.resolve())
    return (folders[-1] / ".git").exists() or any(path.is_file() for path in _places(folders))


def _configured(path: Path, folders: list[Path]) -> Settings:
    found = _read_if_ours(path)
    if found is None:
        message = "is a folder, not a file" if path.is_dir() else "there is no such file"
        message = "has no [tool.promptlint]" if path.is_file() else message
        raise UserError(f"{toml.shown(path)}: {message}", "--config takes a promptlint.toml or a pyproject.toml")
    root = path.parent if path.name in NAMES and path.parent in folders else _top(folders)
    return _settings(root, *found)


def _folders(start: Path) -> list[Path]:
    """`start` and the folders around it, up to the git top."""
    folders = []
    for folder in (start, *start.parents):
        folders.append(folder)
        if (folder / ".git").exists():
            break
    return folders


def _top(folders: list[Path], here: Path | None = None) -> Path:
    if (folders[-1] / ".git").exists():
        return folders[-1]
    # Nobody's home and no file system is a project: to walk them would take forever.
    if here is not None and here in folders and here not in (Path.home(), Path(here.anchor)):
        return here
    return folders[0]


def _places(folders: list[Path]) -> Iterator[Path]:
    return (folder / name for folder in folders for name in NAMES)


def _read_if_ours(path: Path) -> tuple[Path, str, dict[str, Any]] | None:
    if path.name == NAMES[0] and path.is_dir():
        raise UserError(f"{toml.shown(path)}: is a folder, not a file", "give the folder another name")
    if not path.is_file():
        return None
    text = toml.read(path)
    if path.name != "pyproject.toml":
        return path, text, toml.parse(path, text)
    if "promptlint" not in text:  # nearly every pyproject.toml: not ours to judge, nor worth the parser
        return None
    tool = toml.parse(path, text).get("tool")
    table = tool.get("promptlint") if isinstance(tool, dict) else None
    if table is None:
        return None
    if not isinstance(table, dict):
        raise UserError(f"{toml.shown(path)}: `tool.promptlint` must be a table", "write [tool.promptlint]")
    return path, text, table


def _settings(root: Path, path: Path, text: str, table: dict[str, Any]) -> Settings:
    values: dict[str, Any] = {}
    for key, value in table.items():
        where = f"{toml.shown(path)}{line_of(text, key)}"
        if key == "tool" and path.name != "pyproject.toml":
            raise UserError(f"{where}: unknown key `tool`", f"in {path.name} write the keys at the top level")
        if key not in READERS:
            raise UserError(f"{where}: unknown key `{key}`", nearest(key))
        try:
            values[_field(key)] = READERS[key](value)
        except WrongValue as error:
            where = f"{toml.shown(path)}{line_within(text, key, str(error))}"
            raise UserError(f"{where}: `{key}` {error}", error.help or meant(value, key)) from None
        except WrongSinkError as error:
            where = f"{toml.shown(path)}{line_of(text, key, error.function or None) or line_of(text, key)}"
            raise UserError(f"{where}: `{key}` {error}", error.help) from None
    return Settings(root, path, **values, origins=dict.fromkeys(table, path.name))


def _field(key: str) -> str:
    return key.replace("-", "_")


def _key(name: str) -> str:
    return name.replace("_", "-")
