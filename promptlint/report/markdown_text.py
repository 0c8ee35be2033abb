"""Foreign text in Markdown: names, models and messages that stem from analysed files, so that none becomes markup.

What GitHub renders is what counts: GitHub Flavored Markdown, whose result is searched for mentions once more. Every
function takes text as it is and gives one line: control characters become pictures, as in a terminal.
"""

from __future__ import annotations

import html
import re

from promptlint.report.style import visible

MOST_CHARACTERS = 60_000
"""How long a comment may be: GitHub takes 65,536 characters."""

_BREAKS_A_SPAN = frozenset("`|\\")
_MARKUP = frozenset("\\`*_[]<>&|~$")
_PINGS = frozenset("@#")
_LINKS = re.compile(r"(?<=[A-Za-z]):(?=//)|(?<=[wW]{3})\.")
_STARTS_A_BLOCK = re.compile(r"(?:[-+=]|(?<=\d)[.)])")
_LEADING = re.compile(r"\d*")
_NO_PING = "&#8203;"
"""A space without width: GitHub looks for `@name` and `#12` in the text that is left of the Markdown."""


def plain(text: str) -> str:
    """Text for anywhere in a line, a table's cell or a list's item: it is shown as it is, and links to nothing."""
    shown = visible(text)
    found = "".join(map(_plain_char, shown))
    found = _LINKS.sub(lambda match: _entity(match[0]), found)
    digits = _LEADING.match(found)
    at = digits.end() if digits else 0
    starts = _STARTS_A_BLOCK.match(found, at)
    return f"{found[:at]}{_entity(found[at])}{found[at + 1 :]}" if starts else found


def code(text: str) -> str:
    """Text as code, in a line or in a table's cell. Nothing is a mention or a link in there."""
    shown = visible(text)
    if not shown.strip():
        return f"<code>{'&nbsp;' * len(shown)}</code>" if shown else ""
    if _BREAKS_A_SPAN.isdisjoint(shown):
        return f"`{shown}`"
    return f"<code>{''.join(char if char.isalnum() or char == ' ' else _entity(char) for char in shown)}</code>"


def inner_html(text: str) -> str:
    """Text between the tags of an HTML element, such as a `<summary>`, or in an attribute's quotes."""
    return "".join(f"{char}{_NO_PING}" if char in _PINGS else html.escape(char) for char in visible(text))


def folded(title: str, body: str) -> str:
    """Markdown that shows once the reader opens it; the title is HTML."""
    return f"<details>\n<summary>{title}</summary>\n\n{body}\n\n</details>"


def fenced(text: str, language: str = "") -> str:
    """A block of code; its lines stay lines, and the fence is longer than any in it."""
    lines = [visible(line) for line in re.split(r"\r\n|\r|\n", text)]
    longest = max((len(run) for line in lines for run in re.findall(r"`+", line)), default=0)
    fence = "`" * max(3, longest + 1)
    return "\n".join((f"{fence}{language}", *lines, fence))


def _plain_char(char: str) -> str:
    if char in _PINGS:
        return f"{char}{_NO_PING}"
    return _entity(char) if char in _MARKUP else char


def _entity(char: str) -> str:
    """A character by its number: no parser takes that for markup."""
    return f"&#{ord(char)};"
