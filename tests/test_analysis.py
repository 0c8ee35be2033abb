"""The left wing's run over whole projects: what it reports, what it survives, and that it ends."""

from __future__ import annotations

import os
import pickle
import sys
import time
from pathlib import Path

import pytest

from promptlint.analysis import analyse
from promptlint.files import Files
from promptlint.request import Problem, Project
from promptlint.settings import Settings
from tests.source.reading import Sources, only_call, read, written

START = "from anthropic import Anthropic\nclient = Anthropic()\n"
SEND = "client.messages.create(model='claude-haiku-5-5', max_tokens=9, messages=[], system={})\n"
CALL = START + SEND.format("'hi'")


def paths_of(project: Project) -> list[str]:
    return [call.place.path for call in project.calls]


def test_a_project(tmp_path: Path) -> None:
    project = read(tmp_path, {"b.py": CALL, "a.py": CALL, "app/c.py": CALL, "d.py": "x = 1\n"})
    assert [call.id for call in project.calls] == ["a.py::<module>", "app/c.py::<module>", "b.py::<module>"]
    assert project.problems == ()
    assert project.files == 4
    assert sorted(project.sources) == ["a.py", "app/c.py", "b.py"]
    assert project.sources["a.py"] == CALL
    assert set(project.digests) == set(project.sources)
    assert {len(digest) for digest in project.digests.values()} == {64}


def test_no_files(tmp_path: Path) -> None:
    assert read(tmp_path, {}) == Project()


def test_the_same_result_twice(tmp_path: Path) -> None:
    files: Sources = {
        "prompts.py": "A = 'a'\nB = {'x': A, 'y': f'{A}!'}\n",
        "main.py": f"{START}from prompts import *\ndef f(k, t=A):\n  if k:\n    t += B[k]\n  {SEND.format('t')}",
    }
    assert read(tmp_path, files) == read(tmp_path, files)


def test_the_order_of_the_files_does_not_matter(tmp_path: Path) -> None:
    files: Sources = {
        "a.py": f"from b import P\n{START}{SEND.format('P')}",
        "b.py": f"P = 'x'\n{START}{SEND.format('P')}",
    }
    first = read(tmp_path, files)
    again = analyse(Files(tmp_path, ["b.py", "a.py"]), Settings(tmp_path))
    assert again.calls == first.calls


def test_everything_can_be_pickled(tmp_path: Path) -> None:
    files: Sources = {
        "tool.py": "def look_up(x): pass\nclass A:\n    def f(self): pass\n",
        "main.py": (
            f"{START}from tool import A, look_up\n# promptlint: ignore[PL101] because\n"
            "def f(x, *args, **kw):\n"
            "    client.messages.create(model=x, max_tokens=len(args), tools=[look_up, A().f, A, x],\n"
            "        system=[look_up, A, f, lambda: 1], metadata={'f': f, 'a': A()}, temperature=A, messages=x, **kw)\n"
        ),
        "broken.py": "client.messages.create(",
    }
    project = read(tmp_path, files)
    assert len(project.calls) == 1
    assert len(project.problems) == 1
    assert pickle.loads(pickle.dumps(project)) == project


def test_directives(tmp_path: Path) -> None:
    source = (
        f"{START}# promptlint: ignore[PL101, PL2] too small\n"
        f"{SEND.format(chr(39) + '# promptlint: ignore' + chr(39))}"
        "x = 1  # promptlint:ignore\n"
    )
    first, second = read(tmp_path, source).directives
    assert (first.kind, first.codes, first.reason, first.own_line) == ("ignore", ("PL101", "PL2"), "too small", True)
    assert (first.place.line, first.place.column, first.place.end_column) == (3, 1, 43)
    assert (second.codes, second.reason, second.own_line, second.place.line) == ((), "", False, 5)


def test_stdin_stands_for_a_file(tmp_path: Path) -> None:
    (tmp_path / "prompts.py").write_text("P = 'x'\n")
    (tmp_path / "main.py").write_text("x = 1\n")
    data = f"from prompts import P\n{START}{SEND.format('P')}".encode()
    project = analyse(Files(tmp_path, ["main.py", "prompts.py"]), Settings(tmp_path), ("main.py", data))
    [call] = project.calls
    assert call.request.system.text.known == "x"
    assert project.sources["main.py"] == data.decode()


@pytest.mark.parametrize(
    ("data", "line", "message"),
    [
        (CALL.encode() + b"x = '\xff'\n", 4, "byte 0xff is not valid utf-8"),
        (b"# coding: none-such\n" + CALL.encode(), 1, "the declared encoding is unknown: unknown encoding: none-such"),
        (CALL.encode() + b"def f(:\n", 4, "syntax error: invalid syntax"),
        (
            CALL.encode() + b"print 'x'\n",
            4,
            "syntax error: Missing parentheses in call to 'print'. Did you mean print(...)?",
        ),
        (CALL.encode() + b"x = " + b"(" * 300 + b")" * 300, 4, "the code is nested too deeply to parse"),
    ],
    ids=["bytes", "encoding", "syntax", "python 2", "parentheses"],
)
def test_a_file_that_cannot_be_read_is_a_problem(tmp_path: Path, data: bytes, line: int, message: str) -> None:
    project = read(tmp_path, {"bad.py": data, "good.py": CALL})
    assert [(problem.path, problem.line, problem.message) for problem in project.problems] == [
        ("bad.py", line, message)
    ]
    assert project.problems[0].help
    assert paths_of(project) == ["good.py"]


def test_a_broken_file_without_a_call_is_none_of_our_business(tmp_path: Path) -> None:
    project = read(tmp_path, {"bad.py": "def f(:\n", "good.py": CALL})
    assert project.problems == ()
    assert paths_of(project) == ["good.py"]


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read everything")
def test_a_file_without_permission_is_a_problem(tmp_path: Path) -> None:
    (tmp_path / "main.py").write_text(CALL)
    (tmp_path / "main.py").chmod(0)
    assert [problem.path for problem in analyse(Files(tmp_path, ["main.py"]), Settings(tmp_path)).problems] == [
        "main.py"
    ]


def test_a_file_that_vanished_is_a_problem(tmp_path: Path) -> None:
    project = analyse(Files(tmp_path, ["gone.py"]), Settings(tmp_path))
    assert project.problems == (Problem("gone.py", "cannot be read: No such file or directory"),)


HOSTILE = {
    "name cycle": "A = B\nB = C\nC = A\n" + SEND.format("A"),
    "self": "A = A\n" + SEND.format("A"),
    "function cycle": "def f(): return g()\ndef g(): return f()\n" + SEND.format("f()"),
    "growing recursion": "def f(x): return f(x + 'a') + f(x + 'b')\n" + SEND.format("f('')"),
    "class cycle": "class A(B): pass\nclass B(A): pass\n" + SEND.format("A().x"),
    "class of itself": "class A(A.B): x = A.x\n" + SEND.format("A.x"),
    "attribute cycle": "class A:\n  def __init__(self):\n    self.x = self.y\n    self.y = self.x\n"
    + SEND.format("A().x"),
    "property cycle": "class A:\n  @property\n  def x(self): return self.x\n" + SEND.format("A().x"),
    "super cycle": "class A:\n  def f(self): return super().f()\nclass B(A):\n  def f(self): return super().f()\n"
    + SEND.format("B().f()"),
    "init cycle": "class A:\n  def __init__(self, x):\n    self.x = A(self.x).x\n" + SEND.format("A('a').x"),
    "closure cycle": "def f():\n  x = x\n  def g(): return x\n  x = g()\n  return x\n" + SEND.format("f()"),
    "global cycle": "X = ''\ndef f():\n  global X\n  X = X + f()\n  return X\n" + SEND.format("X"),
    "nonlocal cycle": "def f():\n  x = ''\n  def g():\n    nonlocal x\n    x = x + g()\n    return x\n  return g()\n"
    + SEND.format("f()"),
    "default cycle": "def f(x=None): return x or f(f)\n" + SEND.format("f()"),
    "comprehension": "x = [x for x in [y for y in x]]\n" + SEND.format("x[0]"),
    "nested comprehensions": (
        f"X = {list('12345678')}\nz = [[[[a + b + c + d for a in X] for b in X] for c in X] for d in X]\n"
        + SEND.format("z[0][0][0][0]")
    ),
    "doubling": "x = 'ab'\n" + "x = x + x\n" * 60 + SEND.format("x"),
    "doubling by format": "x = 'ab'\n" + "x = f'{x}{x}'\n" * 60 + SEND.format("x"),
    "doubling by repetition": "x = 'ab'\n" + "x = x * 1000\n" * 6 + SEND.format("x"),
    "doubling by replace": "x = 'aa'\n" + "x = x.replace('a', 'aa')\n" * 60 + SEND.format("x"),
    "doubling by join": "x = 'ab'\n" + "x = x.join([x, x, x])\n" * 40 + SEND.format("x"),
    "doubling list": "x = ['ab']\n" + "x = x + x\n" * 60 + SEND.format("x[0]"),
    "doubling nesting": "x = ['a']\n" + "x = [x, x]\n" * 60 + "y = x\n" + SEND.format("y[0]"),
    "doubling mappings": "x = {}\n" + "x = {'a': x, 'b': x}\n" * 60 + "y = dict(c=x, d=x)\n" + SEND.format("y['c']"),
    "doubling in place": "x = ['a']\n" + "x.append(x)\n" * 24 + SEND.format("str(x)"),
    "doubling by extend": "x = ['a']\n" + "x.extend(x)\n" * 60 + SEND.format("x[0]"),
    "doubling by key": "x = {'a': 1}\n" + "x['b'] = {**x, 'c': x}\n" * 24 + SEND.format("x['b']"),
    "doubling json": "import json\nx = 'a'\n" + "x = json.dumps([x, x])\n" * 60 + SEND.format("x"),
    "doubling choices": "x = 'a'\n" + "x = x + 'b' if y else 'c' + x\n" * 60 + SEND.format("x"),
    "doubling branches": "x = 'a'\n" + "if y: x += 'b'\nelse: x += 'c'\n" * 200 + SEND.format("x"),
    "choices": "x = 'a'\n" + "x = x if y else x + 'b'\n" * 50 + SEND.format("x"),
    "huge repetition": SEND.format("'a' * 10 ** 12"),
    "huge number": "n = 10 ** 10 ** 10\n" + SEND.format("'a' * n"),
    "huge width": SEND.format("f'{1:999999999}' + '%999999999d' % 1 + '{:999999999}'.format(1)"),
    "huge shift": SEND.format("str(1 << 10 ** 9)"),
    "long number": SEND.format("str(int('9' * 10000))"),
    "deep attributes": SEND.format("a" + ".b" * 900),
    "deep calls": SEND.format("f(" * 90 + ")" * 90),
    "deep lists": SEND.format("[" * 90 + "]" * 90),
    "deep conditions": SEND.format("'a' if x else " * 900 + "'b'"),
    "deep blocks": "".join(f"{' ' * n}if x:\n" for n in range(90)) + " " * 90 + SEND.format("'a'"),
    "deep functions": "".join(f"{' ' * n}def f{n}(x):\n" for n in range(90)) + " " * 90 + SEND.format("x"),
    "many branches": "if x == 0: p = '0'\n"
    + "".join(f"elif x == {n}: p = '{n}'\n" for n in range(100))
    + SEND.format("p"),
    "many assignments": "".join(f"p{n} = p{n - 1} + 'x'\n" for n in range(1, 900)) + SEND.format("p899"),
    "many functions": "def f0(): return 'a'\n"
    + "".join(f"def f{n}(): return f{n - 1}() + f{n - 1}()\n" for n in range(1, 60))
    + SEND.format("f59()"),
    "many arguments": SEND.format("f(" + ", ".join(f"a{n}={n}" for n in range(3_000)) + ")"),
    "surrogates": SEND.format("'\\ud800' + f'\\udfff{x}'"),
    "null character": SEND.format("'\\0'"),
    "bad format": SEND.format("'{'.format(1) + '%' % 1 + '{0.a[}'.format(2) + '{:q}'.format(3) + '%(a' % {}"),
    "star assignments": "a, *b = *c, = x = ('a', *'bc')\n" + SEND.format("b[0]"),
    "odd arguments": "def f(*, a, **k): return a\n" + SEND.format("f(1, 2, 3, *x, **y, **{1: 2})"),
    "odd send": "client.messages.create(*x, **y, **z)\n",
    "odd keys": SEND.format("{1: 'a', None: 'b', (1, 2): 'c', **x, x: 'd'}[1]"),
    "odd decorators": "@f\n@f.g()\n@(lambda x: x)\ndef h(): return 'a'\n" + SEND.format("h()"),
    "empty": SEND.format("''"),
    "ellipsis": SEND.format("..."),
    "bytes": SEND.format("b'a'"),
    "yield": "def f():\n    x = yield\n    " + SEND.format("x"),
    "type alias": "type A = B\ndef f[T](x: T): return x\nclass C[T]:\n  x: T\n" + SEND.format("f('a')"),
}


@pytest.mark.parametrize("source", HOSTILE.values(), ids=HOSTILE.keys())
def test_hostile_code_is_analysed_in_bounded_time(tmp_path: Path, source: str) -> None:
    limit = sys.getrecursionlimit()
    started = time.process_time()
    call = only_call(tmp_path, START + source)
    assert time.process_time() - started < 10
    assert call.id.startswith("main.py::")
    assert sys.getrecursionlimit() == limit


def test_a_long_concatenation_is_read_whole(tmp_path: Path) -> None:
    terms = [f"'{n} '" for n in range(2_900)]
    call = only_call(tmp_path, f"{START}P = {' + '.join(terms)}\n{SEND.format('P')}")
    assert call.request.system.text.known == "".join(f"{n} " for n in range(2_900))


def test_a_concatenation_too_long_for_the_parser_is_read_or_a_problem(tmp_path: Path) -> None:
    terms = " + ".join(["'a'"] * 20_000)
    project = read(tmp_path, f"{START}P = {terms}\n{SEND.format('P')}")
    assert (len(project.calls), [problem.message for problem in project.problems]) in [
        (1, []),
        (0, ["the code is nested too deeply to parse"]),
    ]


def test_a_long_implicit_concatenation(tmp_path: Path) -> None:
    lines = "\n".join(f"    'line {n}\\n'" for n in range(5_000))
    call = only_call(tmp_path, f"{START}P = (\n{lines}\n)\n{SEND.format('P')}")
    [piece] = call.request.system.text.pieces()
    assert piece.text.count("\n") == 5_000
    at = piece.text.index("line 4321")
    assert (piece.locate(at, at + 9).line, piece.locate(at, at + 9).column) == (4 + 4321, 6)


def test_a_prompt_built_in_many_steps(tmp_path: Path) -> None:
    steps = "".join(f"    if x == {n}:\n        p += ' {n}'\n" for n in range(100))
    call = only_call(tmp_path, f"{START}def f(x):\n    p = 'Start.'\n{steps}    {SEND.format('p')}")
    assert written(call.request.system.text) == "Start." + "".join(f"[ {n}|]" for n in range(100))


@pytest.mark.slow
@pytest.mark.parametrize(
    "line",
    ["x = {'key': ['value', 1, None]}\n", "def f(a, b=1):\n    return [a + c for c in b if c]\n", "x += 'é漢🙂'\n"],
    ids=["data", "functions", "statements"],
)
def test_a_file_of_five_megabytes(tmp_path: Path, line: str) -> None:
    size = len(line.encode())
    source = CALL + "x = ''\n" + line * (5_000_000 // size)
    started = time.process_time()
    assert len(read(tmp_path, source).calls) == 1
    assert time.process_time() - started < 60


def test_a_prompt_of_a_megabyte(tmp_path: Path) -> None:
    started = time.process_time()
    call = only_call(tmp_path, f"{START}P = '''{'Be kind. é' * 100_000}'''\n{SEND.format('P')}")
    assert len(call.request.system.text.known or "") == 1_000_000
    assert time.process_time() - started < 10


def test_many_calls_in_one_file(tmp_path: Path) -> None:
    body = "".join(f"def f{n}(x):\n    p = 'a' + x\n    {SEND.format('p')}" for n in range(400))
    started = time.process_time()
    assert len(read(tmp_path, START + body).calls) == 400
    assert time.process_time() - started < 10


def test_who_reads_usage(tmp_path: Path) -> None:
    source = f"{START}r = {SEND.format('1')}log(r.usage.input_tokens)\nlog(r.usage.output_tokens)\nlog(r.content)\n"
    assert [(place.path, place.line) for place in read(tmp_path, source).usage_reads] == [
        ("main.py", 4),
        ("main.py", 5),
    ]
    assert read(tmp_path / "none", CALL).usage_reads == ()
