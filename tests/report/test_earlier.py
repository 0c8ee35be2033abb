from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from promptlint.baseline import Known
from promptlint.errors import UserError
from promptlint.report import earlier
from promptlint.report.json import render
from promptlint.request import Directive, Place
from tests.report.samples import checked, over_tiered, uncached

COMMENT = Directive("ignore", Place("app/triage.py", 6, 24, 6, 60))
FIRST, SECOND, THIRD = "a" * 64, "b" * 64, "c" * 64


@pytest.fixture
def file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return tmp_path / "old.json"


def report() -> dict[str, Any]:
    findings = [
        replace(over_tiered(), fingerprint=FIRST),
        replace(uncached(), fingerprint=SECOND),
        replace(uncached(COMMENT), fingerprint=THIRD),
    ]
    document: dict[str, Any] = json.loads(render(checked(*findings)))
    return document


def reading(file: Path, document: object) -> earlier.Earlier:
    file.write_text(json.dumps(document), encoding="utf-8")
    return earlier.read(file)


def test_the_findings_of_a_report(file: Path) -> None:
    entries = reading(file, report()).entries
    assert [(entry.known, entry.suppressed) for entry in entries] == [
        (Known(FIRST, "PL302", "app/triage.py", 5), False),
        (Known(SECOND, "PL103", "app/triage.py", 6), False),
        (Known(THIRD, "PL103", "app/triage.py", 6), True),
    ]


def test_without_what_is_stale(file: Path) -> None:
    read = reading(file, report())
    document = json.loads(read.without([read.entries[0].known]))
    assert [finding["fingerprint"] for finding in document["findings"]] == [SECOND, THIRD]
    counts = {"errors": 0, "warnings": 1, "info": 0, "suppressed": 1, "baselined": 0, "calls": 1, "files": 3}
    assert document["summary"] == counts
    assert reading(file, document).entries == read.entries[1:]


def test_deep_nesting_that_was_read_may_not_be_written(file: Path) -> None:
    deep: list[Any] = []
    for _ in range(200_000):
        deep = [deep]
    read = replace(reading(file, report()), document={**report(), "problems": deep})
    with pytest.raises(UserError, match=r"old\.json: is nested too deeply"):
        read.without([])


def test_a_report_as_powershell_writes_it(file: Path) -> None:
    file.write_text(json.dumps(report()), encoding="utf-16")
    assert len(earlier.read(file).entries) == 3


def changed(**fields: object) -> dict[str, Any]:
    document = report()
    document["findings"][1].update(fields)
    return document


@pytest.mark.parametrize(
    ("document", "message"),
    [
        ([], "this is no report of promptlint"),
        ({"runs": []}, "this is no report of promptlint"),
        ({"schema": "promptlint/cost/v1"}, '`schema` is "promptlint/cost/v1", not promptlint/check/v1'),
        (
            {"schema": "promptlint/check/v2", "findings": []},
            '`schema` is "promptlint/check/v2", not promptlint/check/v1',
        ),
        ({"schema": {}}, "`schema` is an object, not promptlint/check/v1"),
        ({"schema": "promptlint/check/v1"}, "`findings` is no list"),
        ({"schema": "promptlint/check/v1", "findings": {}}, "`findings` is no list"),
        ({"schema": "promptlint/check/v1", "findings": [[]]}, "`findings[0]` is no object"),
        (changed(fingerprint=None), "`findings[1].fingerprint` is null, not a text"),
        (changed(fingerprint="B" * 64), f'`findings[1].fingerprint` is "{"B" * 36}..., not 64 hexadecimal digits'),
        (
            changed(fingerprint="b" * 64 + "\n"),
            f'`findings[1].fingerprint` is "{"b" * 36}..., not 64 hexadecimal digits',
        ),
        (changed(fingerprint=FIRST), "`findings[1].fingerprint` is that of `findings[0]` too"),
        (changed(code=7), "`findings[1].code` is 7, not a text"),
        (changed(path=["a.py"]), "`findings[1].path` is a list, not a text"),
        (changed(line="6"), '`findings[1].line` is "6", not a number'),
        (changed(suppressed="no"), '`findings[1].suppressed` is "no", not true or false'),
        (changed(confidence=[]), "`findings[1].confidence` is a list, not high, medium or low"),
    ],
)
def test_a_forged_report(file: Path, document: object, message: str) -> None:
    with pytest.raises(UserError) as error:
        reading(file, document)
    assert str(error.value) == f"old.json: {message}"
    assert error.value.help == "`promptlint check --output-format json -o FILE` writes one"


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (b"", "old.json:1:1: this is not valid JSON: expecting value"),
        (
            b'{"schema": "promptlint/check/v1",\n "findings": [{"co',
            "old.json:2:16: this is not valid JSON: unterminated",
        ),
        (b'{"a": "\xff"}', "old.json: invalid start byte at byte 7"),
        (b"[" * 500_000, "old.json: is nested too deeply"),
        (b'{"a": ' + b"9" * 5_000 + b"}", "old.json: exceeds the limit (4300 digits)"),
    ],
)
def test_what_is_no_json(file: Path, data: bytes, message: str) -> None:
    file.write_bytes(data)
    with pytest.raises(UserError) as error:
        earlier.read(file)
    assert str(error.value).startswith(message)


def test_a_report_without_an_end(file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(earlier, "MAX_BYTES", 2_000_000)
    with pytest.raises(UserError, match="/dev/zero: is larger than 2 MB"):
        earlier.read(Path("/dev/zero"))


def test_no_file(file: Path) -> None:
    with pytest.raises(UserError, match=r"old\.json: no such file or directory"):
        earlier.read(file)
    with pytest.raises(UserError, match="is a directory"):
        earlier.read(file.parent)
