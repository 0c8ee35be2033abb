"""Prompts in JSON, TOML and YAML: the texts behind keys, their places, and files that are not what they seem."""

from __future__ import annotations

import time
from pathlib import Path

import pytest

from promptlint.request import CallSite, Place, Problem
from tests.source.reading import SEND, capped, modelled, read, written

JSON = (
    '{\n  "model": "claude-haiku-5-5",\n  "limit": 512,\n  "prompts": {"system": "Be \\"kind\\".\\nBe \\u00e9."}\n}\n'
)
TOML = 'model = "claude-haiku-5-5"\nlimit = 512\n\n[prompts]\nsystem = """\nBe "kind".\nBe é."""\n'
YAML = 'model: claude-haiku-5-5\nlimit: 512\nprompts:\n  system: |-\n    Be "kind".\n    Be é.\n'
TEXT = 'Be "kind".\nBe é.'
START = "import anthropic, json, tomllib, yaml\nfrom pathlib import Path\n"
KEYS = "['prompts']['system']"


def calls(root: Path, source: str, name: str, data: str | bytes) -> tuple[CallSite, tuple[Problem, ...]]:
    project = read(root, {name: data, "main.py": START + source.replace("ask(", f"{SEND}system=")})
    [call] = project.calls
    return call, project.problems


@pytest.mark.parametrize(
    ("name", "data", "expression"),
    [
        ("p.json", JSON, "json.load(open('p.json'))"),
        ("p.json", JSON, "json.load(open('p.json', 'rb'))"),
        ("p.json", JSON, "json.loads(Path('p.json').read_text())"),
        ("p.json", JSON, "json.loads(Path('p.json').read_bytes())"),
        ("p.toml", TOML, "tomllib.load(open('p.toml', 'rb'))"),
        ("p.toml", TOML, "tomllib.loads(Path('p.toml').read_text())"),
        ("p.yaml", YAML, "yaml.safe_load(open('p.yaml'))"),
        ("p.yaml", YAML, "yaml.safe_load(Path('p.yaml').read_text())"),
        ("p.yaml", YAML, "yaml.load(open('p.yaml'), Loader=yaml.SafeLoader)"),
    ],
)
def test_a_key_of_a_file(tmp_path: Path, name: str, data: str, expression: str) -> None:
    call, problems = calls(tmp_path, f"ask({expression}{KEYS})", name, data)
    assert (call.request.system.text.known, problems) == (TEXT, ())
    [piece] = call.request.system.text.pieces()
    assert piece.place.path == name
    at = TEXT.index("é")
    line = next(number for number, line in enumerate(data.splitlines(), 1) if "Be é" in line or "\\u00e9" in line)
    column = data.splitlines()[line - 1].index("\\u" if name == "p.json" else "é") + 1
    assert (piece.locate(at, at + 1).line, piece.locate(at, at + 1).column) == (line, column)
    assert [(step.how, step.name) for step in piece.trail][:1] == [("import", name)]


def test_the_place_of_a_text_in_json(tmp_path: Path) -> None:
    call, _ = calls(tmp_path, f"ask(json.load(open('p.json')){KEYS})", "p.json", JSON)
    [piece] = call.request.system.text.pieces()
    assert piece.place == Place("p.json", 4, 25, 4, 51)
    assert piece.locate(TEXT.index("kind"), TEXT.index("kind") + 4) == Place("p.json", 4, 31, 4, 35)


def test_json_in_the_code_has_places_too(tmp_path: Path) -> None:
    call, _ = calls(tmp_path, """ask(json.loads('{"a": "Be kind."}')['a'])""", "p.json", "")
    [piece] = call.request.system.text.pieces()
    line = (tmp_path / "main.py").read_text().splitlines()[2]
    assert piece.locate(0, 2) == Place("main.py", 3, line.index("Be") + 1, 3, line.index("Be") + 3)


@pytest.mark.parametrize(
    ("source", "text"),
    [
        ('{"a": ["x", "y"]}', "xy"),
        ('{"a": ["\\ud83d\\ude42", "\\/"]}', "🙂/"),
        ('  {"a" : [ "" , "y" ] }  ', "y"),
        ('{"a": ["n", "o"], "a": ["x", "y"]}', "xy"),
    ],
)
def test_json(tmp_path: Path, source: str, text: str) -> None:
    call, _ = calls(tmp_path, "d = json.load(open('p.json'))\nask(d['a'][0] + d['a'][1])", "p.json", source)
    assert call.request.system.text.known == text


@pytest.mark.parametrize(
    ("source", "text"),
    [
        ("a: plain", "plain"),
        ("a: 'it''s'", "it's"),
        ('a: "x\\ny"', "x\ny"),
        ("a: >\n  folded\n  text\n", "folded text\n"),
        ("a: |\n\n  x\n    y\n\nb: 1\n", "\nx\n  y\n"),
        ("base: &b\n  a: x\n<<: *b\n", "x"),
        ("base: &b\n  a: x\n<<: *b\na: y\n", "y"),
        ("x: &t Be kind.\na: *t\n", "Be kind."),
        ("a: !!python/object/apply:os.system ['echo']", None),
        ("a: !custom text", "text"),
    ],
)
def test_yaml(tmp_path: Path, source: str, text: str | None) -> None:
    call, problems = calls(tmp_path, "ask(yaml.safe_load(open('p.yaml'))['a'])", "p.yaml", source)
    assert (call.request.system.text.known, problems) == (text, ())


def test_settings_in_files(tmp_path: Path) -> None:
    config = "import json, tomllib, yaml\n"
    assert modelled(tmp_path, f"{config}use(json.load(open('p.json'))['model'])", {"p.json": JSON}).values == (
        "claude-haiku-5-5",
    )
    assert modelled(tmp_path, f"{config}use(yaml.safe_load(open('p.yaml'))['model'])", {"p.yaml": YAML}).how == "import"
    assert capped(tmp_path, f"{config}cap(json.load(open('p.json'))['limit'])", {"p.json": JSON}).only == 512
    assert capped(tmp_path, f"{config}cap(yaml.safe_load(open('p.yaml'))['limit'])", {"p.yaml": YAML}).only == 512
    assert capped(tmp_path, f"{config}cap(tomllib.load(open('p.toml', 'rb'))['limit'])", {"p.toml": TOML}).only == 512


def test_a_key_that_is_given(tmp_path: Path) -> None:
    source = (
        "PROMPTS = yaml.safe_load(open('p.yaml'))\ndef prompt(name, **values):\n"
        "    return PROMPTS['prompts'][name].format(**values)\ndef f(who):\n    ask(prompt('hello', who=who))"
    )
    call, _ = calls(tmp_path, source, "p.yaml", "prompts:\n  hello: Hello {who}!\n  bye: Bye!\n")
    assert written(call.request.system.text) == "Hello {who}!"


@pytest.mark.parametrize(
    ("name", "data", "expression", "line", "message"),
    [
        ("p.json", '{\n "a": }', "json.load(open('p.json'))", 2, "this is not valid JSON: expecting value"),
        ("p.json", "[" * 100_000, "json.load(open('p.json'))", None, "this JSON is nested too deeply, or holds"),
        ("p.toml", "a = 1\nb = ", "tomllib.load(open('p.toml', 'rb'))", 2, "this is not valid TOML: invalid value"),
        ("p.yaml", "a: 1\n b: 2", "yaml.safe_load(open('p.yaml'))", 2, "this is not valid YAML: mapping values are"),
        ("p.yaml", "a: [1", "yaml.safe_load(open('p.yaml'))", 1, "this is not valid YAML: expected ',' or ']'"),
        ("p.yaml", "a: *none", "yaml.safe_load(open('p.yaml'))", 1, "this is not valid YAML: found undefined alias"),
        ("p.yaml", "a: \x01", "yaml.safe_load(open('p.yaml'))", None, "this YAML is nested too deeply, or holds"),
        ("p.yaml", "[" * 100_000, "yaml.safe_load(open('p.yaml'))", None, "this YAML is nested too deeply, or holds"),
    ],
    ids=["json", "deep json", "toml", "yaml", "open yaml", "alias", "character", "deep yaml"],
)
def test_a_malformed_file_is_one_problem(
    tmp_path: Path, name: str, data: str, expression: str, line: int | None, message: str
) -> None:
    source = f"def f(): return {expression}['a'] + {expression}['b']\nask(f())"
    call, problems = calls(tmp_path, source, name, data)
    assert call.request.system.text.known is None
    [problem] = problems
    assert (problem.path, problem.line, problem.message[: len(message)]) == (name, line, message)
    assert problem.help == "correct the file: what the code sends of it is not known"


def test_a_yaml_bomb_is_a_problem(tmp_path: Path) -> None:
    lines = ["a0: &a0 [x, x, x, x, x, x, x, x, x]"]
    lines += [f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 9)}]" for n in range(1, 12)]
    started = time.process_time()
    call, problems = calls(tmp_path, "ask(str(yaml.safe_load(open('p.yaml'))['a11']))", "p.yaml", "\n".join(lines))
    assert time.process_time() - started < 10
    assert [problem.message for problem in problems] == ["the aliases make more than 20,000 values"]
    assert call.request.system.text.known is None


def test_a_yaml_that_holds_itself_is_a_problem(tmp_path: Path) -> None:
    _, problems = calls(tmp_path, "ask(yaml.safe_load(open('p.yaml'))['a'])", "p.yaml", "a: &a [*a]")
    assert len(problems) == 1


def test_what_the_model_answered_is_not_known(tmp_path: Path) -> None:
    source = "def f(reply):\n    ask(json.loads(reply)['a'] + json.loads('{' + reply)['a'])"
    call, problems = calls(tmp_path, source, "p.json", "")
    assert (call.request.system.text.static, problems) == ("", ())


def test_broken_json_in_the_code_is_no_problem(tmp_path: Path) -> None:
    _, problems = calls(tmp_path, "ask(json.loads('{')['a'])", "p.json", "")
    assert problems == ()
