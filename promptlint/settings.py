"""[tool.promptlint] in pyproject.toml, or promptlint.toml: found, read and checked."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, Literal, get_args

from promptlint import budgets, globs, own_prices, toml, workloads
from promptlint.budgets import Budget
from promptlint.catalogue import Confidence, Severity
from promptlint.errors import UserError
from promptlint.own_prices import OwnPrices
from promptlint.sinks import Sink, WrongSinkError, read_sinks
from promptlint.toml import WrongValue
from promptlint.workloads import Workloads

NAMES = ("promptlint.toml", "pyproject.toml")

Caching = Literal["none", "external"]
"""`external`: a gateway between the code and Claude adds the caching."""

_TEST_FILES = ("tests/**", "**/tests/**", "test_*.py", "*_test.py", "conftest.py")
TESTS: dict[str, tuple[str, ...]] = dict.fromkeys(_TEST_FILES, ("PL1", "PL302", "PL4"))
"""What `per-file-ignores` holds for tests unless the configuration says otherwise.

A test sends little, and seldom: what caching, a smaller model or another wording would save there is
nothing (PL1, PL302, PL4). What breaks a call, leaks or runs away is reported in tests as everywhere else.
A configuration that names one of these globs decides about tests itself, and replaces all five.
"""


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
        line = _line(text, key, word)
        return f"{toml.shown(self.source)}{line or _line(text, key)}: "

    def override(self, origin: str, **values: Any) -> Settings:
        """These settings with other values, by field; `origin` says who wants them: "command line"."""
        return replace(self, **values, origins={**self.origins, **{_key(name): origin for name in values}})

    def resolved(self) -> dict[str, tuple[Any, str]]:
        """Every key with its value and where that comes from."""
        return {key: (getattr(self, _field(key)), self.origins.get(key, "default")) for key in _READERS}

    def as_toml(self) -> str:
        """The settings as a configuration file that says where each comes from."""
        return "".join(f"{key} = {_toml(value)}  # {origin}\n" for key, (value, origin) in self.resolved().items())


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
        where = f"{toml.shown(path)}{_line(text, key)}"
        if key == "tool" and path.name != "pyproject.toml":
            raise UserError(f"{where}: unknown key `tool`", f"in {path.name} write the keys at the top level")
        if key not in _READERS:
            raise UserError(f"{where}: unknown key `{key}`", _nearest(key))
        try:
            values[_field(key)] = _READERS[key](value)
        except WrongValue as error:
            where = f"{toml.shown(path)}{_line_within(text, key, str(error))}"
            raise UserError(f"{where}: `{key}` {error}", error.help or _meant(value, key)) from None
        except WrongSinkError as error:
            where = f"{toml.shown(path)}{_line(text, key, error.function or None) or _line(text, key)}"
            raise UserError(f"{where}: `{key}` {error}", error.help) from None
    return Settings(root, path, **values, origins=dict.fromkeys(table, path.name))


def _line_within(text: str, key: str, message: str) -> str:
    """`:4`, the line of the innermost key that a message about the value of `key` names, else that of `key` itself."""
    start = _start_of(text, key)
    if start is None:
        return ""
    for word in re.findall("`([^`]+)`", message):
        inner = re.compile(rf"(?m)(?:^|[\[.{{,])[ \t]*[\"']?{re.escape(word)}[\"']?[ \t]*[=\]]").search(text, start)
        start = inner.end() if inner else start
    return f":{text.count('\n', 0, start) + 1}"


def _line(text: str, key: str, word: str | None = None) -> str:
    """`:3`, the line of a key, or of the first such word behind it; empty where that cannot be told."""
    start = _start_of(text, key)
    if start is not None and word is not None:
        found = re.compile(rf"[\"']{re.escape(word)}[\"']").search(text, start)
        start = found.start() if found else None
    return "" if start is None else f":{text.count('\n', 0, start) + 1}"


def _start_of(text: str, key: str) -> int | None:
    """Where a key stands; None where that cannot be told."""
    header = re.search(r"(?m)^[ \t]*\[{1,2}tool\.promptlint\b", text)
    pattern = rf"(?m)^[ \t]*\[{{0,2}}(?:tool\.promptlint\.)?[\"']?{re.escape(key)}[\"']?[ \t]*[=.\]]"
    found = re.compile(pattern).search(text, header.start() if header else 0)
    return found.start() if found else None


def _nearest(key: str) -> str:
    import difflib  # for mistakes only

    near = difflib.get_close_matches(key, _READERS, n=1)
    return f"did you mean `{near[0]}`?" if near else f"the keys are {', '.join(_READERS)}"


def _meant(value: object, key: str) -> str:
    """The word of the key that may have been meant, or else that of another key."""
    import difflib  # for mistakes only

    own = {word: json.dumps(word) for word in _CHOICES.get(key, ())}
    other = {word: f"{name} = {json.dumps(word)}" for name, words in _CHOICES.items() for word in words}
    written = value.lower() if isinstance(value, str) and own else ""
    found = ((words, difflib.get_close_matches(written, words, n=1)) for words in (own, other))
    return next((f"did you mean `{words[near[0]]}`?" for words, near in found if near), "")


def _strings(value: object) -> tuple[str, ...]:
    if isinstance(value, str):
        raise WrongValue("must be a list of strings", f"write [{json.dumps(value, ensure_ascii=False)}]")
    if not isinstance(value, list) or not all(isinstance(item, str) and item for item in value):
        raise WrongValue(f"must be a list of strings, not {_written(value)}")
    return tuple(value)


def _flag(value: object) -> bool:
    if not isinstance(value, bool):
        raise WrongValue(f"must be true or false, not {_written(value)}", "write true, without quotation marks")
    return value


def _per_file(value: object) -> dict[str, tuple[str, ...]]:
    if not isinstance(value, dict):
        raise WrongValue(f"must be a table, not {_written(value)}", 'write { "scripts/*" = ["PL1"] }')
    given: dict[str, tuple[str, ...]] = {}
    for glob, selectors in value.items():
        try:
            given[glob] = _strings(selectors)
        except WrongValue as error:
            raise WrongValue(f"for `{glob}` {error}", error.help) from None
    return given if TESTS.keys() & given.keys() else {**TESTS, **given}


def _sizes(value: object) -> dict[str, int]:
    if not isinstance(value, dict):
        raise WrongValue(f"must be a table, not {_written(value)}", "write { ticket = 400 }")
    for name, size in value.items():
        if type(size) is not int or size < 0:
            raise WrongValue(f"for `{name}` must be a number of tokens, not {_written(size)}", f"write {name} = 400")
    return dict(value)


def _one_of(options: tuple[str, ...]) -> Callable[[object], str]:
    def read(value: object) -> str:
        if isinstance(value, str) and value in options:
            return value
        raise WrongValue(f"must be {' or '.join(json.dumps(option) for option in options)}, not {_written(value)}")

    return read


_CHOICES: Mapping[str, tuple[str, ...]] = {
    "fail-on": get_args(Severity),
    "min-severity": get_args(Severity),
    "min-confidence": get_args(Confidence),
    "caching": get_args(Caching),
}

_READERS: Mapping[str, Callable[[object], object]] = {
    "select": _strings,
    "extend-select": _strings,
    "ignore": _strings,
    "per-file-ignores": _per_file,
    "pedantic": _flag,
    "preview": _flag,
    "extra-rules": _strings,
    "exclude": _strings,
    "src": _strings,
    "prompts": _strings,
    "prompt-models": _strings,
    "holes": _sizes,
    **{key: _one_of(words) for key, words in _CHOICES.items()},
    "sinks": read_sinks,
    "workloads": workloads.read,
    "prices": own_prices.read,
    "budget": budgets.read,
}


def _field(key: str) -> str:
    return key.replace("-", "_")


def _key(name: str) -> str:
    return name.replace("_", "-")


def _written(value: object) -> str:
    return _toml(value) if isinstance(value, str | bool | int | float | list | dict) else str(value)


def _toml(value: object) -> str:
    if isinstance(value, Sink):
        return _toml(value.as_table())
    if isinstance(value, Workloads | OwnPrices | Budget):
        return _toml(value.written)
    if isinstance(value, Mapping):
        inner = ", ".join(f"{json.dumps(key, ensure_ascii=False)} = {_toml(item)}" for key, item in value.items())
        return f"{{ {inner} }}" if inner else "{}"
    if isinstance(value, list | tuple):
        return f"[{', '.join(map(_toml, value))}]"
    return json.dumps(value, ensure_ascii=False, default=str)
