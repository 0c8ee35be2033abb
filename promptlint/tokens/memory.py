"""Token counts remembered by content, so that the tokenizer is loaded for new text only."""

from __future__ import annotations

import json
import os
import sys
from hashlib import sha256
from pathlib import Path

from promptlint.tokens.atomic import replace_file
from promptlint.tokens.tokenizer import VERSION

_FILE = "tokens-v1.json"
_LIMIT = 20_000
_KEY_LENGTH = 24


class Memory:
    """Counts in one file, read at the first question and written by `save`.

    It is never in the way: a file that is missing, damaged or cannot be written means nothing is remembered.
    The oldest counts are dropped beyond `limit`.
    """

    def __init__(self, folder: Path | None, limit: int = _LIMIT) -> None:
        self._path = None if folder is None else folder / _FILE
        self._limit = limit
        self._counts: dict[str, int] | None = None
        self._new: dict[str, int] = {}

    def get(self, text: str, generation: str) -> int | None:
        """The remembered count of this text."""
        if self._counts is None:
            self._counts = self._read()
        key = _key(text, generation)
        found = self._new.get(key)
        return self._counts.get(key) if found is None else found

    def put(self, text: str, generation: str, count: int) -> None:
        """Remember a count."""
        self._new[_key(text, generation)] = count

    def save(self) -> None:
        """Write what is new beside what other runs have written meanwhile."""
        if self._path is None or not self._new:
            return
        counts = [*(self._read() | self._new).items()][-self._limit :]
        try:
            self._path.parent.mkdir(parents=True, exist_ok=True)
            replace_file(self._path, json.dumps(dict(counts), separators=(",", ":")))
        except OSError:
            return
        self._new = {}
        self._counts = dict(counts)

    def _read(self) -> dict[str, int]:
        if self._path is None:
            return {}
        try:
            found = json.loads(self._path.read_bytes())
        except (OSError, ValueError):
            return {}
        if not isinstance(found, dict):
            return {}
        return {key: count for key, count in found.items() if type(count) is int and count >= 0}


def cache_folder() -> Path | None:
    """The user's cache folder for promptlint: PROMPTLINT_CACHE_DIR, else the platform's; None if there is no home."""
    chosen = os.environ.get("PROMPTLINT_CACHE_DIR")
    if chosen:
        return Path(chosen)
    base = os.environ.get("LOCALAPPDATA") if sys.platform == "win32" else os.environ.get("XDG_CACHE_HOME")
    if base:
        return Path(base, "promptlint")
    try:
        home = Path.home()
    except RuntimeError:
        return None
    return home / ("Library/Caches" if sys.platform == "darwin" else ".cache") / "promptlint"


def _key(text: str, generation: str) -> str:
    content = f"{VERSION}\0{generation}\0{text}".encode("utf-8", "surrogatepass")
    return sha256(content).hexdigest()[:_KEY_LENGTH]
