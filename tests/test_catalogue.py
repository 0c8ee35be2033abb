from __future__ import annotations

import shutil
import subprocess
import sys
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from promptlint import catalogue
from promptlint.catalogue import FAMILIES, Example, Rule, load_rules, rules_root, select, selects, suggestion
from promptlint.errors import UserError
from promptlint.rule import Pattern
from promptlint.setting_keys import TESTS
from promptlint.settings import Settings, load

RULE = """\
code = "PL199"
name = "made-up"
kind = "code"
severity = "warning"
confidence = "high"
since = "0.1.0"
status = "stable"
summary = "Made up"

[docs]
why = \"\"\"
Because.
\"\"\"
fix = "Do not."
savings = "none"
evidence = ["https://example.com"]

[[bad]]
code = "x = 1"
at = ["1:1", "2:10"]
files = { "b.py" = "y = 1" }
settings = { caching = "external" }

[[good]]
code = "x = 2"
path = "tests/a.py"
"""


def write(root: Path, text: str, name: str = "caching/made-up.toml") -> Path:
    path = root / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")
    return root


def rule(code: str, name: str = "", status: catalogue.Status = "stable") -> Rule:
    return Rule(
        code, name or f"rule-{code}", "caching", "code", "warning", "high", "0.1.0", status, "summary", "why", "fix"
    )


RULES = (
    rule("PL101"),
    rule("PL103", "reused-prefix-not-cached"),
    replace(rule("PL106"), pedantic=True),
    rule("PL201"),
    rule("PL299", status="preview"),
)


def on(**settings: Any) -> list[str]:
    return [rule.code for rule in select(RULES, Settings(Path(), **settings))]


def test_rule_file_becomes_a_rule(tmp_path: Path) -> None:
    (read,) = load_rules(write(tmp_path, RULE))
    assert read == Rule(
        code="PL199",
        name="made-up",
        family="caching",
        kind="code",
        severity="warning",
        confidence="high",
        since="0.1.0",
        status="stable",
        summary="Made up",
        why="Because.",
        fix="Do not.",
        savings="none",
        evidence=("https://example.com",),
        bad=(Example("x = 1", ("1:1", "2:10"), files={"b.py": "y = 1"}, settings={"caching": "external"}),),
        good=(Example("x = 2", path="tests/a.py"),),
    )


def test_pattern_rule_has_its_tokens(tmp_path: Path) -> None:
    text = RULE.replace('kind = "code"', 'kind = "existence"') + '[pattern]\ntokens = ["be brief"]\n'
    (read,) = load_rules(write(tmp_path, text))
    assert read.pattern == Pattern(tokens=("be brief",))


@pytest.mark.parametrize(
    ("line", "old", "new", "message"),
    [
        (1, "severity =", "severty =", "`severity` is missing"),
        (7, 'since = "0.1.0"', 'since = "0.1.0"\nauthor = "me"', "unknown key `author`"),
        (6, 'since = "0.1.0"', "since = 1", "`since` must be a string"),
        (4, '"warning"', '"bad"', "`severity` is `bad`, but must be one of error, warning, info"),
        (5, '"high"', '"sure"', "`confidence` is `sure`, but must be one of high, medium, low"),
        (7, '"stable"', '"new"', "`status` is `new`, but must be one of preview, stable, deprecated"),
        (2, '"made-up"', '"made-down"', "`name` is `made-down`, but the file is named `made-up`"),
        (1, "PL199", "PL299", "`code` is `PL299`, but those of `caching` are PL100 to 99"),
        (1, "PL199", "PL1990", "`code` is `PL1990`"),
        (3, 'kind = "code"', 'kind = "magic"', "`kind` is `magic`, but must be one of code, existence"),
        (1, 'kind = "code"', 'kind = "existence"', "`tokens` is missing in `pattern`, which is of kind `existence`"),
        (10, "[docs]", "[pattern]\ntokens = []\n[docs]", "a rule of kind `code` has no `pattern`"),
        (10, 'fix = "Do not."', "", "`fix` is missing in `docs`"),
        (16, 'savings = "none"', 'savings = "none"\nsaving = "none"', "unknown key `saving` in `docs`"),
        (16, '["https://example.com"]', "[1]", "`docs.evidence` must be a string"),
        (18, 'at = ["1:1", "2:10"]', "", "`at` is missing in `bad`"),
        (20, 'at = ["1:1", "2:10"]', "at = []", "`bad.at` must list places"),
        (20, '"2:10"', '"2"', "`bad.at` must list places"),
        (26, 'path = "tests/a.py"', 'at = ["1:1"]', "unknown key `at` in `good`"),
        (21, '{ "b.py" = "y = 1" }', '{ "b.py" = 1 }', "`bad.files` must be a string"),
        (24, "[[good]]", "[good]", "`good` must be a list"),
    ],
)
def test_mistake_in_a_rule_file_is_named(tmp_path: Path, line: int, old: str, new: str, message: str) -> None:
    with pytest.raises(UserError) as caught:
        load_rules(write(tmp_path, RULE.replace(old, new, 1)))
    assert str(caught.value).startswith(f"caching/made-up.toml:{line}: {message}")


def test_rule_needs_examples(tmp_path: Path) -> None:
    text = RULE[: RULE.index("[[good]]")].replace("[docs]", "good = []\n[docs]")
    with pytest.raises(UserError, match=r"made-up\.toml:10: `good` has no example"):
        load_rules(write(tmp_path, text))


def test_a_rule_may_be_pedantic(tmp_path: Path) -> None:
    (read,) = load_rules(write(tmp_path, RULE.replace("[docs]", "pedantic = true\n[docs]")))
    assert read.pedantic
    assert not read.is_default


@pytest.mark.parametrize("path", ["/etc/a.py", "../a.py", "", "a/../../b.py", "C:a.py"])
def test_an_example_lies_in_its_folder(tmp_path: Path, path: str) -> None:
    with pytest.raises(UserError, match="must be the path of a file below the example's folder"):
        load_rules(write(tmp_path, RULE.replace("tests/a.py", path)))


def test_folder_that_is_no_family(tmp_path: Path) -> None:
    with pytest.raises(UserError, match="there is no family `other`"):
        load_rules(write(tmp_path, RULE, "other/made-up.toml"))


def test_broken_rule_file_names_line_and_column(tmp_path: Path) -> None:
    with pytest.raises(UserError, match=r"made-up\.toml:1:8: this is not valid TOML"):
        load_rules(write(tmp_path, "code = \n"))


def test_two_rules_with_one_code(tmp_path: Path) -> None:
    write(tmp_path, RULE)
    with pytest.raises(UserError, match="two rules have the code `PL199`"):
        load_rules(write(tmp_path, RULE.replace("made-up", "other"), "caching/other.toml"))


def test_two_rules_with_one_name(tmp_path: Path) -> None:
    write(tmp_path, RULE)
    with pytest.raises(UserError, match="two rules have the name `made-up`"):
        load_rules(write(tmp_path, RULE.replace("PL199", "PL299"), "output/made-up.toml"))


def test_catalogue_of_this_checkout_is_sound() -> None:
    rules = load_rules()
    assert [rule.code for rule in rules] == sorted({rule.code for rule in rules})
    assert {rule.family for rule in rules} <= FAMILIES.keys()
    assert "PL001" in {rule.code for rule in rules}


def test_rules_of_a_checkout_lie_beside_the_package() -> None:
    assert rules_root() == Path(__file__).resolve().parents[1] / "rules"


def test_rules_of_a_wheel_lie_in_the_package_whatever_lies_beside_it(tmp_path: Path) -> None:
    """A folder `rules` and the pyproject.toml of another project beside the package are none of our business."""
    shutil.copytree(
        Path(catalogue.__file__).parent, tmp_path / "promptlint", ignore=shutil.ignore_patterns("__pycache__")
    )
    (tmp_path / "promptlint" / "rules").mkdir()
    (tmp_path / "rules").mkdir()
    (tmp_path / "pyproject.toml").write_text('[project]\nname = "another"\n')
    code = "from promptlint.catalogue import rules_root; print(rules_root())"
    run = subprocess.run([sys.executable, "-c", code], cwd=tmp_path, capture_output=True, text=True, check=True)
    assert run.stdout.strip() == str(tmp_path / "promptlint" / "rules")


def test_missing_rules_are_an_error(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(catalogue, "__file__", str(tmp_path / "promptlint" / "catalogue.py"))
    with pytest.raises(UserError, match="the rules are missing"):
        rules_root()


@pytest.mark.parametrize(
    ("settings", "codes"),
    [
        ({}, ["PL101", "PL103", "PL201"]),
        ({"select": ("PL1",)}, ["PL101", "PL103"]),
        ({"select": ("PL10",)}, ["PL101", "PL103"]),
        ({"select": ("PL103", "PL201")}, ["PL103", "PL201"]),
        ({"select": ("reused-prefix-not-cached",)}, ["PL103"]),
        ({"select": ("PL2",), "extend_select": ("PL103",)}, ["PL103", "PL201"]),
        ({"ignore": ("PL1",)}, ["PL201"]),
        ({"select": ("PL103",), "ignore": ("PL1",)}, ["PL103"]),
        ({"select": ("PL1",), "ignore": ("reused-prefix-not-cached",)}, ["PL101"]),
        ({"select": ("PL103",), "ignore": ("PL103",)}, []),
        ({"select": ("PL1",), "ignore": ("ALL",)}, ["PL101", "PL103"]),
        ({"ignore": ("ALL",)}, []),
        ({"select": ()}, []),
        ({"select": ("PL2",)}, ["PL201"]),
        ({"select": ("PL299",)}, []),
        ({"extend_select": ("rule-PL299",)}, ["PL101", "PL103", "PL201"]),
        ({"preview": True}, ["PL101", "PL103", "PL201", "PL299"]),
        ({"preview": True, "select": ("PL1",)}, ["PL101", "PL103"]),
        ({"preview": True, "ignore": ("PL299",)}, ["PL101", "PL103", "PL201"]),
        ({"pedantic": True}, ["PL101", "PL103", "PL106", "PL201"]),
        ({"pedantic": True, "select": ("PL2",)}, ["PL201"]),
        ({"pedantic": True, "ignore": ("PL106",)}, ["PL101", "PL103", "PL201"]),
        ({"select": ("PL10",)}, ["PL101", "PL103"]),
        ({"select": ("PL106",)}, ["PL106"]),
        ({"extend_select": ("rule-PL106",)}, ["PL101", "PL103", "PL106", "PL201"]),
        ({"select": ("ALL",), "pedantic": True, "preview": True}, ["PL101", "PL103", "PL106", "PL201", "PL299"]),
    ],
)
def test_most_specific_selector_wins(settings: dict[str, Any], codes: list[str]) -> None:
    assert on(**settings) == codes


@pytest.mark.parametrize(
    ("selector", "help"),
    [
        ("PL104", "did you mean `PL106`?"),
        ("pl201", "did you mean `PL201`?"),
        ("reused-prefix-uncached", "did you mean `reused-prefix-not-cached`?"),
        ("whatever", "`promptlint rule --all` lists the rules"),
    ],
)
def test_unknown_selector_names_the_nearest(selector: str, help: str) -> None:
    with pytest.raises(UserError, match=f"unknown rule `{selector}` in `ignore`") as caught:
        on(ignore=(selector,))
    assert caught.value.help == help
    assert suggestion(selector, RULES) == help


def test_unknown_selector_names_the_line_that_holds_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    text = 'ignore = ["PL9"]\nselect = [\n  "PL1",\n  "PL9",\n]\n'
    (tmp_path / "promptlint.toml").write_text(text, encoding="utf-8")
    settings = load(tmp_path)
    with pytest.raises(UserError, match=r"^promptlint\.toml:4: unknown rule `PL9` in `select`$"):
        select(RULES, settings)
    with pytest.raises(UserError, match=r"^unknown rule `PL9` in `select`$"):
        select(RULES, settings.override("command line", select=("PL9",)))


def test_words_in_common_tell_the_rule_that_was_meant() -> None:
    meant = {"retired-model": "retired-or-deprecated-model", "missing-max-token": "missing-max-tokens"}
    meant |= {"pl210": "PL210", "unused": "unused-suppression"}
    for written, name in meant.items():
        assert suggestion(written, load_rules()) == f"did you mean `{name}`?"


def test_unknown_selector_for_a_file() -> None:
    with pytest.raises(UserError, match="unknown rule `PL9` in `per-file-ignores`"):
        select(RULES, Settings(Path(), per_file_ignores={**TESTS, "a.py": ("PL9",)}))


def test_a_selector_is_no_part_of_a_word() -> None:
    assert [selector for selector in ("P", "PL", "PL1", "10", "reused", "ALL") if selects(selector, RULES[1])] == [
        "PL",
        "PL1",
        "ALL",
    ]
