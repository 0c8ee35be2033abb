"""One line a finding, for editors and for grep."""

from __future__ import annotations

from collections.abc import Iterator

from promptlint.report.checked import Checked
from promptlint.report.style import Palette, visible


def render(checked: Checked, palette: Palette) -> Iterator[str]:
    """`path:line:column: code severity message`, in the order of the places."""
    for finding in checked.active:
        place = finding.hit.place
        where = f"{visible(checked.paths.shown(place.path))}:{place.row}:{place.column}:"
        code = palette.paint(finding.severity, finding.rule.code)
        where = f"./{where}" if where.startswith("::") else where  # no command for the runner that reads this log
        yield f"{where} {code} {finding.severity} {visible(finding.hit.message)}"
