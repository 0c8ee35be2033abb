from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

from promptlint import __version__
from promptlint.report import sarif
from promptlint.report.checked import Baseline, Checked
from promptlint.request import Directive, Place, Problem
from tests.report.hostile import PROBLEM, hostile, is_clean
from tests.report.samples import RETIRED, checked, finding, over_tiered, uncached

COMMENT = Directive("ignore", Place("app/triage.py", 6, 24, 6, 60), ("PL103",), "measured, never reused")
ROOT = {"uriBaseId": "%SRCROOT%"}


def run(of: Checked) -> dict[str, Any]:
    (found,) = json.loads(sarif.render(of))["runs"]
    assert isinstance(found, dict)
    return found


def test_the_log() -> None:
    log = json.loads(sarif.render(checked()))
    assert log["version"] == "2.1.0"
    assert log["runs"] == [
        {
            "tool": {
                "driver": {
                    "name": "promptlint",
                    "version": __version__,
                    "rules": [],
                    "notifications": [
                        {
                            "id": "not-analysed",
                            "shortDescription": {"text": "A file, or a part of it, could not be analysed."},
                        }
                    ],
                }
            },
            "columnKind": "unicodeCodePoints",
            "originalUriBaseIds": {"%SRCROOT%": {"description": {"text": "The root of the repository."}}},
            "invocations": [{"executionSuccessful": True, "toolExecutionNotifications": []}],
            "results": [],
        }
    ]


def test_a_result() -> None:
    (result,) = run(checked(uncached()))["results"]
    assert result == {
        "ruleId": "PL103",
        "ruleIndex": 0,
        "level": "warning",
        "message": {
            "text": "A reused prompt prefix of 1,412 tokens is sent without cache_control\n"
            "Cost: $0.0056 per call uncached, $0.0003 as a cache read\n"
            'Help: mark the end of the prefix\n    system=[{"type": "text", "text": RULES}]'
        },
        "locations": [
            {
                "physicalLocation": {
                    "artifactLocation": {"uri": "app/triage.py", **ROOT},
                    "region": {"startLine": 6, "startColumn": 9, "endLine": 6, "endColumn": 21},
                }
            }
        ],
        "partialFingerprints": {"promptlint/v1": "PL103-6"},
        "suppressions": [],
        "properties": {"confidence": "high"},
        "relatedLocations": [
            {
                "id": 1,
                "physicalLocation": {
                    "artifactLocation": {"uri": "app/prompts.py", **ROOT},
                    "region": {"startLine": 3, "startColumn": 9, "endLine": 40, "endColumn": 4},
                },
                "message": {"text": "the prompt stands here"},
            }
        ],
    }


def test_the_rules_that_found_something() -> None:
    cached = replace(
        uncached().rule, summary="{tokens} tokens", why="Why *so*.\n\nMore.", savings="much", evidence=("https://a.b",)
    )
    found = run(checked(replace(uncached(), rule=cached), over_tiered()))
    first, second = found["tool"]["driver"]["rules"]
    assert first == {
        "id": "PL103",
        "name": "ReusedPrefixNotCached",
        "shortDescription": {"text": "<tokens> tokens."},
        "fullDescription": {"text": "Why *so*."},
        "help": {
            "text": "Why: Why *so*.\n\nMore.\n\nWhat to do: Do it\n\nWhat it saves: much",
            "markdown": "## Why\n\nWhy *so*.\n\nMore.\n\n## What to do\n\nDo it\n\n## What it saves\n\nmuch"
            "\n\n## Evidence\n\n- <https://a.b>",
        },
        "defaultConfiguration": {"level": "warning"},
        "properties": {
            "tags": ["caching", "reused-prefix-not-cached"],
            "precision": "high",
            "problem.severity": "warning",
        },
    }
    assert (second["id"], second["defaultConfiguration"]["level"]) == ("PL302", "note")
    assert [(result["ruleId"], result["ruleIndex"]) for result in found["results"]] == [("PL302", 1), ("PL103", 0)]


def test_what_does_not_count_is_marked() -> None:
    known = replace(over_tiered(), baselined=True)
    held = replace(checked(known, uncached(COMMENT), uncached()), baseline=Baseline("old.json"))
    marks = [(result["baselineState"], result["suppressions"]) for result in run(held)["results"]]
    in_source = {
        "kind": "inSource",
        "justification": "measured, never reused",
        "location": {
            "physicalLocation": {
                "artifactLocation": {"uri": "app/triage.py", **ROOT},
                "region": {"startLine": 6, "startColumn": 24, "endLine": 6, "endColumn": 60},
            }
        },
    }
    assert marks == [
        ("unchanged", [{"kind": "external", "justification": "in the baseline"}]),
        ("new", [in_source]),
        ("new", []),
    ]


def test_what_could_not_be_analysed_is_a_notification() -> None:
    (invocation,) = run(checked(problems=(Problem("a.py", "invalid syntax", 3, 7, "mend it"), Problem("", "no"))))[
        "invocations"
    ]
    assert not invocation["executionSuccessful"]
    first, second = invocation["toolExecutionNotifications"]
    assert first == {
        "descriptor": {"id": "not-analysed", "index": 0},
        "level": "error",
        "message": {"text": "invalid syntax\nHelp: mend it"},
        "locations": [
            {
                "physicalLocation": {
                    "artifactLocation": {"uri": "a.py", **ROOT},
                    "region": {"startLine": 3, "startColumn": 7},
                }
            }
        ],
    }
    assert second == {"descriptor": first["descriptor"], "level": "error", "message": {"text": "no"}}


def test_the_lines_of_a_cell_are_not_those_of_the_notebook() -> None:
    (result,) = run(checked(finding(RETIRED, Place("lab/a.ipynb", 7, 1, 7, 9, cell=3), "m")))["results"]
    assert result["locations"] == [
        {
            "physicalLocation": {"artifactLocation": {"uri": "lab/a.ipynb", **ROOT}},
            "logicalLocations": [{"name": "cell 3", "kind": "module"}],
        }
    ]
    assert result["message"]["text"] == "cell 3, line 7: m"


def test_foreign_text_is_no_link_and_steers_nothing() -> None:
    found = run(checked(hostile(), problems=(PROBLEM,)))
    (result,) = found["results"]
    uri = "app/a%20b%2Cc%3Ad%7C%60x%60%0A%3A%3Aerror%3A%3A%C3%A9%25%3Cb%3E.py"
    assert result["locations"][0]["physicalLocation"]["artifactLocation"]["uri"] == uri
    (notification,) = found["invocations"][0]["toolExecutionNotifications"]
    for text in (result["message"]["text"], notification["message"]["text"]):
        assert is_clean(text)
        assert "](" not in text
