"""What surrounds a call, and what it is named."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.source.reading import Sources, only_call, read, spelled

SEND = "client.messages.create(model='claude-haiku-5-5', max_tokens=9, messages=[])"
START = "from anthropic import Anthropic\nclient = Anthropic()\n"


@pytest.mark.parametrize(
    ("body", "loops"),
    [
        ("SEND", []),
        ("for y in x:\n    SEND", [("for", "x", None)]),
        ("async for y in x:\n    SEND", [("for", "x", None)]),
        ("for y in range(3):\n    SEND", [("for", "range(3)", 3)]),
        ("for y in ['a', 'b']:\n    SEND", [("for", "['a', 'b']", 2)]),
        ("while x:\n    SEND", [("while", "x", None)]),
        ("for y in x:\n    for z in y:\n        SEND", [("for", "y", None), ("for", "x", None)]),
        ("r = [SEND for y in x]", [("comprehension", "x", None)]),
        ("r = {y: SEND for y in x}", [("comprehension", "x", None)]),
        ("r = list(SEND for y in x)", [("comprehension", "x", None)]),
        ("r = [y for y in SEND]", []),
        ("for y in SEND:\n    pass", []),
        ("for y in x:\n    pass\nelse:\n    SEND", []),
        ("for y in x:\n    if y:\n        with y:\n            SEND", [("for", "x", None)]),
        ("def g(y):\n    SEND\nfor y in x:\n    g(y)", [("for", "x", None)]),
        ("def g(y):\n    SEND\ng(x)", []),
    ],
)
def test_loops(tmp_path: Path, body: str, loops: list[tuple[str, str, int | None]]) -> None:
    source = START + "async def f(x):\n" + "".join(f"    {line}\n" for line in body.replace("SEND", SEND).split("\n"))
    found = only_call(tmp_path, source).context.loops
    assert [(loop.kind, loop.over, loop.bound) for loop in found] == loops


def test_a_loop_has_the_place_of_its_statement(tmp_path: Path) -> None:
    source = f"{START}for é in x:\n    {SEND}\nprint()\n"
    [loop] = only_call(tmp_path, source).context.loops
    assert spelled(source, loop.place) == f"for é in x:\n    {SEND}"
    assert not loop.in_caller


def test_a_loop_around_a_call_of_a_local_function_is_the_functions_own(tmp_path: Path) -> None:
    source = f"{START}def f(x):\n    def g(y):\n        {SEND}\n    for y in x:\n        g(y)\n"
    [loop] = only_call(tmp_path, source).context.loops
    assert (loop.kind, loop.over, loop.in_caller) == ("for", "x", False)


def test_a_loop_around_a_caller_is_in_the_caller(tmp_path: Path) -> None:
    source = f"{START}def f(x):\n    {SEND}\ndef g(x):\n    for y in x:\n        f(y)\n"
    [loop] = only_call(tmp_path, source).context.loops
    assert loop.in_caller


@pytest.mark.parametrize("end", ["return reply", "break"])
def test_a_loop_that_ends_with_the_first_success_only_retries(tmp_path: Path, end: str) -> None:
    source = f"{START}def f(x):\n    for _ in range(3):\n        try:\n            reply = {SEND}\n            {end}\n"
    handler = "        except Exception:\n            pass\n"
    assert only_call(tmp_path, source + handler).context.loops == ()


@pytest.mark.parametrize(
    ("path", "source", "entry"),
    [
        ("main.py", "SEND", "script"),
        ("main.py", "def f():\n    SEND", "function"),
        ("main.py", "@app.post('/ask')\nasync def f():\n    SEND", "handler"),
        ("main.py", "@router.get('/')\ndef f():\n    SEND", "handler"),
        ("main.py", "@app.route('/')\ndef f():\n    SEND", "handler"),
        ("main.py", "@app.post('/ask')\nasync def f():\n    def g():\n        SEND\n    g()", "handler"),
        ("main.py", "@shared_task\ndef f():\n    SEND", "task"),
        ("main.py", "@app.task(bind=True)\ndef f():\n    SEND", "task"),
        ("test_main.py", "def f():\n    SEND", "test"),
        ("main_test.py", "SEND", "test"),
        ("conftest.py", "def f():\n    SEND", "test"),
        ("main.py", "if __name__ == '__main__':\n    SEND", "script"),
    ],
)
def test_entry_points(tmp_path: Path, path: str, source: str, entry: str) -> None:
    assert only_call(tmp_path, {path: START + source.replace("SEND", SEND)}).context.entry == entry


def ids(root: Path, source: str, path: str = "main.py") -> list[str]:
    files: Sources = {path: START + source.replace("SEND", SEND)}
    return [call.id for call in read(root, files).calls]


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("SEND", ["main.py::<module>"]),
        ("def f():\n    SEND", ["main.py::f"]),
        ("class A:\n    def f(self):\n        SEND", ["main.py::A.f"]),
        ("class A:\n    class B:\n        async def f(self):\n            SEND", ["main.py::A.B.f"]),
        ("def f():\n    def g():\n        SEND\n    g()", ["main.py::f.g"]),
        ("def f():\n    return [SEND for y in x]", ["main.py::f"]),
        ("f = lambda: SEND", ["main.py::<lambda>"]),
        ("class A:\n    x = SEND", ["main.py::A"]),
        ("def f():\n    SEND\n    SEND\ndef g():\n    SEND", ["main.py::f", "main.py::f#2", "main.py::g"]),
        ("def f():\n    SEND  # promptlint: id=triage", ["triage"]),
        ("def f():\n    # promptlint: id=triage\n    SEND", ["triage"]),
        ("def f():\n    # promptlint: id = desk/triage.v2\n    SEND", ["desk/triage.v2"]),
        ("def f():\n    # promptlint: id=a\n    SEND\n    x = 1\n    SEND", ["a", "main.py::f#2"]),
        ("def f():\n    # promptlint: id=\n    SEND", ["main.py::f"]),
        ("def f():\n    # promptlint: id=two words\n    SEND", ["main.py::f"]),
        ("def f():\n    x = '# promptlint: id=no'\n    SEND", ["main.py::f"]),
    ],
)
def test_ids(tmp_path: Path, source: str, expected: list[str]) -> None:
    assert ids(tmp_path, source) == expected


def test_ids_hold_the_path(tmp_path: Path) -> None:
    assert ids(tmp_path, "def f():\n    SEND", "app/deep/triage.py") == ["app/deep/triage.py::f"]


def test_ids_stay_when_lines_move(tmp_path: Path) -> None:
    source = "def f():\n    SEND\n    SEND\n"
    assert ids(tmp_path / "a", source) == ids(tmp_path / "b", "\n\n# more\nX = 1\n" + source)


def test_a_comment_behind_a_call_of_several_lines(tmp_path: Path) -> None:
    source = f"{START}client.messages.create(  # promptlint: id=first\n    model='m',\n)\n{SEND}\n"
    assert [call.id for call in read(tmp_path, source).calls] == ["first", "main.py::<module>#2"]


def test_function_and_asynchronous(tmp_path: Path) -> None:
    call = only_call(tmp_path, f"{START}class A:\n    async def f(self):\n        {SEND}\n")
    assert (call.function, call.asynchronous, call.role, call.via) == ("A.f", True, "call", None)
    call = only_call(tmp_path / "sync", f"{START}{SEND}\n")
    assert (call.function, call.asynchronous) == ("", False)
