"""Rules that a user has written: from the documentation's example to everything that can be wrong with one."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from promptlint.cli import main

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs" / "own-rules.md").read_text(encoding="utf-8")
RULE = re.findall(r"```toml\n(.*?)```", PAGE, re.DOTALL)[0]
CODE = """\
import anthropic

client = anthropic.Anthropic()


def answer(question: str) -> str:
    reply = client.messages.create(
        model="claude-haiku-5-5",
        max_tokens=2000,
        system="Please answer in one sentence.",
        messages=[{"role": "user", "content": question}],
    )
    print(reply.usage)
    return reply.content[0].text
"""


class Project:
    def __init__(self, root: Path, capsys: pytest.CaptureFixture[str]) -> None:
        self.root, self.capsys = root, capsys
        self.write("promptlint.toml", 'extra-rules = ["policies/"]\n')
        self.write("policies/no-please.toml", RULE)
        self.write("app.py", CODE)

    def write(self, name: str, text: str) -> None:
        (self.root / name).parent.mkdir(parents=True, exist_ok=True)
        (self.root / name).write_text(text, encoding="utf-8")

    def __call__(self, *arguments: str) -> tuple[int, str, str]:
        return main.run(arguments), *self.capsys.readouterr()

    def check(self, *arguments: str) -> list[str]:
        _, out, err = self("check", "--output-format", "concise", "--quiet", *arguments)
        assert err == ""
        return out.splitlines()


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Project:
    monkeypatch.chdir(tmp_path)
    return Project(tmp_path, capsys)


FOUND = 'app.py:10:17: ACME001 warning "Please" is politeness that nobody reads'


def test_the_example_of_the_documentation_works(project: Project) -> None:
    holds = "policies/no-please.toml: ACME001 no-please: 3 examples hold\n"
    assert project("rule", "--test", "policies/") == (0, holds, "")
    assert project("rule", "--test", "policies/no-please.toml", "--quiet") == (0, "", "")
    assert project.check() == [FOUND]
    assert project("check")[0] == 1


def test_every_kind_is_documented() -> None:
    from promptlint.rule_file import PATTERNS

    assert re.findall(r"^\| `(\w+)` \| ", PAGE, re.MULTILINE) == ["kind", *PATTERNS]


def test_it_is_chosen_as_any_other_rule(project: Project) -> None:
    for wanted in ("ACME", "ACME0", "ACME001", "no-please"):
        assert project.check("--select", wanted) == [FOUND]
        assert project.check("--ignore", wanted) == []
    assert project.check("--select", "PL4") == []
    project.write("promptlint.toml", 'extra-rules = ["policies/"]\nper-file-ignores = { "app.py" = ["ACME"] }\n')
    assert project.check() == []


def test_a_comment_silences_it(project: Project) -> None:
    comment = "  # promptlint: ignore[ACME001] they like it"
    project.write("app.py", CODE.replace('sentence.",', f'sentence.",{comment}'))
    assert project.check() == []
    assert project.check("--no-ignores") == [FOUND]
    project.write("app.py", CODE.replace('sentence.",', f'sentence.",{comment}').replace("Please", "Now"))
    assert [line.split()[1] for line in project.check()] == ["PL001"]


def test_json_and_cost_know_it(project: Project) -> None:
    _, out, _ = project("check", "--output-format", "json")
    (finding,) = json.loads(out)["findings"]
    assert (finding["code"], finding["help"], finding["call"]) == ("ACME001", "Leave it out.", "app.py::answer")
    project.write("promptlint.toml", 'extra-rules = ["policies/"]\nselect = ["ACME"]\n')
    assert project("cost")[0] == 0


def test_it_is_explained_and_listed(project: Project) -> None:
    assert project("rule", "ACME001")[1].startswith('ACME001 no-please\n\n"<match>" is politeness that nobody reads.\n')
    lines = project("rule", "--all")[1].splitlines()
    assert lines[0].startswith("ACME001  warning  no-please ")
    assert lines[1].startswith("PL001    info     unused-suppression ")
    rules = json.loads(project("rule", "--all", "--output-format", "json")[1])["rules"]
    assert [rule["code"] for rule in rules if rule["path"] == "policies/no-please.toml"] == ["ACME001"]


def test_it_is_part_of_the_resolved_settings(project: Project) -> None:
    assert 'extra-rules = ["policies/"]  # promptlint.toml\n' in project("config", "--resolved")[1]


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ('"7:13"', '"7:14"', "14: `bad` example 1 should be reported at 7:14, and is reported at 7:13"),
        ('"1:1"', '"1:1", "1:9"', "28: `bad` example 2 should be reported at 1:1, 1:9, and is reported at 1:1"),
        (
            'Never write "please" to',
            "Please write to",
            "33: `good` example 1 should be reported nowhere, and is reported at 1:1",
        ),
    ],
)
def test_an_example_that_is_not_as_it_says(project: Project, old: str, new: str, message: str) -> None:
    project.write("policies/no-please.toml", RULE.replace(old, new))
    assert project("rule", "--test", "policies") == (2, "", f"error: policies/no-please.toml:{message}\n")


def test_an_example_that_cannot_be_analysed(project: Project) -> None:
    project.write("policies/no-please.toml", RULE.replace("client = ", "client = ("))
    code, _, err = project("rule", "--test", "policies")
    assert code == 2
    assert err.startswith("error: policies/no-please.toml:14: the example cannot be analysed: example.py:3: ")


WRONG = [
    ("summary =", "sumary =", "1: `summary` is missing"),
    ("[pattern]", 'colour = "red"\n\n[pattern]', "11: unknown key `colour` in `docs`"),
    ('"please", ', '"plea(se", ', "12: `plea(se` cannot be searched for: missing ): plea(se"),
    ('"please", ', '"(?=please)", ', "12: `(?=please)` cannot be searched for: invalid perl operator: (?="),
    ("tokens", "words", "11: `tokens` is missing in `pattern`, which is of kind `existence`"),
    ("tokens", "swap = {}\ntokens", "12: unknown key `swap` in `pattern` of kind `existence`"),
    ("ACME001", "PL001", "2: `code` is `PL001`, but codes that begin with PL are promptlint's own"),
    ("ACME001", "acme-1", "2: `code` is `acme-1`, but must be capital letters and a number, such as ACME001"),
    ('"existence"', '"code"', "4: `kind` is `code`, but must be one of existence, substitution, repetition, "),
    ('"warning"', '"grave"', "5: `severity` is `grave`, but must be one of error, warning, info"),
    ('"no-please"', '"No please"', "3: `name` is `No please`, but must be words in lower case with hyphens between"),
    ('path = "triage.md"', 'path = "../triage.md"', "28: `../triage.md` must be the path of a file below the "),
    ("at = [", "at = [1, ", "26: `bad.at` must be a string"),
]


@pytest.mark.parametrize(("old", "new", "message"), WRONG)
@pytest.mark.parametrize("command", [("check",), ("rule", "--test", "policies"), ("rule", "--all"), ("cost",)])
def test_a_mistake_is_named_with_its_line(
    project: Project, command: tuple[str, ...], old: str, new: str, message: str
) -> None:
    project.write("policies/no-please.toml", RULE.replace(old, new, 1))
    code, out, err = project(*command)
    assert (code, out) == (2, "")
    assert err.startswith(f"error: policies/no-please.toml:{message}")
    assert "\nhelp: " in err


@pytest.mark.parametrize(
    ("written", "message"),
    [
        ("../elsewhere", "`../elsewhere` lies outside of the project "),
        ("/etc", "`/etc` lies outside of the project "),
        ("nowhere", "`nowhere` does not exist"),
        ("empty", "`empty` holds no rule"),
    ],
)
def test_rules_are_files_of_the_project(project: Project, written: str, message: str) -> None:
    (project.root / "empty").mkdir()
    project.write("promptlint.toml", f'extra-rules = ["{written}"]\n')
    code, _, err = project("check")
    assert code == 2
    assert err.startswith(f"error: promptlint.toml:1: {message}")


def test_a_link_out_of_the_project_is_not_followed(project: Project, tmp_path_factory: pytest.TempPathFactory) -> None:
    outside = tmp_path_factory.mktemp("outside") / "other.toml"
    outside.write_text(RULE.replace("001", "002").replace("no-please", "other"), encoding="utf-8")
    (project.root / "policies" / "other.toml").symlink_to(outside)
    assert project.check("--select", "ACME") == [FOUND]


def test_no_two_rules_have_one_code_or_name(project: Project) -> None:
    project.write("policies/second.toml", RULE.replace("no-please", "other"))
    expected = "error: policies/second.toml: there is a rule `ACME001` already, policies/no-please.toml\n"
    assert project("check")[2].startswith(expected)
    project.write("policies/second.toml", RULE.replace("ACME001", "ACME002").replace("no-please", "verbose-prompt"))
    expected = "error: policies/second.toml: there is a rule `verbose-prompt` already, promptlint's own\n"
    assert project("check")[2].startswith(expected)


def test_rule_on_trial_and_advice(project: Project) -> None:
    project.write("policies/no-please.toml", RULE.replace("[docs]", 'status = "preview"\n[docs]'))
    assert project.check() == []
    assert project.check("--preview") == [FOUND]
    project.write("policies/no-please.toml", RULE.replace("[docs]", "pedantic = true\n[docs]"))
    assert project.check() == []
    assert project.check("--pedantic", "--select", "ACME") == [FOUND]
    assert project.check("--extend-select", "ACME001") == [FOUND]
