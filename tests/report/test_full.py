from __future__ import annotations

from pathlib import Path

import pytest

from promptlint.findings import Related
from promptlint.report.full import Full
from promptlint.report.style import Palette
from promptlint.request import Directive, Place
from tests.report.samples import NOT_CACHED, RETIRED, ROOT, checked, finding, over_tiered, uncached

GOLDEN_120 = """\
info[PL302] model-above-task: An Opus model answers with a label
  --> app/triage.py:5:12
   |
 5 |       return client.messages.create(
   |  ____________^
 6 | |         system=RULES,
...  |
10 | |     )
   | |_____^

warning[PL103] reused-prefix-not-cached: A reused prompt prefix of 1,412 tokens is sent without cache_control
 --> app/triage.py:6:9
  |
5 |     return client.messages.create(
6 |         system=RULES,
  |         ^^^^^^^^^^^^ 1,412 tokens, the same on every call
  |
  = cost: $0.0056 per call uncached, $0.0003 as a cache read
  = help: mark the end of the prefix
  |       system=[{"type": "text", "text": RULES}]
  = note: app/prompts.py:3:9: the prompt stands here
"""

GOLDEN_58 = """\
warning[PL103] reused-prefix-not-cached: A reused prompt
    prefix of 1,412 tokens is sent without cache_control
 --> app/triage.py:6:9
  |
5 |     return client.messages.create(
6 |         system=RULES,
  |         ^^^^^^^^^^^^
  |         1,412 tokens, the same on every call
  |
  = cost: $0.0056 per call uncached, $0.0003 as a cache
  |       read
  = help: mark the end of the prefix
  |       system=[{"type": "text", "text": RULES}]
  = note: app/prompts.py:3:9: the prompt stands here
"""


def text(checked_, columns: int = 120, color: bool = False) -> str:
    return "\n".join(Full(checked_, Palette(color), columns).render())


def test_findings_in_the_order_of_their_places() -> None:
    assert text(checked(uncached(), over_tiered())) == GOLDEN_120


def test_prose_is_wrapped_to_the_terminal_and_code_is_not() -> None:
    assert text(checked(uncached()), columns=58) == GOLDEN_58


HELP = "First move it: a sentence goes\non in lower case.\n    f(\n        1,\n    )\nthen measure:\n- once\n- twice"
GOLDEN_HELP = """\
  = help: First move it: a sentence goes
  |       on in lower case.
  |       f(
  |           1,
  |       )
  |       then measure:
  |       - once
  |       - twice
"""


def test_help_is_prose_that_is_wrapped_and_code_that_is_not() -> None:
    shown = text(checked(finding(NOT_CACHED, Place("gone.md", 3, 1, 3, 5), "Gone", help=HELP)), columns=40)
    assert shown.endswith(" --> gone.md:3:1\n" + GOLDEN_HELP)


def test_colour_changes_nothing_but_the_colour() -> None:
    plain = Palette(True)
    colored = text(checked(uncached()), color=True)
    assert colored.startswith(plain.paint("warning", "warning[PL103]") + " \x1b[1mreused-prefix-not-cached:")
    for code in ("0", "1", "1;33", "1;34"):
        colored = colored.replace(f"\x1b[{code}m", "")
    assert colored == text(checked(uncached()))


def test_suppressed_findings_are_not_shown() -> None:
    comment = Directive("ignore", Place("app/triage.py", 6, 24, 6, 50), ("PL103",))
    assert text(checked(uncached(comment))) == ""


def test_only_the_first_related_places_are_listed() -> None:
    related = tuple(Related(Place("b.py", line, 1, line, 2), "said again") for line in range(1, 9))
    shown = text(checked(finding(NOT_CACHED, Place("app/triage.py", 6, 9, 6, 21), "Said twice", related=related)))
    assert shown.count("said again") == 5
    assert shown.endswith("  = note: b.py:5:1: said again\n  = note: and 3 more\n")


def test_a_finding_in_a_file_that_is_not_at_hand_still_tells_its_place() -> None:
    shown = text(checked(finding(NOT_CACHED, Place("gone.md", 3, 1, 3, 5), "Gone")))
    assert shown == "warning[PL103] reused-prefix-not-cached: Gone\n --> gone.md:3:1\n"


@pytest.mark.parametrize("field", ["label", "cost", "help"])
def test_control_characters_never_reach_the_terminal(field: str) -> None:
    place = Place("app/\x1b[2J.py", 1, 1, 1, 2)
    report = checked(
        finding(NOT_CACHED, place, "say \x1b]0;x\x07", **{field: "a\x1b[31m\nb\x1b[0m"}),
        sources={place.path: "x = '\x1b[5m'\n"},
    )
    assert "\x1b" not in text(report)
    assert "\x07" not in text(report)
    assert "--> app/␛[2J.py:1:1" in text(report)


def test_paths_are_relative_to_where_the_command_runs() -> None:
    assert " --> triage.py:6:9\n" in text(checked(uncached(), directory=ROOT / "app"))
    assert " --> ../project/app/triage.py:6:9\n" in text(checked(uncached(), directory=Path("/elsewhere")))


def test_the_same_remarks_are_made_once() -> None:
    places = [Place("app/triage.py", line, 9, line, 14) for line in (6, 7, 8)]
    remarks = {"cost": "new: $2 per million tokens", "help": 'Write "new" here'}
    found = [finding(RETIRED, place, "It is retired", **remarks) for place in places[:2]]
    found.append(finding(RETIRED, places[2], "It is retired", **{**remarks, "help": 'Write "newer" here'}))
    lines = list(Full(checked(*found), Palette(False), 100).render())
    assert [line.strip() for line in lines if " = " in line] == [
        "= cost: new: $2 per million tokens",
        '= help: Write "new" here',
        "= help: as at app/triage.py:6",
        "= cost: new: $2 per million tokens",
        '= help: Write "newer" here',
    ]
