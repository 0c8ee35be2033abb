from __future__ import annotations

import json

from promptlint.report import gitlab
from promptlint.request import Directive, Place, Problem
from tests.report.hostile import PROBLEM, hostile, is_clean
from tests.report.samples import RETIRED, checked, finding, uncached

PROBLEM_OF = Problem("a.py", "invalid syntax", 3)


def test_the_documented_fields() -> None:
    (issue,) = json.loads(gitlab.render(checked(uncached())))
    assert issue == {
        "description": "A reused prompt prefix of 1,412 tokens is sent without cache_control\n"
        "Cost: $0.0056 per call uncached, $0.0003 as a cache read\n"
        'Help: mark the end of the prefix\n    system=[{"type": "text", "text": RULES}]',
        "check_name": "PL103",
        "fingerprint": "PL103-6",
        "severity": "minor",
        "location": {"path": "app/triage.py", "lines": {"begin": 6}},
    }


def test_problems_block_and_have_fingerprints_of_their_own() -> None:
    first, second = json.loads(gitlab.render(checked(problems=(PROBLEM_OF, PROBLEM_OF))))
    assert (first["severity"], first["check_name"], first["location"]["lines"]) == (
        "blocker",
        "not-analysed",
        {"begin": 3},
    )
    assert first["fingerprint"] != second["fingerprint"]


def test_what_a_comment_suppresses_is_left_out() -> None:
    comment = Directive("ignore", Place("app/triage.py", 6, 24, 6, 60))
    assert json.loads(gitlab.render(checked(uncached(comment)))) == []


def test_a_cell_has_no_line_of_its_file() -> None:
    (issue,) = json.loads(gitlab.render(checked(finding(RETIRED, Place("a.ipynb", 7, 1, 7, 9, cell=3), "m"))))
    assert issue["location"] == {"path": "a.ipynb", "lines": {"begin": 1}}
    assert issue["description"] == "cell 3, line 7: m"


def test_foreign_text_has_no_control_characters() -> None:
    for issue in json.loads(gitlab.render(checked(hostile(), problems=(PROBLEM,)))):
        assert is_clean(issue["description"])
        assert is_clean(issue["location"]["path"])
        assert "\r" not in issue["description"]
