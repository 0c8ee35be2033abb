from __future__ import annotations

import json

import pytest

from promptlint.catalogue import load_rules
from promptlint.cli import main


@pytest.mark.parametrize("word", ["PL103", "pl103", "reused-prefix-not-cached"])
def test_a_rule_by_code_or_name(word: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main.run(["rule", word]) == 0
    assert capsys.readouterr().out.startswith("PL103 reused-prefix-not-cached\n\nA reused prompt prefix of <tokens>")


def test_every_rule_has_a_line(capsys: pytest.CaptureFixture[str]) -> None:
    assert main.run(["rule", "--all"]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert [line.split()[0] for line in lines] == [rule.code for rule in load_rules()]


def test_json_of_one_and_of_all(capsys: pytest.CaptureFixture[str]) -> None:
    assert main.run(["rule", "PL103", "--output-format", "json"]) == 0
    assert [rule["name"] for rule in json.loads(capsys.readouterr().out)["rules"]] == ["reused-prefix-not-cached"]
    assert main.run(["rule", "--all", "--output-format", "json"]) == 0
    assert len(json.loads(capsys.readouterr().out)["rules"]) == len(load_rules())


@pytest.mark.parametrize("arguments", [[], ["PL103", "--all"]])
def test_one_rule_or_all_of_them(arguments: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    assert main.run(["rule", *arguments]) == 2
    assert capsys.readouterr().err.startswith("error: ")


def test_a_typo_gets_a_suggestion(capsys: pytest.CaptureFixture[str]) -> None:
    assert main.run(["rule", "reused-prefix-not-cache"]) == 2
    expected = "error: unknown rule `reused-prefix-not-cache`\nhelp: did you mean `reused-prefix-not-cached`?\n"
    assert capsys.readouterr().err == expected
