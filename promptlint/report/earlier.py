"""Reading a report of `check` in JSON again. Anybody may have written it: nothing in it is trusted."""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NoReturn, get_args

from promptlint import toml
from promptlint.baseline import Known
from promptlint.catalogue import Confidence
from promptlint.errors import UserError

SCHEMA = "promptlint/check/v1"
MAX_BYTES = 64_000_000
"""No larger report is read, in bytes: some 40,000 findings."""

_FINGERPRINT = re.compile(r"[0-9a-f]{64}\Z")
_HOW = "`promptlint check --output-format json -o FILE` writes one"


@dataclass(frozen=True, slots=True)
class Entry:
    """A finding as the report has it; `suppressed` where a comment silenced it then."""

    known: Known
    confidence: Confidence
    suppressed: bool


@dataclass(frozen=True, slots=True)
class Earlier:
    """An earlier report: its document, and its findings in their order."""

    path: Path
    document: dict[str, Any]
    entries: tuple[Entry, ...]

    @property
    def known(self) -> tuple[Known, ...]:
        """What it had, but for what a comment suppressed."""
        return tuple(entry.known for entry in self.entries if not entry.suppressed)

    def without(self, gone: Collection[Known]) -> str:
        """The document without some of its findings, and with a summary of what is left. Raises `UserError`."""
        dropped = frozenset(gone)
        left = [
            (finding, entry)
            for finding, entry in zip(self.document["findings"], self.entries, strict=True)
            if entry.known not in dropped
        ]
        document = {**self.document, "findings": [finding for finding, _ in left]}
        if isinstance(self.document.get("summary"), dict):
            counts = Counter(_counted(finding) for finding, _ in left)
            document["summary"] = {**self.document["summary"], **{key: counts[key] for key in _COUNTS.values()}}
        try:
            return json.dumps(document, indent=2) + "\n"
        except RecursionError:
            _refuse(self.path, "is nested too deeply", _HOW)


_COUNTS = {"error": "errors", "warning": "warnings", "info": "info", "suppressed": "suppressed", "known": "baselined"}


def _counted(finding: dict[str, Any]) -> str | None:
    if finding.get("suppressed") is True:
        return _COUNTS["suppressed"]
    if finding.get("baselined") is True:
        return _COUNTS["known"]
    severity = finding.get("severity")
    return _COUNTS.get(severity) if isinstance(severity, str) else None


def read(path: Path) -> Earlier:
    """Read a report. Raises `UserError` with the place of what is wrong."""
    document = _parse(path, _bytes(path))
    if not isinstance(document, dict) or "schema" not in document:
        _refuse(path, "this is no report of promptlint", _HOW)
    if document["schema"] != SCHEMA:
        _refuse(path, f"`schema` is {_brief(document['schema'])}, not {SCHEMA}", _HOW)
    if not isinstance(document.get("findings"), list):
        _refuse(path, "`findings` is no list", _HOW)
    entries = tuple(_entry(path, number, value) for number, value in enumerate(document["findings"]))
    _check_unique(path, entries)
    return Earlier(path, document, entries)


def _bytes(path: Path) -> bytes:
    try:
        with path.open("rb") as file:
            data = file.read(MAX_BYTES + 1)
    except OSError as error:
        _refuse(path, (error.strerror or str(error)).lower(), _HOW)
    if len(data) > MAX_BYTES:
        _refuse(path, f"is larger than {MAX_BYTES // 1_000_000} MB", "write the report again; a baseline needs no more")
    return data


def _parse(path: Path, data: bytes) -> Any:
    try:
        return json.loads(data)
    except json.JSONDecodeError as error:
        what = f"this is not valid JSON: {error.msg[:1].lower()}{error.msg[1:]}"
        raise UserError(f"{toml.shown(path)}:{error.lineno}:{error.colno}: {what}", _HOW) from None
    except UnicodeDecodeError as error:
        _refuse(path, f"{error.reason} at byte {error.start}", _HOW)
    except RecursionError:
        _refuse(path, "is nested too deeply", _HOW)
    except ValueError as error:  # a number of more digits than Python converts
        _refuse(path, str(error).partition(";")[0].lower(), _HOW)


def _entry(path: Path, number: int, value: Any) -> Entry:
    where = f"findings[{number}]"
    if not isinstance(value, dict):
        _refuse(path, f"`{where}` is no object", _HOW)
    for key, kind, name in _fields(value):
        if not isinstance(value.get(key), kind):
            _refuse(path, f"`{where}.{key}` is {_brief(value.get(key))}, not {name}", _HOW)
    fingerprint, confidence = value["fingerprint"], value.get("confidence", "high")
    if not _FINGERPRINT.match(fingerprint):
        _refuse(path, f"`{where}.fingerprint` is {_brief(fingerprint)}, not 64 hexadecimal digits", _HOW)
    if confidence not in get_args(Confidence):
        _refuse(path, f"`{where}.confidence` is {_brief(confidence)}, not high, medium or low", _HOW)
    known = Known(fingerprint, value["code"], value["path"], value.get("line"))
    return Entry(known, confidence, value.get("suppressed", False))


def _fields(value: dict[str, Any]) -> Iterator[tuple[str, type, str]]:
    yield from ((key, str, "a text") for key in ("fingerprint", "code", "path"))
    if "suppressed" in value:
        yield "suppressed", bool, "true or false"
    if value.get("line") is not None:
        yield "line", int, "a number"


def _check_unique(path: Path, entries: tuple[Entry, ...]) -> None:
    seen: dict[str, int] = {}
    for number, entry in enumerate(entries):
        first = seen.setdefault(entry.known.fingerprint, number)
        if first != number:
            _refuse(path, f"`findings[{number}].fingerprint` is that of `findings[{first}]` too", _HOW)


def _brief(value: object) -> str:
    """A value as a message can hold it."""
    if isinstance(value, dict | list):
        return "an object" if isinstance(value, dict) else "a list"
    text = json.dumps(value)
    return text if len(text) <= 40 else f"{text[:37]}..."


def _refuse(path: Path, message: str, help: str) -> NoReturn:
    raise UserError(f"{toml.shown(path)}: {message}", help) from None
