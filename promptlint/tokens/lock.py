"""promptlint.lock: what the API counted, kept in the repository, so that later runs and CI are exact without a key.

One entry is one line of JSON, sorted, and says nothing of the text but its digest. Lines can be merged in any order:
an entry that two branches have added is the same on both.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from promptlint.request import Problem
from promptlint.tokens.atomic import replace_file
from promptlint.tokens.recorded import Counts, Key

NAME = "promptlint.lock"

_SCHEMA = "promptlint/lock/v1"
_HEADER = {
    "schema": _SCHEMA,
    "about": "input tokens by Anthropic's count_tokens; written by promptlint, keep it in git",
}
_LARGEST_FILE = 64_000_000
_MOST_TOKENS = 1_000_000_000
_CONTESTED = -1
_CONFLICT = re.compile(r"(<{7}|={7}|>{7}|\|{7})(\s|$)")
_DIGEST = re.compile(r"[0-9a-f]{64}")

_MERGE = f"keep the lines of both sides, without the markers; `{NAME} merge=union` in .gitattributes does it for you"
_RENEW = "restore it from git, or delete it and run `promptlint check --exact` again"


@dataclass(frozen=True, slots=True)
class Lock:
    """The counts of a lock file, and what is wrong with the file: then it is used as far as it goes, and not written.

    `path` is where it is, or would be. `inputs` are the counts made for `promptlint tokens`: no call needs them.
    """

    path: Path
    counts: Counts = field(default_factory=dict)
    inputs: frozenset[Key] = frozenset()
    problem: Problem | None = None

    def write(self, counts: Counts, inputs: frozenset[Key] = frozenset()) -> Problem | None:
        """Replace the file, at once or not at all; nothing happens where it says the same. What went wrong, if so."""
        inputs = inputs.intersection(counts)
        if (counts, inputs) == (self.counts, self.inputs) or self.problem is not None:
            return None
        try:
            replace_file(self.path, "".join(_lines(counts, inputs)))
        except OSError as error:
            return Problem(NAME, f"cannot be written: {error.strerror or error}", help="make the folder writable")
        return None


def read(root: Path) -> Lock:
    """The lock of a project; an empty one where there is none."""
    path = root / NAME
    try:
        if not path.exists() and not path.is_symlink():
            return Lock(path)
        reason = _refused(path, root)
        text = "" if reason else path.read_text(encoding="utf-8")
    except OSError as error:
        reason = f"cannot be read: {error.strerror or error}"
    except UnicodeDecodeError:
        reason = "is not UTF-8"
    if reason:
        return Lock(path, problem=Problem(NAME, reason, help=_RENEW))
    return _parsed(path, text.split("\n"))


def _refused(path: Path, root: Path) -> str:
    if not path.resolve().is_relative_to(root.resolve()):
        return "leads out of the project"
    if not path.is_file():
        return "is no file"
    return "is too large" if path.stat().st_size > _LARGEST_FILE else ""


def _parsed(path: Path, lines: list[str]) -> Lock:
    """Every entry that can be read. Only the first line that cannot is told: what follows often has the same reason."""
    counts: dict[Key, int] = {}
    inputs: set[Key] = set()
    problem = None
    for number, line in enumerate(lines, 1):
        entry = _object(line)
        if entry.get("schema", _SCHEMA) != _SCHEMA:
            newer = Problem(NAME, "was written by another version of promptlint", number, help=f"use that, or {_RENEW}")
            return Lock(path, problem=newer)
        wrong = _add(counts, inputs, entry) if entry and "schema" not in entry else _no_entry(line, entry)
        if wrong is not None and problem is None:
            problem = Problem(NAME, wrong[0], number, help=wrong[1])
    agreed = {key: count for key, count in counts.items() if count != _CONTESTED}
    return Lock(path, agreed, frozenset(inputs), problem)


def _no_entry(line: str, entry: dict[str, Any]) -> tuple[str, str] | None:
    if _CONFLICT.match(line):
        return "has conflict markers", _MERGE
    return None if entry or not line.strip() else ("this line is no entry", _RENEW)


def _add(counts: dict[Key, int], inputs: set[Key], entry: dict[str, Any]) -> tuple[str, str] | None:
    """Take in one entry. What is wrong with it and what to do, if so."""
    digest, model, tokens = entry.get("part"), entry.get("model"), entry.get("tokens")
    if not (isinstance(digest, str) and _DIGEST.fullmatch(digest) and isinstance(model, str) and model):
        return "this line is no entry", _RENEW
    if type(tokens) is not int or not 0 <= tokens <= _MOST_TOKENS:
        return "`tokens` must be a whole number", _RENEW
    key = (digest, model)
    if entry.get("input") is True:
        inputs.add(key)
    if counts.setdefault(key, tokens) != tokens:
        counts[key] = _CONTESTED
        return "another line has the same part and model, and other tokens", "delete both lines and count again"
    return None


def _object(line: str) -> dict[str, Any]:
    try:
        found = json.loads(line)
    except (ValueError, RecursionError):
        return {}
    return found if isinstance(found, dict) else {}


def _lines(counts: Counts, inputs: frozenset[Key]) -> Iterator[str]:
    yield json.dumps(_HEADER) + "\n"
    for key, tokens in sorted(counts.items()):
        entry = {"part": key[0], "model": key[1], "tokens": tokens}
        yield json.dumps({**entry, "input": True} if key in inputs else entry) + "\n"
