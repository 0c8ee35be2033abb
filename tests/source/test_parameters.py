"""What a parameter holds where the callers do not say it, and what a call of a function gives."""

from __future__ import annotations

from pathlib import Path

import pytest

from promptlint.request import Hole, Place
from tests.source.reading import SEND, Sources, asked, capped, modelled, only_call, read


@pytest.mark.parametrize(
    ("source", "prompt"),
    [
        ("def f(p):\n    ask(p)", "{p}"),
        ("def f(p='x'):\n    ask(p)", "[x|{p}]"),
        ("def f(*, p='x'):\n    ask(p)", "[x|{p}]"),
        ("def f(a, /, p='x'):\n    ask(p)", "[x|{p}]"),
        ("P = 'x'\ndef f(p=P):\n    ask(p)", "[x|{p}]"),
        ("def f(p=None):\n    ask(p or 'x')", "[{p}|x]"),
        ("def f(p=None):\n    if p is None:\n        p = 'x'\n    ask(p)", "[|[x|{p}]]"),
        ("def f(p=None):\n    p = 'x' if p is None else p\n    ask(p)", "[x|{p}]"),
        ("def f(p):\n    p = p.strip()\n    ask(p)", "{p}"),
        ("def f(p):\n    p += '!'\n    ask(p)", "{p}!"),
        ("def f(*args):\n    ask(args[0])", "{args[0]}"),
        ("def f(**kw):\n    ask(kw['p'])", "{kw['p']}"),
        ("f = lambda p: ask(p)", "{p}"),
    ],
)
def test_open(tmp_path: Path, source: str, prompt: str) -> None:
    assert asked(tmp_path, source) == prompt


@pytest.mark.parametrize(
    ("source", "prompt"),
    [
        ("def g(p):\n    return p\nask(g('x'))", "x"),
        ("def g(p='x'):\n    return p\nask(g())", "x"),
        ("def g(a, *, p):\n    return a + p\nask(g('x', p='y'))", "xy"),
        ("def g(*parts):\n    return ' '.join(parts)\nask(g('x', 'y'))", "x y"),
        ("def g(**kw):\n    return '{a}-{b}'.format(**kw)\nask(g(a='x', b='y'))", "x-y"),
        ("def g(a, b):\n    return a + b\nask(g(*['x', 'y']))", "xy"),
        ("def g(a, b):\n    return a + b\nask(g(**{'a': 'x', 'b': 'y'}))", "xy"),
        ("def g(kind):\n    if kind == 'a':\n        return 'x'\n    return 'y'\nask(g('a'))", "x"),
        ("def g(kind):\n    if kind == 'a':\n        return 'x'\n    return 'y'\ndef f(k):\n    ask(g(k))", "[x|y]"),
        ("def g():\n    return 'x', 'y'\na, b = g()\nask(b)", "y"),
        ("def g():\n    return {'system': 'x'}\nask(g()['system'])", "x"),
        ("async def g():\n    return 'x'\nasync def f():\n    ask(await g())", "x"),
        ("def g(n):\n    if not n:\n        return ''\n    return g(n - 1)\nask(g(3))", ""),
        ("def g(text):\n    def h():\n        return text\n    return h\nask(g('x')())", "x"),
        ("g = lambda a, b='y': a + b\nask(g('x'))", "xy"),
        (
            "def g():\n    try:\n        return load()\n    except OSError:\n        return 'x'\nask(g())",
            "[{load()}|x]",
        ),
        ("def g():\n    for i in x:\n        return 'x'\n    return None\nask(g())", "[|x]"),
        ("def g():\n    if y:\n        return 'x'\nask(g())", "[|x]"),
        ("def g():\n    if y:\n        return 'x'\nask(g() or 'z')", "[x|z]"),
        ("def g():\n    if y:\n        return None\n    return 'x'\nask(f'{g()}!')", "[x|None]!"),
        ("def g():\n    if y:\n        return []\n    return ['x']\nask('a' if g() else 'b')", "[a|b]"),
        ("def g():\n    while True:\n        return 'x'\nask(g())", "x"),
        ("def g():\n    return 'x'\nask(g())", "x"),
        ("def g():\n    yield 'x'\nask(g())", "{g()}"),
        ("def g():\n    pass\nask(g())", "{g()}"),
        ("from functools import partial\ndef g(a, b):\n    return a + b\nask(partial(g, 'x')('y'))", "xy"),
        ("from functools import partial\ndef g(a, b):\n    return a + b\nh = partial(g, b='y')\nask(h('x'))", "xy"),
        ("import asyncio\ndef g(a):\n    return a\nasync def f():\n    ask(await asyncio.to_thread(g, 'x'))", "x"),
        ("from functools import lru_cache\n@lru_cache\ndef g():\n    return 'x'\nask(g())", "x"),
    ],
)
def test_returned(tmp_path: Path, source: str, prompt: str) -> None:
    assert asked(tmp_path, source) == prompt


def test_the_hole_of_a_parameter(tmp_path: Path) -> None:
    source = "import anthropic\ndef f(p: str):\n    anthropic.Anthropic().messages.create(model='m', system=p)\n"
    [hole] = only_call(tmp_path, source).request.system.text.parts
    assert isinstance(hole, Hole)
    assert (hole.origin, hole.lifetime, hole.reason) == ("parameter", "request", "a parameter of f")
    assert [(step.how, step.name) for step in hole.trail] == [("parameter", "p")]
    assert (hole.place.line, hole.place.column, hole.place.end_column) == (2, 7, 13)


def test_a_parameter_of_the_constructor_lives_as_long_as_the_object(tmp_path: Path) -> None:
    source = (
        "import anthropic\n"
        "class A:\n"
        "    def __init__(self, p):\n"
        "        self.p = p\n"
        "    def f(self):\n"
        "        anthropic.Anthropic().messages.create(model='m', system=self.p)\n"
    )
    [hole] = only_call(tmp_path, source).request.system.text.parts
    assert isinstance(hole, Hole)
    assert (hole.name, hole.origin, hole.lifetime) == ("p", "parameter", "conversation")


def test_default_model_is_a_parameter(tmp_path: Path) -> None:
    found = modelled(tmp_path, "def f(model='claude-haiku-5-5'):\n    use(model)")
    assert (found.values, found.complete, found.how) == (("claude-haiku-5-5",), False, "parameter")


def test_optional_cap(tmp_path: Path) -> None:
    found = capped(tmp_path, "def f(cap_: int | None = None):\n    cap(cap_ or 1024)")
    assert (found.values, found.complete) == ((1024,), False)


SERVICE: Sources = {
    "service.py": "class Prompts:\n    text = 'x'\n    def __init__(self):\n        self.more = 'y'\n",
}


@pytest.mark.parametrize(
    "annotation",
    [
        "Prompts",
        "'Prompts'",
        "Prompts | None",
        "Optional[Prompts]",
        "'Prompts | None'",
        "Optional['Prompts']",
        "Annotated[Prompts, 1]",
        "service.Prompts",
        "Alias",
        "'Alias'",
    ],
)
def test_annotations_promise_objects(tmp_path: Path, annotation: str) -> None:
    imports = (
        "import service\nfrom typing import Annotated, Optional\nfrom service import Prompts\nAlias = Prompts | None\n"
    )
    assert asked(tmp_path, f"{imports}def f(p: {annotation}):\n    ask(p.text + p.more)", SERVICE) == "xy"
    assert asked(tmp_path, f"{imports}def f(p: {annotation} = None):\n    ask(p.text)", SERVICE) == "x"


@pytest.mark.parametrize(
    "parameter",
    ["p = Depends(get)", "p: Prompts = Depends()", "p: Annotated[Prompts, Depends(get)]", "p: Prompts = Depends(get)"],
)
def test_dependencies(tmp_path: Path, parameter: str) -> None:
    source = (
        "from typing import Annotated\nfrom fastapi import Depends\nfrom service import Prompts\n"
        "def get():\n    return Prompts()\n"
        f"def f({parameter}):\n    ask(p.text)"
    )
    assert asked(tmp_path, source, SERVICE) == "x"


def test_a_callers_own_name_for_an_argument(tmp_path: Path) -> None:
    source = "def g(text):\n    return text.upper()\ndef f(topic):\n    ask('About ' + g(topic) + g('x'))"
    assert asked(tmp_path, source) == "About {text.upper()}X"


def test_the_trail_tells_where_an_argument_is_passed_and_a_name_imported(tmp_path: Path) -> None:
    source = "from rules import RULES\ndef send(prompt):\n    ask(prompt)\nsend(RULES)\n"
    text = "import anthropic\n" + source.replace("ask(", f"{SEND}system=")
    project = read(tmp_path, {"rules.py": "RULES = 'Be kind.'\n", "main.py": text})
    [found] = [call for call in project.calls if call.role == "call"]
    [piece] = found.request.system.text.pieces()
    told = [(step.how, step.name, step.place.path, step.place.line, step.passed) for step in piece.trail]
    assert told == [
        ("literal", "RULES", "rules.py", 1, None),
        ("constant", "RULES", "rules.py", 1, None),
        ("import", "RULES", "main.py", 2, None),
        ("parameter", "prompt", "main.py", 3, Place("main.py", 5, 6, 5, 11)),
    ]
