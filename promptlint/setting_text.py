"""The configuration as a text: where a key stands in it, and how a value is written there."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping

from promptlint.budgets import Budget
from promptlint.own_prices import OwnPrices
from promptlint.sinks import Sink
from promptlint.workloads import Workloads


def line_within(text: str, key: str, message: str) -> str:
    """`:4`, the line of the innermost key that a message about the value of `key` names, else that of `key` itself."""
    start = _start_of(text, key)
    if start is None:
        return ""
    for word in re.findall("`([^`]+)`", message):
        inner = re.compile(rf"(?m)(?:^|[\[.{{,])[ \t]*[\"']?{re.escape(word)}[\"']?[ \t]*[=\]]").search(text, start)
        start = inner.end() if inner else start
    return f":{text.count('\n', 0, start) + 1}"


def line_of(text: str, key: str, word: str | None = None) -> str:
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


def written(value: object) -> str:
    """A value as a message quotes it."""
    return as_toml(value) if isinstance(value, str | bool | int | float | list | dict) else str(value)


def as_toml(value: object) -> str:
    """A value as TOML."""
    if isinstance(value, Sink):
        return as_toml(value.as_table())
    if isinstance(value, Workloads | OwnPrices | Budget):
        return as_toml(value.written)
    if isinstance(value, Mapping):
        inner = ", ".join(f"{json.dumps(key, ensure_ascii=False)} = {as_toml(item)}" for key, item in value.items())
        return f"{{ {inner} }}" if inner else "{}"
    if isinstance(value, list | tuple):
        return f"[{', '.join(map(as_toml, value))}]"
    return json.dumps(value, ensure_ascii=False, default=str)
