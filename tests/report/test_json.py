from __future__ import annotations

import json
from dataclasses import replace

from promptlint import __version__
from promptlint.edits import Edit, Fix
from promptlint.report.json import render
from promptlint.request import Directive, Place, Problem
from tests.report.samples import ROOT, checked, over_tiered, uncached

COMMENT = Directive("ignore", Place("app/triage.py", 6, 24, 6, 60), ("PL103",), "measured, never reused")
PROBLEM = Problem("app/broken.py", "invalid syntax", 3, 7, "fix it")


def test_the_whole_document() -> None:
    assert json.loads(render(checked(uncached(COMMENT), problems=(PROBLEM,)))) == {
        "schema": "promptlint/check/v1",
        "version": __version__,
        "findings": [
            {
                "code": "PL103",
                "name": "reused-prefix-not-cached",
                "severity": "warning",
                "confidence": "high",
                "path": "app/triage.py",
                "cell": None,
                "line": 6,
                "column": 9,
                "end_line": 6,
                "end_column": 21,
                "message": "A reused prompt prefix of 1,412 tokens is sent without cache_control",
                "call": "app/triage.py::triage",
                "related": [
                    {
                        "path": "app/prompts.py",
                        "cell": None,
                        "line": 3,
                        "column": 9,
                        "end_line": 40,
                        "end_column": 4,
                        "message": "the prompt stands here",
                    }
                ],
                "savings": {"low": 0.004, "value": 0.005, "high": 0.0053, "source": "tokenizer"},
                "cost": "$0.0056 per call uncached, $0.0003 as a cache read",
                "help": 'mark the end of the prefix\n    system=[{"type": "text", "text": RULES}]',
                "suppressed": True,
                "suppression": {"path": "app/triage.py", "cell": None, "line": 6, "reason": "measured, never reused"},
                "baselined": False,
                "fix": None,
                "fix_refused": None,
                "fingerprint": "PL103-6",
            }
        ],
        "problems": [
            {
                "path": "app/broken.py",
                "cell": None,
                "line": 3,
                "column": 7,
                "message": "invalid syntax",
                "help": "fix it",
            }
        ],
        "baseline": None,
        "summary": {
            "errors": 0,
            "warnings": 0,
            "info": 0,
            "suppressed": 1,
            "baselined": 0,
            "calls": 1,
            "files": 3,
        },
    }


def test_findings_stand_in_the_order_of_their_places_whatever_order_they_come_in() -> None:
    assert render(checked(uncached(), over_tiered())) == render(checked(over_tiered(), uncached()))


def test_summary_counts_what_is_not_suppressed() -> None:
    document = json.loads(render(checked(uncached(), uncached(COMMENT), over_tiered())))
    counts = {"errors": 0, "warnings": 1, "info": 1, "suppressed": 1, "baselined": 0, "calls": 1, "files": 3}
    assert document["summary"] == counts


def test_paths_are_relative_to_where_the_command_runs() -> None:
    document = json.loads(render(checked(uncached(), directory=ROOT / "app")))
    assert document["findings"][0]["path"] == "triage.py"
    assert document["findings"][0]["related"][0]["path"] == "prompts.py"


def test_the_document_is_ascii() -> None:
    assert render(checked(problems=(Problem("日本\udcff.py", "…"),))).isascii()


def test_a_fix_whose_code_holds_a_secret_is_not_carried() -> None:
    finding = replace(uncached(), fingerprint="f1")
    for code, refused in (
        ("ask(key)", None),
        (
            'ask("sk-ant-api03-a1B2c3D4a1B2c3D4")',
            "the code that it writes holds a secret, which no report shows; --fix applies it",
        ),
    ):
        fix = Fix("ask otherwise", (Edit(finding.hit.place, code),))
        (shown,) = json.loads(render(replace(checked(finding), fixes={"f1": fix})))["findings"]
        assert (shown["fix"] is None, shown["fix_refused"]) == (refused is not None, refused)
