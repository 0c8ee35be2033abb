from __future__ import annotations

from dataclasses import replace

from promptlint.baseline import Known, compare
from promptlint.findings import Finding
from promptlint.fingerprints import SHAPE
from promptlint.request import Directive, Place
from tests.report.samples import RETIRED, finding

COMMENT = Directive("ignore", Place("a.py", 1, 1, 1, 9))


def name(shape: str, number: int = 1) -> str:
    return shape * SHAPE + f"{number:08x}"


def found(path: str, fingerprint: str, suppressed: Directive | None = None) -> Finding:
    return replace(finding(RETIRED, Place(path, 1, 1, 1, 9), "m", suppressed), fingerprint=fingerprint)


def known(findings: list[Finding], earlier: list[Known]) -> list[str]:
    return [finding.hit.place.path for finding in compare(findings, earlier).findings if finding.baselined]


def test_what_an_earlier_run_had_is_known_and_what_is_gone_is_stale() -> None:
    compared = compare([found("a.py", name("a")), found("b.py", name("b"))], [Known(name("b")), Known(name("c"))])
    assert [finding.baselined for finding in compared.findings] == [False, True]
    assert compared.stale == (Known(name("c")),)


def test_a_renamed_file_is_known() -> None:
    assert known([found("new.py", name("a"))], [Known(name("a"), path="old.py")]) == ["new.py"]


def test_of_equal_findings_as_many_are_known_as_there_were() -> None:
    three = [found("a.py", name("a", number)) for number in (1, 2, 3)]
    assert len(known(three, [Known(name("a", 1)), Known(name("a", 2))])) == 2
    assert compare(three[:1], [Known(name("a", 1)), Known(name("a", 2))]).stale == (Known(name("a", 2)),)


def test_a_copy_is_new_where_it_was_made() -> None:
    copy, old = found("a.py", name("a", 1)), found("z.py", name("a", 2))
    assert known([copy, old], [Known(name("a", 1), path="z.py")]) == ["z.py"]


def test_what_a_comment_suppresses_uses_up_no_entry_that_another_needs() -> None:
    silenced, loud = found("a.py", name("a", 1), COMMENT), found("b.py", name("a", 2))
    assert known([silenced, loud], [Known(name("a", 1), path="x.py")]) == ["b.py"]
    assert known([silenced], [Known(name("a", 1), path="x.py")]) == ["a.py"]


def test_paths_are_compared_as_they_are_shown() -> None:
    findings = [found("app/a.py", name("a", 1)), found("app/z.py", name("a", 2))]
    earlier = [Known(name("a", 1), path="z.py")]
    compared = compare(findings, earlier, lambda path: path.removeprefix("app/"))
    assert [finding.baselined for finding in compared.findings] == [False, True]
