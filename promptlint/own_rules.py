"""`extra-rules`: the rules that a user has written, in files of the project."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from promptlint import rule_file, toml
from promptlint.catalogue import load_rules
from promptlint.errors import UserError

if TYPE_CHECKING:
    from promptlint.rule import Rule
    from promptlint.settings import Settings

_MOST = 1_000


def all_rules(settings: Settings) -> tuple[Rule, ...]:
    """Promptlint's rules and then the user's own, by code. Raises `UserError` for files that are no rules."""
    ours = load_rules()
    if not settings.extra_rules:
        return ours
    own = [rule_file.read_own(file) for name in settings.extra_rules for file in _files(name, settings)]
    return (*ours, *without_doubles(own, ours))


def without_doubles(own: Iterable[Rule], known: Sequence[Rule]) -> list[Rule]:
    """The user's own rules by code. Raises `UserError` where one has the code or the name of another, or of ours."""
    seen = {key: rule for rule in known for key in (rule.code, rule.name)}
    found = []
    for rule in own:
        for key in (rule.code, rule.name):
            other = seen.setdefault(key, rule)
            if other is not rule:
                whose = other.path or "promptlint's own"
                raise UserError(f"{rule.path}: there is a rule `{key}` already, {whose}", "give this one another name")
        found.append(rule)
    return sorted(found, key=lambda rule: rule.code)


def _files(name: str, settings: Settings) -> Iterator[Path]:
    """The rule files that an entry of `extra-rules` stands for, sorted."""
    where, root = settings.where("extra-rules", name), settings.root.resolve()
    path = (root / name).resolve()
    if not path.is_relative_to(root):
        raise UserError(f"{where}`{name}` lies outside of the project {toml.shown(root)}", "move the rules into it")
    if path.is_file():
        yield path
        return
    if not path.is_dir():
        raise UserError(f"{where}`{name}` does not exist", "`extra-rules` takes files and folders below the root")
    files = sorted(file for file in path.rglob("*.toml") if file.resolve().is_relative_to(root))
    if not files:
        raise UserError(f"{where}`{name}` holds no rule", "a rule is a file whose name ends in .toml")
    if len(files) > _MOST:
        raise UserError(f"{where}`{name}` holds {len(files):,} files, {_MOST:,} at most are read", "name the folder")
    yield from files
