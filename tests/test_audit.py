from __future__ import annotations

import sys
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from types import ModuleType
from typing import Any, cast

import pytest

from promptlint.audit import Audit, Outcome, exit_code, run
from promptlint.catalogue import Rule, Severity, load_rules
from promptlint.errors import UserError
from promptlint.findings import Hit, Related
from promptlint.ledger import Ledger
from promptlint.request import Argument, CallSite, Directive, Messages, Place, Problem, Project, Request, System
from promptlint.settings import Settings


@dataclass(frozen=True)
class View:
    paths: tuple[str, ...] = ("",)
    whole: bool = True

    def shows(self, path: str) -> bool:
        return path.startswith(self.paths)


def at(line: int, path: str = "a.py", column: int = 1) -> Place:
    return Place(path, line, column, line, column + 3)


REQUEST = Request(model=Argument(("claude-haiku-5-5",), present=True))


def call(line: int = 1, path: str = "a.py", **fields: Any) -> CallSite:
    return CallSite(f"{path}::f{line}", at(line, path), f"f{line}", "anthropic.messages.create", REQUEST, **fields)


def rule(code: str, **fields: Any) -> Rule:
    made = Rule(code, f"rule-{code}", "output", "code", "warning", "high", "0.1.0", "stable", "summary", "why", "fix")
    return replace(made, **fields)


PL001 = next(rule for rule in load_rules() if rule.code == "PL001")

Check = Callable[..., Iterable[Hit]]


@pytest.fixture
def define(monkeypatch: pytest.MonkeyPatch) -> Callable[..., Rule]:
    """Makes a rule and its check, as `define("PL201", check=..)`."""

    def define(code: str, check: Check | None = None, check_project: Check | None = None, **fields: Any) -> Rule:
        made = rule(code, **fields)
        module = ModuleType(made.name)
        functions = {"check": check, "check_project": check_project}
        module.__dict__.update({name: function for name, function in functions.items() if function})
        monkeypatch.setitem(sys.modules, f"promptlint.checks.{made.name.replace('-', '_')}", module)
        return made

    return define


Define = Callable[..., Rule]


def audited(project: Project, *rules: Rule, view: View = View(), **settings: Any) -> Outcome:
    audit = Audit(project, Settings(Path(), **settings), cast("Ledger", None), date(2026, 11, 22))
    return run(audit, rules, view)


def at_call(call: CallSite, audit: Audit) -> Iterator[Hit]:
    yield Hit(call.place, "message", call=call.id)


def places(outcome: Outcome) -> list[tuple[str, int]]:
    return [(finding.hit.place.path, finding.hit.place.line) for finding in outcome.findings]


def ignore(line: int, *codes: str, path: str = "a.py") -> Directive:
    return Directive("ignore", at(line, path), codes)


def test_check_sees_each_call_but_no_wrapper(define: Define) -> None:
    project = Project(calls=(call(1), call(2, role="wrapper", callers=("a.py::f1",)), call(3)))
    assert places(audited(project, define("PL201", at_call))) == [("a.py", 1), ("a.py", 3)]


def test_check_sees_the_audit(define: Define) -> None:
    def dated(call: CallSite, audit: Audit) -> Iterator[Hit]:
        yield Hit(call.place, f"{audit.today} {audit.settings.caching}")

    (finding,) = audited(Project(calls=(call(),)), define("PL201", dated), caching="external").findings
    assert finding.hit.message == "2026-11-22 external"


def test_finding_has_the_levels_of_its_rule_unless_the_hit_has_its_own(define: Define) -> None:
    def other(call: CallSite, audit: Audit) -> Iterator[Hit]:
        yield Hit(call.place, "m", severity="info", confidence="low")

    own, changed = define("PL201", at_call), define("PL202", other)
    levels = [(f.severity, f.confidence) for f in audited(Project(calls=(call(),)), own, changed).findings]
    assert levels == [("warning", "high"), ("info", "low")]


def test_findings_are_sorted_by_path_line_column_and_code(define: Define) -> None:
    def scattered(audit: Audit) -> Iterator[Hit]:
        yield from (Hit(place, "m") for place in (at(2, "b.py"), at(10), at(9, column=5), at(9)))

    outcome = audited(Project(), define("PL202", check_project=scattered), define("PL201", check_project=scattered))
    found = [(f.hit.place.path, f.hit.place.line, f.hit.place.column, f.rule.code) for f in outcome.findings]
    assert found == sorted(found)
    assert len(found) == 8


def test_what_is_said_of_several_requests_of_one_file_is_one_finding(define: Define) -> None:
    def twice(call: CallSite, audit: Audit) -> Iterator[Hit]:
        yield Hit(at(call.place.line, call.place.path), "message", call=call.id)
        yield Hit(at(call.place.line, call.place.path, column=9), "message", call=call.id)

    bodies = [replace(call(line, "b.jsonl"), api="batch.body") for line in (1, 2, 3)]
    prompts = [replace(call(line, "p.md"), api="prompt.file") for line in (1, 2)]
    outcome = audited(Project(calls=(*bodies, *prompts)), define("PL201", twice))
    found = [(f.hit.place.path, f.hit.place.line, f.hit.place.column) for f in outcome.findings]
    assert found == [
        ("b.jsonl", 1, 1),
        ("b.jsonl", 1, 9),
        ("p.md", 1, 1),
        ("p.md", 1, 9),
        ("p.md", 2, 1),
        ("p.md", 2, 9),
    ]
    assert outcome.findings[1].hit.related == (
        Related(at(2, "b.jsonl", column=9), "the same in b.jsonl::f2"),
        Related(at(3, "b.jsonl", column=9), "the same in b.jsonl::f3"),
    )


def test_only_selected_rules_run(define: Define) -> None:
    rules = (define("PL201", at_call), define("PL202", at_call))
    (finding,) = audited(Project(calls=(call(),)), *rules, ignore=("PL202",)).findings
    assert finding.rule.code == "PL201"


def test_pattern_rule_needs_no_check() -> None:
    made = rule("PL299", kind="existence", pattern={"tokens": ("x",)})
    assert audited(Project(calls=(call(),)), made).findings == ()


def test_same_hit_of_several_calls_is_one_finding(define: Define) -> None:
    def shared(call: CallSite, audit: Audit) -> Iterator[Hit]:
        yield Hit(at(1, "prompts.py"), "message", call=call.id)

    project = Project(calls=(call(1), call(2), call(3)))
    (finding,) = audited(project, define("PL201", shared)).findings
    assert finding.hit.call == "a.py::f1"


def test_of_the_same_hits_one_that_is_not_suppressed_stands_for_all(define: Define) -> None:
    def shared(call: CallSite, audit: Audit) -> Iterator[Hit]:
        yield Hit(at(1, "prompts.py"), "message", call=call.id)

    made = define("PL201", shared)
    calls = (call(5), call(7, "b.py"))
    project = Project(calls=calls, directives=(ignore(5),))
    (finding,) = audited(project, made).findings
    assert (finding.hit.call, finding.suppressed) == ("b.py::f7", None)
    (narrow,) = audited(project, made, view=View(("a.py",))).findings
    assert (narrow.hit.call, narrow.suppressed) == ("a.py::f5", ignore(5))
    assert narrow.fingerprint == finding.fingerprint


def test_different_messages_at_one_place_are_two_findings(define: Define) -> None:
    def twice(call: CallSite, audit: Audit) -> Iterator[Hit]:
        yield from (Hit(call.place, message) for message in ("b", "a"))

    assert [f.hit.message for f in audited(Project(calls=(call(),)), define("PL201", twice)).findings] == ["a", "b"]


def test_check_that_breaks_down_is_a_problem_of_its_call_and_the_rest_goes_on(define: Define) -> None:
    def fragile(call: CallSite, audit: Audit) -> Iterator[Hit]:
        if call.place.line == 2:
            raise KeyError("model")
        yield from at_call(call, audit)

    project = Project(calls=(call(1), call(2), call(3)), problems=(Problem("x.py", "unreadable"),))
    outcome = audited(project, define("PL201", fragile), define("PL202", at_call))
    assert [(f.rule.code, f.hit.place.line) for f in outcome.findings] == [
        ("PL201", 1),
        ("PL202", 1),
        ("PL202", 2),
        ("PL201", 3),
        ("PL202", 3),
    ]
    own, broken = outcome.problems
    assert own.path == "x.py"
    assert (broken.path, broken.line, broken.message) == (
        "a.py",
        2,
        "PL201 (rule-PL201) broke down here: KeyError: 'model'",
    )


def test_check_of_the_project_that_breaks_down(define: Define) -> None:
    def fragile(audit: Audit) -> Iterator[Hit]:
        raise ValueError("no")

    (problem,) = audited(Project(), define("PL201", check_project=fragile)).problems
    assert (problem.path, problem.line) == (".", None)


def test_what_the_user_has_to_put_right_stops_the_run(define: Define) -> None:
    def strict(audit: Audit) -> Iterator[Hit]:
        raise UserError("wrong key")

    with pytest.raises(UserError, match="wrong key"):
        audited(Project(), define("PL201", check_project=strict))


def test_suppressed_finding_is_kept_and_marked(define: Define) -> None:
    project = Project(calls=(call(1), call(2)), directives=(ignore(2, "PL201"),))
    outcome = audited(project, define("PL201", at_call))
    assert [finding.suppressed for finding in outcome.findings] == [None, ignore(2, "PL201")]


def test_rules_are_off_in_files_that_the_settings_name(define: Define) -> None:
    project = Project(calls=(call(1), call(1, "old/b.py")))
    outcome = audited(project, define("PL201", at_call), per_file_ignores={"old/": ("PL2",)})
    assert places(outcome) == [("a.py", 1)]


def test_finding_that_only_a_test_causes_is_off_like_those_in_tests(define: Define) -> None:
    def at_prompt(call: CallSite, audit: Audit) -> Iterator[Hit]:
        yield Hit(at(1, "prompts.py"), "m", call=call.id)

    made = define("PL201", at_prompt)
    ignores = {"tests/": ("PL2",)}
    in_test, in_app = call(1, "tests/t.py"), call(1, "worker.py")
    assert audited(Project(calls=(in_test,)), made, per_file_ignores=ignores).findings == ()
    (finding,) = audited(Project(calls=(in_test, in_app)), made, per_file_ignores=ignores).findings
    assert finding.hit.call == "worker.py::f1"


@pytest.mark.parametrize(("minimum", "codes"), [("low", 3), ("medium", 2), ("high", 1)])
def test_findings_below_the_least_confidence_are_dropped(define: Define, minimum: str, codes: int) -> None:
    rules = [define(f"PL20{n}", at_call, confidence=level) for n, level in enumerate(("high", "medium", "low"))]
    assert len(audited(Project(calls=(call(),)), *rules, min_confidence=minimum).findings) == codes


@pytest.mark.parametrize("path", ["place.py", "related.py", "call.py"])
def test_finding_shows_with_its_place_a_related_place_or_its_call(define: Define, path: str) -> None:
    def wide(call: CallSite, audit: Audit) -> Iterator[Hit]:
        yield Hit(at(1, "place.py"), "m", call=call.id, related=(Related(at(1, "related.py"), "r"),))

    made, project = define("PL201", wide), Project(calls=(call(1, "call.py"),))
    assert len(audited(project, made, view=View((path,), whole=False)).findings) == 1
    assert audited(project, made, view=View(("other.py",), whole=False)).findings == ()


def test_finding_about_the_project_shows_with_whole_folders_only(define: Define) -> None:
    def at_large(audit: Audit) -> Iterator[Hit]:
        yield Hit(at(1), "nobody reads usage")
        yield Hit(at(2), "shared by several calls", call=audit.project.calls[0].id)

    made, project = define("PL201", check_project=at_large), Project(calls=(call(2),))
    assert places(audited(project, made, view=View(("a.py",), whole=False))) == [("a.py", 2)]
    assert places(audited(project, made)) == [("a.py", 1), ("a.py", 2)]


def test_fingerprints_differ_and_do_not_depend_on_what_is_shown(define: Define) -> None:
    project = Project(calls=(call(1), call(2), call(1, "b.py")), sources={"a.py": "f()\nf()\n", "b.py": "f()\n"})
    made = define("PL201", at_call)
    everything = [finding.fingerprint for finding in audited(project, made).findings]
    assert len(set(everything)) == 3
    assert [f.fingerprint for f in audited(project, made, view=View(("b.py",))).findings] == everything[2:]


class TestUnusedSuppressions:
    def messages(self, *rules: Rule, comments: tuple[Directive, ...], **settings: Any) -> list[tuple[int, str]]:
        project = Project(calls=(call(1),), directives=comments)
        outcome = audited(project, PL001, *rules, **settings)
        return [(f.hit.place.line, f.hit.message) for f in outcome.findings if f.rule is PL001 and not f.suppressed]

    def test_used_comment_is_fine(self, define: Define) -> None:
        assert self.messages(define("PL201", at_call), comments=(ignore(1, "PL201"), ignore(1))) == []

    def test_comment_that_suppresses_nothing(self, define: Define) -> None:
        comments = (ignore(7, "PL201"), ignore(8), ignore(9, "PL2"), ignore(10, "rule-PL201"))
        found = self.messages(define("PL201", at_call), comments=comments)
        assert found == [(line, "This comment suppresses nothing") for line in (7, 8, 9, 10)]

    def test_name_that_suppresses_nothing_beside_one_that_does(self, define: Define) -> None:
        rules = (define("PL201", at_call), define("PL202"))
        found = self.messages(*rules, comments=(ignore(1, "PL201", "PL202"),))
        assert found == [(1, "Nothing that this comment suppresses is PL202")]

    def test_name_of_no_rule_is_a_warning_with_the_nearest(self, define: Define) -> None:
        project = Project(directives=(ignore(1, "PL210"),))
        (finding,) = audited(project, PL001, define("PL201", at_call)).findings
        assert finding.hit.message == "This comment names PL210, which is no rule"
        assert (finding.hit.help, finding.severity) == ("did you mean `PL201`?", "warning")

    def test_rule_that_did_not_run_may_need_its_comment(self, define: Define) -> None:
        comments = (ignore(7, "PL201"), ignore(8))
        made = define("PL201", at_call)
        assert self.messages(made, comments=comments, select=("PL001",)) == []
        assert self.messages(made, comments=comments, per_file_ignores={"a.py": ("PL201",)}) == []

    def test_rule_that_broke_down_may_need_its_comment(self, define: Define) -> None:
        def broken(call: CallSite, audit: Audit) -> Iterator[Hit]:
            raise ValueError

        assert self.messages(define("PL201", broken), comments=(ignore(7, "PL201"),)) == []

    def test_preview_rule_counts_only_where_it_ran(self, define: Define) -> None:
        preview = define("PL202", at_call, status="preview")
        rules = (define("PL201", at_call), preview)
        assert self.messages(*rules, comments=(ignore(7, "PL202"),)) == []
        assert len(self.messages(*rules, comments=(ignore(7),))) == 1
        assert len(self.messages(*rules, comments=(ignore(7, "PL202"),), preview=True)) == 1

    def test_comment_that_silences_what_is_dropped_later_is_used(self, define: Define) -> None:
        made = define("PL201", at_call, confidence="low")
        assert self.messages(made, comments=(ignore(1, "PL201"),), min_confidence="high") == []

    @pytest.mark.parametrize(
        "request_",
        [
            Request(model=Argument(complete=False, present=True)),
            replace(REQUEST, model=Argument(("claude-haiku-5-5",), complete=False)),
            replace(REQUEST, model=Argument(("claude-opus-4-9",), present=True)),
            replace(REQUEST, system=System(None, complete=False)),
            replace(REQUEST, messages=Messages(complete=False)),
            replace(REQUEST, max_tokens=Argument(present=None)),
            replace(REQUEST, opaque=("options",)),
        ],
        ids=["model", "other models", "unheard-of model", "system", "messages", "cap", "mapping"],
    )
    def test_rule_that_could_not_judge_the_call_may_need_its_comment(self, define: Define, request_: Request) -> None:
        unresolved = replace(call(3), request=request_)
        project = Project(calls=(unresolved, call(5)), directives=(ignore(3, "PL201"), ignore(5, "PL201")))
        assert places(audited(project, PL001, define("PL201"))) == [("a.py", 5)]

    def test_comment_where_the_model_of_such_a_call_stands(self, define: Define) -> None:
        model = Argument(("claude-opus-4-9",), present=True, origins=(at(1, "settings.py"),))
        project = Project(
            calls=(replace(call(3), request=Request(model=model)),),
            directives=(ignore(1, "PL201", path="settings.py"),),
        )
        assert places(audited(project, PL001, define("PL201"))) == []

    def test_comment_of_no_known_kind_is_a_warning_with_the_nearest(self, define: Define) -> None:
        helps = {
            "ignroe[PL210] known": "did you mean `# promptlint: ignore[PL210] known`?",
            "Ignore[PL210]": "did you mean `# promptlint: ignore[PL210]`?",
            "idd=triage": "did you mean `# promptlint: id=triage`?",
            "see the wiki": "the comments are `ignore[PL..]` and `id=NAME`",
        }
        for written, advice in helps.items():
            project = Project(directives=(Directive("unknown", at(7), (), written),))
            (finding,) = audited(project, PL001, define("PL201")).findings
            assert (finding.hit.help, finding.severity) == (advice, "warning")
            assert finding.hit.message.startswith("promptlint does not know the comment `")

    def test_comment_kept_on_purpose_names_this_rule(self, define: Define) -> None:
        assert self.messages(define("PL201"), comments=(ignore(7, "PL201", "PL001"),)) == []

    def test_shown_with_its_file(self, define: Define) -> None:
        project = Project(directives=(ignore(7, "PL201"), ignore(7, "PL201", path="b.py")))
        outcome = audited(project, PL001, define("PL201", at_call), view=View(("b.py",), whole=False))
        assert places(outcome) == [("b.py", 7)]


@pytest.mark.parametrize(
    ("severity", "fail_on", "code"),
    [
        ("error", "error", 1),
        ("error", "info", 1),
        ("warning", "error", 0),
        ("warning", "warning", 1),
        ("info", "warning", 0),
        ("info", "info", 1),
    ],
)
def test_exit_code_is_1_from_fail_on_upwards(define: Define, severity: Severity, fail_on: Severity, code: int) -> None:
    outcome = audited(Project(calls=(call(),)), define("PL201", at_call, severity=severity))
    assert exit_code(outcome, Settings(Path(), fail_on=fail_on)) == code


def test_what_is_below_min_severity_does_not_fail(define: Define) -> None:
    outcome = audited(Project(calls=(call(),)), define("PL201", at_call, severity="warning"))
    assert exit_code(outcome, Settings(Path(), min_severity="error")) == 0
    assert exit_code(outcome, Settings(Path(), min_severity="warning")) == 1


def test_suppressed_findings_do_not_fail(define: Define) -> None:
    outcome = audited(Project(calls=(call(),), directives=(ignore(1),)), define("PL201", at_call))
    assert len(outcome.findings) == 1
    assert exit_code(outcome, Settings(Path())) == 0


def test_exit_zero_hides_findings_but_no_problem(define: Define) -> None:
    outcome = audited(Project(calls=(call(),)), define("PL201", at_call))
    problems = replace(outcome, problems=(Problem("a.py", "unreadable"),))
    settings = Settings(Path())
    assert [exit_code(outcome, settings), exit_code(outcome, settings, exit_zero=True)] == [1, 0]
    assert [exit_code(problems, settings), exit_code(problems, settings, exit_zero=True)] == [2, 2]
