"""Text that tries to break out of whatever a report puts it into."""

from __future__ import annotations

from promptlint.findings import Finding
from promptlint.request import Place, Problem
from tests.report.samples import NOT_CACHED, finding

PATH = "app/a b,c:d|`x`\n::error::é%<b>.py"
MESSAGE = (
    "</td></details><script>alert(1)</script> [click](https://evil.example) @everyone #1 --> \x1b[31m"
    "\r\n::error::x | `y`"
)
HELP = "Write\n    ```\n    </details> @everyone\x07\n    ````\nand **then** <img src=x>"


def hostile() -> Finding:
    return finding(NOT_CACHED, Place(PATH, 6, 9, 6, 21), MESSAGE, cost="$1 <!-- x", help=HELP)


PROBLEM = Problem(PATH, MESSAGE, 3, 7, "</details>\x1b]0;x\x07")
CONTROLS = frozenset(map(chr, [*range(9), 11, 12, *range(14, 32), 127]))


def is_clean(text: str) -> bool:
    """Whether a text has no control characters but tabs, line feeds and carriage returns."""
    return CONTROLS.isdisjoint(text)
