"""Values that belong to one user of a program, as their names tell."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from promptlint.request import Hole

_OF_A_USER = re.compile(
    r"(?:^|[^a-z])(?:current_?|logged_in_?)?(?:user|tenant|customer|account|session|member|subscriber|employee|patient)"
    r"(?:\.\w+|\[\W*\w+\W*\]|\.get\(\W*\w+\W*\))*"
    r"(?:_?(?:id|name|first_?name|last_?name|email|profile|plan|tier|locale|context|info|details|preferences|settings))?"
    r"(?:\.\w+|\[\W*\w+\W*\]|\.get\(\W*\w+\W*\))*$",
    re.IGNORECASE,
)
_SAID = re.compile(r"query|message|question|prompt|input|text|content|history|goal|task", re.IGNORECASE)
_COMES_IN = frozenset({"parameter", "request", "database", "unknown", "call"})


def is_of_a_user(hole: Hole) -> bool:
    """Whether a value is named as one that stays the same for one user: not as what the user said."""
    named_so = _OF_A_USER.search(hole.name) is not None and _SAID.search(hole.name) is None
    return hole.origin in _COMES_IN and named_so
