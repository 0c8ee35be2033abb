"""The formats of others, held against their own schemas. Two packages on the index bring these along.

The SARIF schema is in the source distribution of Microsoft's sarif-om, the JUnit schema of Jenkins' xUnit plugin in
that of pytest.
"""

from __future__ import annotations

import json
import subprocess
import sys
import tarfile
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from promptlint.baseline import Known
from promptlint.report import gitlab, junit, sarif
from promptlint.report.checked import Baseline, Checked
from promptlint.request import Directive, Place, Problem
from tests.report.hostile import PROBLEM, hostile
from tests.report.samples import RETIRED, checked, finding, over_tiered, uncached

COMMENT = Directive("ignore", Place("app/triage.py", 6, 24, 6, 60), ("PL103",), "measured")
CELL = finding(RETIRED, Place("lab/a.ipynb", 7, 1, 7, 9, cell=3), "m")
FINDINGS = (uncached(COMMENT), over_tiered(), replace(over_tiered(), baselined=True), hostile(), CELL)
PROBLEMS = (
    PROBLEM,
    Problem("a.py", "invalid syntax", 3, 7),
    Problem("", "no model"),
    Problem("b.ipynb", "m", 1, cell=2),
)
REPORTS = {
    "nothing": checked(),
    "everything": replace(
        checked(*FINDINGS, problems=PROBLEMS),
        baseline=Baseline("old.json", stale=(Known("a" * 64, "PL103", "a.py", 1),)),
    ),
}


@pytest.fixture(scope="module")
def schema(tmp_path_factory: pytest.TempPathFactory) -> Any:
    def unpack(package: str, ending: str) -> Path:
        folder = tmp_path_factory.mktemp(package)
        pip = [sys.executable, "-m", "pip", "download", "--quiet", "--no-deps", "--no-binary", package, package]
        subprocess.run(pip, cwd=folder, check=True, capture_output=True)
        (archive,) = folder.glob("*.tar.gz")
        with tarfile.open(archive) as packed:
            (member,) = (member for member in packed.getmembers() if member.name.endswith(ending))
            packed.extract(member, folder, filter="data")
        return folder / member.name

    return unpack


@pytest.mark.slow
def test_sarif(schema: Any) -> None:
    from jsonschema import Draft4Validator

    official = json.loads(schema("sarif-om", "/sarif-2.1.0-rtm.4.json").read_text(encoding="utf-8"))
    validator = Draft4Validator(official, format_checker=Draft4Validator.FORMAT_CHECKER)
    for report in REPORTS.values():
        assert [error.message for error in validator.iter_errors(json.loads(sarif.render(report)))] == []
    assert list(validator.iter_errors({"version": "2.1.0"}))


@pytest.mark.slow
def test_junit(schema: Any, tmp_path: Path) -> None:
    from xmlschema import XMLSchema

    official = XMLSchema(str(schema("pytest", "/junit-10.xsd")))
    for name, report in REPORTS.items():
        file = tmp_path / f"{name}.xml"
        file.write_text(junit.render(report), encoding="utf-8")
        assert [error.reason for error in official.iter_errors(str(file))] == []
    assert list(official.iter_errors("<testsuite/>"))


@pytest.mark.parametrize("report", REPORTS.values(), ids=REPORTS)
def test_gitlab(report: Checked) -> None:
    """https://docs.gitlab.com/ci/testing/code_quality/#code-quality-report-format."""
    issues = json.loads(gitlab.render(report))
    assert len({issue["fingerprint"] for issue in issues}) == len(issues)
    for issue in issues:
        assert set(issue) == {"description", "check_name", "fingerprint", "severity", "location"}
        assert issue["severity"] in ("info", "minor", "major", "critical", "blocker")
        assert set(issue["location"]) == {"path", "lines"}
        assert set(issue["location"]["lines"]) == {"begin"}
        assert issue["location"]["lines"]["begin"] >= 1
        assert not issue["location"]["path"].startswith(("./", "/"))
