"""What was fixed, as a patch and as a list; and what was not, with the reason."""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from promptlint.edits import Fix, Refusal
from promptlint.findings import Finding
from promptlint.report.checked import Paths
from promptlint.report.style import Palette, visible
from promptlint.report.summary import plural

_LINES = re.compile(r"[^\r\n]*(?:\r\n|\r|\n)|[^\r\n]+")
_STYLES = {"+": "good", "-": "error", "@": "accent"}


@dataclass(frozen=True, slots=True)
class Done:
    """What a run made of the fixes. `fixed` are gone, `offers` and `refusals` are about those that are left.

    `texts` are the files that change, before and after; `comments` were added to silence findings.
    """

    fixed: Sequence[tuple[Finding, Fix]] = ()
    offers: Sequence[tuple[Finding, Fix]] = ()
    refusals: Sequence[tuple[Finding, Refusal]] = ()
    written: bool = True
    texts: Mapping[str, tuple[str, str]] = field(default_factory=dict)
    comments: int = 0


def patch(changes: Mapping[str, tuple[str, str]], paths: Paths, palette: Palette, *, raw: bool) -> Iterator[str]:
    """A unified diff of files, by path before and after; `raw` with the ends of lines as they are, for `patch`."""
    for path, (before, after) in sorted(changes.items()):
        name = paths.shown(path)
        lines = difflib.unified_diff(_LINES.findall(before), _LINES.findall(after), name, name)
        for line in lines:
            text = line if raw else visible(line.rstrip("\r\n")) + "\n"
            ending = "" if text.endswith(("\n", "\r")) else "\n\\ No newline at end of file\n"
            style = _STYLES.get(line[0], "") if not line.startswith(("---", "+++")) else "strong"
            yield (
                palette.paint(style, text.rstrip("\r\n")) + text[len(text.rstrip("\r\n")) :] if style else text
            ) + ending


def listed(done: Done, paths: Paths, palette: Palette) -> Iterator[str]:
    """One line for each finding that was fixed, could be, or was not and why."""
    done_and_open = (("Fixed" if done.written else "Would fix", done.fixed), ("Could fix", done.offers))
    for head, fixes in done_and_open:
        said = ((finding, f"{fix.title} ({fix.safety})") for finding, fix in fixes)
        yield from _rows(head, said, paths, palette)
    yield from _rows("Not fixed", ((finding, refusal.reason) for finding, refusal in done.refusals), paths, palette)


def _rows(head: str, rows: Iterable[tuple[Finding, str]], paths: Paths, palette: Palette) -> Iterator[str]:
    for index, (finding, said) in enumerate(rows):
        if index == 0:
            yield palette.paint("strong", f"{head}:")
        place = finding.hit.place
        where = f"{visible(paths.shown(place.path))}:{place.row}:{place.column}"
        yield f"  {where}: {palette.paint(finding.severity, finding.rule.code)} {visible(said)}"


def summary(done: Done, palette: Palette) -> Iterator[str]:
    """What was fixed and what else could be, in one line; nothing where there is nothing to say."""
    fixed = f"{'Fixed' if done.written else 'Would fix'} {plural(len(done.fixed), 'finding')}"
    parts = [palette.paint("good", fixed)] if done.fixed else []
    if done.comments:
        parts.append(palette.paint("good", f"Added {plural(done.comments, 'comment')}"))
    parts += [f"{count:,} {words}" for count, words in _further(done) if count]
    if parts:
        text = "; ".join(parts)
        yield f"{text[:1].upper()}{text[1:]}."


def _further(done: Done) -> Iterable[tuple[int, str]]:
    more = "more " if done.fixed else "fixable "
    unsafe = sum(fix.safety == "unsafe" for _, fix in done.offers)
    yield len(done.offers) - unsafe, f"{more}with --fix"
    yield unsafe, f"{more}with --unsafe-fixes"
    yield len(done.refusals), "not fixed (--show-fixes says why)"
