"""What a change does to the gate itself: the configuration that judges it, the recorded counts, the comments."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from promptlint.changes.verdict import Reason
from promptlint.secrets import masked

if TYPE_CHECKING:
    from promptlint.request import CallSite, Directive, Project
    from promptlint.settings import Settings
    from promptlint.tokens.recorded import Counts

_LONGEST = 60


def configuration(before: Settings, after: Settings) -> Iterator[Reason]:
    """Every key that says something else after the change."""
    old, new = before.resolved(), after.resolved()
    for key in old:
        one, other = _plain(old[key][0]), _plain(new[key][0])
        for name, was, now in _differences(key, one, other):
            yield Reason("warn", "gate", f"the change alters the configuration: `{name}` {_from(was, now)}")


def counts(before: Counts, after: Counts) -> Iterator[Reason]:
    """What becomes of the counts in promptlint.lock: new ones are not believed before they are merged either."""
    altered = sum(key in after and after[key] != tokens for key, tokens in before.items())
    parts = [
        f"{number:,} {what}"
        for what, number in (
            ("altered", altered),
            ("added", sum(key not in before for key in after)),
            ("removed", sum(key not in after for key in before)),
        )
        if number
    ]
    if parts:
        yield Reason("warn" if altered else "pass", "gate", f"promptlint.lock: {', '.join(parts)}")


def suppressions(before: Project, after: Project) -> Iterator[Reason]:
    """The comments that silence something, or name a call, and were not there before the change."""
    known = Counter(_named(directive) for directive in before.directives)
    for directive in after.directives:
        if directive.kind == "unknown":
            continue
        if known[_named(directive)]:
            known[_named(directive)] -= 1
            continue
        place = directive.place
        codes = f"[{', '.join(directive.codes)}]" if directive.codes else ""
        what = f"ignore{codes}" if directive.kind == "ignore" else "id"
        reason = f": {masked(directive.reason)}" if directive.reason else ""
        yield Reason("warn", "gate", f"new comment `promptlint: {what}` at {place.path}:{place.row}{reason}")


def left_out(calls: Iterable[CallSite], folder: str, paths: Iterable[str]) -> Iterator[Reason]:
    """The paths that are not looked into after the change, of those that `calls` in a `folder` stood in before it."""
    ids = [(f"{folder}{call.place.path}/", call.id) for call in calls]
    for path in paths:
        seemingly_gone = tuple(name for file, name in ids if file.startswith(f"{path}/"))
        if seemingly_gone:
            message = f"{path} is not looked into any more: its calls are not compared"
            yield Reason("warn", "gate", message, seemingly_gone)


def unseen(before: Iterable[str], after: Iterable[str]) -> Iterator[Reason]:
    """The Python files that are not looked at, and were not there before: calls that are gone may have gone there."""
    known = frozenset(before)
    added = [path for path in after if path not in known]
    if added:
        names = _first_of(added)
        message = f"calls are gone, and Python is new where ignore files, `exclude` or folders' names hide it: {names}"
        yield Reason("warn", "gate", message)


def _first_of(paths: Sequence[str]) -> str:
    return ", ".join(paths[:3]) + (f" and {len(paths) - 3} more" if len(paths) > 3 else "")


def _named(directive: Directive) -> tuple[str, tuple[str, ...], str]:
    return directive.kind, directive.codes, directive.reason


def _differences(key: str, before: Any, after: Any) -> Iterator[tuple[str, Any, Any]]:
    """The innermost keys that differ, with both values; None for one that is not there."""
    if before == after:
        return
    if not (isinstance(before, Mapping) and isinstance(after, Mapping)):
        yield key, before, after
        return
    for name in dict.fromkeys((*before, *after)):
        shown = f"{key}.{name}" if name.replace("-", "").replace("_", "").isalnum() else f"{key}.{json.dumps(name)}"
        yield from _differences(shown, before.get(name), after.get(name))


def _plain(value: Any) -> Any:
    """A setting as it stands in a file."""
    written = getattr(value, "written", value)
    if isinstance(written, tuple):
        return [item.as_table() if hasattr(item, "as_table") else item for item in written]
    return written


def _from(before: Any, after: Any) -> str:
    if before is None:
        return f"is new: {_shown(after)}"
    return f"{_shown(before)} is gone" if after is None else f"from {_shown(before)} to {_shown(after)}"


def _shown(value: Any) -> str:
    text = masked(json.dumps(value, ensure_ascii=False, default=str))
    return text if len(text) <= _LONGEST else f"{text[: _LONGEST - 3]}..."


def unread(side: str, paths: Iterable[str]) -> Iterator[Reason]:
    """Parts of a side that could not be read: nothing can be said of what stands in them."""
    listed = list(dict.fromkeys(paths))
    if listed:
        names = _first_of(listed)
        yield Reason("fail", "unread", f"{side} could not be read whole: {names}; what stands there is not compared")
