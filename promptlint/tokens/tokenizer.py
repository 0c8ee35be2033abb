"""The adapter to ctok, an offline reconstruction of Claude's tokenizers. Nothing else imports it."""

from __future__ import annotations

from functools import cache
from importlib.machinery import PathFinder
from pathlib import Path
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from collections.abc import Callable

Generation = Literal["v3", "v4.7", "v4.8"]


_PACKAGE = "ctok"

_CTOK_VERSION: dict[Generation, str] = {"v3": "3.0", "v4.7": "4.7", "v4.8": "4.8"}
_FRAME = "⟨pad⟩"


def _version() -> str:
    """The version that is installed, by the name of its metadata's folder: to read those takes as long as a check."""
    spec = PathFinder.find_spec(_PACKAGE)
    if spec is not None and spec.origin:
        for folder in Path(spec.origin).parents[1].glob(f"{_PACKAGE}-*.dist-info"):
            return folder.name.removeprefix(f"{_PACKAGE}-").removesuffix(".dist-info")
    from importlib.metadata import version

    return version(_PACKAGE)


VERSION = f"{_PACKAGE} {_version()}"


def content_tokens(text: str, generation: Generation) -> int:
    """How many tokens a text has, without the frame that the API puts around a message."""
    if not text:
        return 0
    tokens = _tokenize()(text, _CTOK_VERSION[generation])
    return len(tokens) - tokens.count(_FRAME)


@cache
def _tokenize() -> Callable[[str, str], list[str]]:
    """Loaded with the first text: it takes half a second and 80 MB."""
    from ctok import tokenize

    found: Callable[[str, str], list[str]] = tokenize
    return found
