"""PL802: a credential in a prompt goes to the model, its logs, and whoever talks it into repeating its instructions."""

from __future__ import annotations

import re
from functools import cache
from typing import TYPE_CHECKING

from promptlint.checks._data import table
from promptlint.checks._holes import blocks_of
from promptlint.findings import Hit
from promptlint.prose import prose_of
from promptlint.secrets import masked

if TYPE_CHECKING:
    from collections.abc import Iterator

    from promptlint.audit import Audit
    from promptlint.request import CallSite, Hole, Place, Text

_HELP = """\
Take it out of the prompt, and renew it if it was ever sent or committed. A tool that needs it reads it itself:
    headers = {"Authorization": f"Bearer {os.environ['SERVICE_TOKEN']}"}"""
_LEAST_DIFFERENT = 8  # characters of a key: fewer are a placeholder such as sk-xxxxxxxx


def check(call: CallSite, audit: Audit) -> Iterator[Hit]:
    """Report each credential that stands in a prompt, or that a prompt takes from the environment."""
    texts = [block.text for block in blocks_of(call) if block.text is not None]
    for text in (*texts, *(tool.static for tool in call.request.tools.tools)):
        yield from (_hit(call, place, what) for place, what in (*_written(text), *_inserted(text)))


def _hit(call: CallSite, place: Place, what: str) -> Hit:
    return Hit(
        place=place,
        message=f"{what} stands in a prompt, and the model can be made to repeat it",
        call=call.id,
        label="a secret that is sent",
        cost="no number: what the secret opens",
        help=_HELP,
    )


def _written(text: Text) -> Iterator[tuple[Place, str]]:
    """Keys in the text itself, of those that their makers mark, and the passwords of URLs."""
    prose = prose_of(text)
    keys, placeholder, _ = _patterns()
    for match in keys.finditer(prose.text):
        key = match[0]
        if placeholder.search(key) or not re.search(r"\d", key) or len(set(key)) < _LEAST_DIFFERENT:
            continue
        shown = masked(key)
        if shown != key:
            yield prose.locate(*match.span()), shown.splitlines()[0]


def _inserted(text: Text) -> Iterator[tuple[Place, str]]:
    """Variables of the environment whose name says that they hold a credential."""
    _, _, variable = _patterns()
    for hole in text.holes():
        if _of_environment(hole) and (named := variable.search(hole.name)):
            yield hole.place, f"The environment's {named[1]}"


def _of_environment(hole: Hole) -> bool:
    return hole.origin == "environment" and hole.detail in ("os.environ", "os.getenv")


@cache
def _patterns() -> tuple[re.Pattern[str], re.Pattern[str], re.Pattern[str]]:
    data = table("credentials")
    return re.compile("|".join(data["keys"])), re.compile(data["placeholder"]), re.compile(data["variable"])
