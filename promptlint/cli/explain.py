"""`promptlint cost --explain`: which calls are meant, and where their explanation goes."""

from __future__ import annotations

import difflib
import sys
from argparse import Namespace
from collections.abc import Sequence
from fnmatch import fnmatchcase

from promptlint.cli.stream import Output, Stream, wants_color
from promptlint.errors import UserError
from promptlint.report import problems
from promptlint.report.checked import Paths
from promptlint.report.costed import Costed
from promptlint.report.style import Palette
from promptlint.request import CallSite

_NEAR = 3


def chosen(calls: Sequence[CallSite], words: Sequence[str], paths: Paths) -> list[CallSite]:
    """The calls that any of the words means: an id, a glob over ids, or a place as in the table. Raises `UserError`."""
    found: set[str] = set()
    for word in words:
        meant = _meant(calls, word, paths)
        if not meant:
            raise UserError(f"no call has the id `{word}`", _advice(calls, word))
        found |= meant
    return [call for call in calls if call.id in found]


def _meant(calls: Sequence[CallSite], word: str, paths: Paths) -> set[str]:
    """The ids; one that is there as it is written is no glob."""
    exact = {call.id for call in calls if word in (call.id, f"{paths.shown(call.place.path)}:{call.place.row}")}
    return exact or {call.id for call in calls if fnmatchcase(call.id, word)}


def _advice(calls: Sequence[CallSite], word: str) -> str:
    if not calls:
        return "no Claude call was found here at all"
    names = {call.id: call.id for call in calls} | {call.function: call.id for call in calls if call.function}
    near = difflib.get_close_matches(word, names, _NEAR, 0.5)
    near += [call.id for call in calls if word and word in call.id]
    nearest = list(dict.fromkeys(names[name] for name in near))[:_NEAR]
    if not nearest:
        return "`promptlint cost --output-format json` lists the ids; globs such as `app/*` name several"
    return f"the nearest: {', '.join(f'`{name}`' for name in nearest)}"


def write(costed: Costed, output: Output, options: Namespace) -> None:
    """The explanation, as text or as data."""
    if options.output_format == "json":
        from promptlint.report import explain_json

        output.write(explain_json.render(costed))
        return
    from promptlint.report import explain

    output.write(explain.render(costed.rows, costed.paths, output.palette))
    palette = Palette(wants_color(options.color, sys.stderr))
    Stream(sys.stderr).write("".join(f"{line}\n" for line in problems.render(costed.problems, costed.paths, palette)))
