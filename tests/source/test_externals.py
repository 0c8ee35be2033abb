"""What functions from outside the project give."""

from __future__ import annotations

from pathlib import Path

import pytest

from promptlint.request import Hole
from tests.source.reading import asked, capped, modelled, only_call


@pytest.mark.parametrize(
    ("expression", "values", "complete", "how"),
    [
        ("os.getenv('M', 'claude-haiku-5-5')", ("claude-haiku-5-5",), True, "env-default"),
        ("os.getenv('M', default='claude-haiku-5-5')", ("claude-haiku-5-5",), True, "env-default"),
        ("getenv('M', 'claude-haiku-5-5')", ("claude-haiku-5-5",), True, "env-default"),
        ("os.environ.get('M', 'claude-haiku-5-5')", ("claude-haiku-5-5",), True, "env-default"),
        ("environ.get('M', 'claude-haiku-5-5')", ("claude-haiku-5-5",), True, "env-default"),
        ("os.environ.get('M', DEFAULT)", ("claude-haiku-5-5",), True, "env-default"),
        ("os.getenv('M') or 'claude-haiku-5-5'", ("claude-haiku-5-5",), True, "env-default"),
        ("os.environ.get('M') or DEFAULT", ("claude-haiku-5-5",), True, "env-default"),
        ("os.getenv('A') or os.getenv('B') or 'claude-haiku-5-5'", ("claude-haiku-5-5",), True, "env-default"),
        ("os.getenv('A', os.getenv('B', 'claude-haiku-5-5'))", ("claude-haiku-5-5",), True, "env-default"),
        ("os.getenv('M', 'claude-haiku-5-5').strip()", ("claude-haiku-5-5",), True, "env-default"),
        ("str(os.getenv('M', 'claude-haiku-5-5'))", ("claude-haiku-5-5",), True, "env-default"),
        ("os.getenv('M')", (), False, "unknown"),
        ("os.environ['M']", (), False, "unknown"),
        ("None or 'claude-haiku-5-5'", ("claude-haiku-5-5",), True, "literal"),
        ("'' or DEFAULT", ("claude-haiku-5-5",), True, "constant"),
        ("DEFAULT or 'other'", ("claude-haiku-5-5",), True, "constant"),
        ("DEFAULT if os.getenv('FAST') else 'other'", ("claude-haiku-5-5", "other"), True, "constant"),
        ("config('M', default='claude-haiku-5-5')", ("claude-haiku-5-5",), True, "env-default"),
        ("cast(str, DEFAULT)", ("claude-haiku-5-5",), True, "constant"),
    ],
)
def test_models_from_the_environment(
    tmp_path: Path, expression: str, values: tuple[str, ...], complete: bool, how: str
) -> None:
    source = (
        "import os\nfrom os import environ, getenv\nfrom decouple import config\nfrom typing import cast\n"
        f"DEFAULT = 'claude-haiku-5-5'\ndef f():\n    use({expression})\n"
    )
    found = modelled(tmp_path, source)
    assert (found.values, found.complete, found.how) == (values, complete, how)


def test_an_option_in_front_of_the_environment(tmp_path: Path) -> None:
    source = "import os\ndef f(model=None):\n    use(model or os.getenv('M') or 'claude-haiku-5-5')"
    found = modelled(tmp_path, source)
    assert (found.values, found.complete) == (("claude-haiku-5-5",), False)


def test_the_first_default_that_is_set_wins(tmp_path: Path) -> None:
    source = "import os\nA = os.getenv('A', 'claude-haiku-5-5')\nuse(A or 'claude-opus-4-8')"
    assert modelled(tmp_path, source).values == ("claude-haiku-5-5",)


@pytest.mark.parametrize(
    ("expression", "value"),
    [
        ("int('512')", 512),
        ("int(os.getenv('N', '512'))", 512),
        ("int(os.environ.get('N', 512))", 512),
        ("int(os.getenv('N') or 512)", 512),
        ("int(4096 * 0.5)", 2048),
        ("max(1, 2, 3)", 3),
        ("min(int('5'), 7)", 5),
        ("round(7)", None),
        ("int('many')", None),
        ("len(os.listdir('.'))", None),
        ("int(10 ** 400 / 3)", None),
        ("10 ** 10 ** 10", None),
        ("1 << 10 ** 10", None),
        ("1 / 0", None),
        ("1 % 0", None),
    ],
)
def test_numbers(tmp_path: Path, expression: str, value: int | None) -> None:
    assert capped(tmp_path, f"import os\ncap({expression})").only == value


@pytest.mark.parametrize(
    ("expression", "prompt"),
    [
        ("json.dumps({'a': [1, True, None, 'é']})", '{"a": [1, true, null, "\\u00e9"]}'),
        ("json.dumps({'b': 1, 'a': 'é'}, ensure_ascii=False, sort_keys=True)", '{"a": "é", "b": 1}'),
        ("json.dumps({'a': 1}, indent=2)", '{\n  "a": 1\n}'),
        ("json.dumps(['a', 'b'], separators=(',', ':'))", '["a","b"]'),
        ("json.dumps(x)", "{json.dumps(x)}"),
        ("json.dumps({'a': x})", "{json.dumps({'a': x})}"),
        ("str(3.5)", "3.5"),
        ("str()", ""),
        ("' '.join(map(str, [1, 2]))", "{map(str, [1, 2])}"),
        ("' '.join(list(('a', 'b')))", "a b"),
        ("' '.join(tuple(['a', 'b']))", "a b"),
        ("dict(a='x')['a']", "x"),
        ("{**dict(a='y'), 'a': 'x'}['a']", "x"),
        ("copy.deepcopy(['x'])[0]", "x"),
        ("str('x' * 3)", "xxx"),
        ("len('abc')", "{len('abc')}"),
        ("unknown('x')", "{unknown('x')}"),
    ],
)
def test_values(tmp_path: Path, expression: str, prompt: str) -> None:
    assert asked(tmp_path, f"import copy, json\ndef f(x):\n    ask({expression})") == prompt


@pytest.mark.parametrize(
    ("expression", "origin", "lifetime", "detail"),
    [
        ("datetime.now()", "clock", "request", "datetime.datetime.now"),
        ("datetime.now().isoformat()", "clock", "request", "datetime.datetime.now"),
        ("f'{datetime.now():%Y-%m-%d}'", "clock", "request", "datetime.datetime.now"),
        ("time.time()", "clock", "request", "time.time"),
        ("str(uuid.uuid4())", "random", "request", "uuid.uuid4"),
        ("random.choice(['a', 'b'])", "random", "request", "random.choice"),
        ("open('p.md').read()", "file", "request", "builtins.open"),
        ("Path('p.md').read_text()", "file", "request", "pathlib.Path"),
        ("os.environ['P']", "environment", "process", "os.environ"),
        ("os.getenv('P')", "environment", "process", "os.getenv"),
        ("input('?')", "input", "process", "builtins.input"),
        ("', '.join(os.listdir('.'))", "unordered", "request", "os.listdir"),
        ("sys.argv[1]", "input", "process", "sys.argv"),
    ],
)
def test_what_is_known_at_run_time_only(
    tmp_path: Path, expression: str, origin: str, lifetime: str, detail: str
) -> None:
    source = (
        "import anthropic, os, random, sys, time, uuid\nfrom datetime import datetime\nfrom pathlib import Path\n"
        f"def f():\n    anthropic.Anthropic().messages.create(model='m', system={expression})"
    )
    [hole] = only_call(tmp_path, source).request.system.text.parts
    assert isinstance(hole, Hole)
    assert (hole.origin, hole.lifetime, hole.detail) == (origin, lifetime, detail)


def test_a_clock_read_at_import_is_fixed_for_the_process(tmp_path: Path) -> None:
    source = (
        "import anthropic\nfrom datetime import datetime\nSTARTED = datetime.now()\n"
        "def f():\n    anthropic.Anthropic().messages.create(model='m', system=f'Now: {STARTED}')"
    )
    hole = only_call(tmp_path, source).request.system.text.parts[1]
    assert isinstance(hole, Hole)
    assert (hole.name, hole.origin, hole.lifetime) == ("STARTED", "clock", "process")


@pytest.mark.parametrize("key", ["True", "False", "None"])
def test_keys_that_json_writes_in_another_way(tmp_path: Path, key: str) -> None:
    assert asked(tmp_path, f"import json\nask(json.dumps([{{{key}: 1}}]))") == f"{{json.dumps([{{{key}: 1}}])}}"


@pytest.mark.parametrize(
    ("expression", "values"),
    [
        ("'a' if collections.Counter() else 'b'", {"a", "b"}),
        ("bool(os.environ.get('FLAG')) and 'a' or 'b'", {"a", "b"}),
    ],
)
def test_truth_that_is_not_known(tmp_path: Path, expression: str, values: set[str]) -> None:
    assert set(modelled(tmp_path, f"import collections, os\nuse({expression})").values) == values


@pytest.mark.parametrize(
    "made",
    [
        "BetaTextBlockParam(type='text', text='x')",
        "Block(type='text', text='x')",
        "Cached(text='x')",
        "Block({'text': 'x'})",
    ],
)
def test_a_typed_dict_is_a_mapping(tmp_path: Path, made: str) -> None:
    source = (
        "from typing import TypedDict\nfrom anthropic.types.beta import BetaTextBlockParam\n"
        "class Block(TypedDict):\n    type: str\n    text: str\n"
        "class Cached(Block, total=False):\n    cache_control: dict\n"
        f"block = {made}\nblock['text'] += '!'\nask(block['text'] + block.get('more', '?'))"
    )
    assert asked(tmp_path, source) == "x!?"
