"""What a name holds where a call stands."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.source.reading import asked, capped, conversation, modelled, only_call, read, written


@pytest.mark.parametrize(
    ("source", "prompt"),
    [
        ("a = 'one'\na = 'two'\nask(a)", "two"),
        ("a = 'one'\nask(a)\na = 'two'", "one"),
        ("a = b = 'one'\nask(b)", "one"),
        ("a: str = 'one'\nask(a)", "one"),
        ("a: str\na = 'one'\nask(a)", "one"),
        ("a, b = 'one', 'two'\nask(b)", "two"),
        ("(a, [b, c]) = ('1', ['2', '3'])\nask(c)", "3"),
        ("a, b = 'one', 'two'\na, b = b, a\nask(a)", "two"),
        ("a = 'one'\na += ' two'\nask(a)", "one two"),
        ("a = 'one'\na = a + ' two'\nask(a)", "one two"),
        ("a = 'x'\na = f'{a}{a}'\na = f'{a}{a}'\nask(a)", "xxxx"),
        ("if (a := 'one'):\n    ask(a)", "one"),
        ("ask((a := 'one'))", "one"),
        ("a = 'one'\ndel a\na = 'two'\nask(a)", "two"),
        ("import os\nwith open('f') as f, lock:\n    a = 'in'\nask(a)", "in"),
        ("class C:\n    a = 'one'\n    b = a + '!'\nask(C.b)", "one!"),
        ("a = 'outer'\nclass C:\n    a = 'inner'\n    def f(self):\n        ask(a)", "outer"),
    ],
)
def test_straight(tmp_path: Path, source: str, prompt: str) -> None:
    assert asked(tmp_path, source) == prompt


@pytest.mark.parametrize(
    ("body", "prompt"),
    [
        ("if x:\n    a = 'one'\nelse:\n    a = 'two'\nask(a)", "[one|two]"),
        ("a = 'one'\nif x:\n    a = 'two'\nask(a)", "[two|one]"),
        ("if x:\n    a = 'one'\nelif y:\n    a = 'two'\nelse:\n    a = 'three'\nask(a)", "[one|two|three]"),
        ("a = 'one'\nif x:\n    a = 'two'\n    return\nask(a)", "one"),
        ("if x:\n    a = 'one'\nelse:\n    raise ValueError\nask(a)", "one"),
        ("a = 'one'\nif x:\n    a = 'two'\n    ask(a)", "two"),
        ("a = 'one'\nif x:\n    a = 'two'\nelse:\n    ask(a)", "one"),
        ("if x:\n    a = 'one'\nelse:\n    a = 'one'\nask(a)", "one"),
        ("a = 'one' if x else 'two'\nask(a)", "[one|two]"),
        ("a = 'one' if True else 'two'\nask(a)", "one"),
        ("if True:\n    a = 'one'\nelse:\n    a = 'two'\nask(a)", "one"),
        ("DEBUG = False\nif DEBUG:\n    a = 'one'\nelse:\n    a = 'two'\nask(a)", "two"),
        ("a = 'one'\nif x:\n    a += ' two'\nask(a)", "one[ two|]"),
        ("a = 'one'\nif x:\n    a += ' two'\na += ' three'\nask(a)", "one[ two|] three"),
        ("a = 'one'\nif x:\n    a += ' two'\nif y:\n    a += ' three'\nask(a)", "one[ two|][ three|]"),
        ("a = x or 'one'\nask(a)", "[{x}|one]"),
        ('a = f\'one{" two" if x else ""} three\'\nask(a)', "one[ two|] three"),
    ],
)
def test_branches(tmp_path: Path, body: str, prompt: str) -> None:
    assert asked(tmp_path, function(body)) == prompt


def function(body: str) -> str:
    """A function of `x` and `y` with this body."""
    return "def f(x, y):\n" + "".join(f"    {line}\n" for line in body.split("\n"))


@pytest.mark.parametrize(
    ("body", "prompt"),
    [
        ("a = 'one'\ntry:\n    a = 'two'\nexcept E:\n    pass\nask(a)", "[two|one]"),
        ("try:\n    a = 'one'\nexcept E:\n    a = 'two'\nask(a)", "[one|two]"),
        ("try:\n    a = 'one'\nexcept E:\n    return\nask(a)", "one"),
        ("try:\n    a = x()\nexcept E:\n    raise\nelse:\n    a = 'two'\nask(a)", "two"),
        ("a = 'one'\ntry:\n    g()\nfinally:\n    a = 'two'\nask(a)", "two"),
        ("a = 'one'\ntry:\n    a = 'two'\n    g()\nexcept E:\n    ask(a)", "[one|two]"),
        ("a = 'one'\ntry:\n    a = 'two'\n    ask(a)\nexcept E:\n    a = 'three'", "two"),
        ("try:\n    a = 'one'\nexcept* E:\n    a = 'two'\nask(a)", "[one|two]"),
    ],
)
def test_try(tmp_path: Path, body: str, prompt: str) -> None:
    assert asked(tmp_path, function(body)) == prompt


@pytest.mark.parametrize(
    ("body", "prompt"),
    [
        ("match x:\n    case 1:\n        a = 'one'\n    case _:\n        a = 'two'\nask(a)", "[one|two]"),
        ("a = 'one'\nmatch x:\n    case 1:\n        a = 'two'\nask(a)", "[two|one]"),
        ("a = 'one'\nmatch x:\n    case 1:\n        a = 'two'\n        ask(a)", "two"),
        ("match x:\n    case {'k': a}:\n        ask(a)", "{x}"),
        ("match x:\n    case {'k': 1, **a}:\n        ask(a)", "{x}"),
        ("a = 'one'\nmatch x:\n    case [a, *_]:\n        ask(a)", "{x}"),
        ("match x:\n    case a:\n        ask(a)", "{x}"),
        ("a = 'one'\nmatch x:\n    case 1 if ask(a):\n        pass", "one"),
        ("a = 'one'\nmatch x:\n    case 1:\n        return\n    case _:\n        a = 'two'\nask(a)", "two"),
    ],
)
def test_match(tmp_path: Path, body: str, prompt: str) -> None:
    assert asked(tmp_path, function(body)) == prompt


@pytest.mark.parametrize(
    ("body", "prompt"),
    [
        ("a = 'one'\nfor i in x:\n    a += ' more'\nask(a)", "one[| more]{...}"),
        ("a = 'one'\nfor i in x:\n    a = a + ' more' + '.'\nask(a)", "one[| more.]{...}"),
        ("a = 'one'\nfor i in x:\n    a = 'two'\nask(a)", "[one|two]"),
        ("for a in ['one', 'two']:\n    ask(a)", "[one|two]"),
        ("for a in x:\n    ask(a)", "{a}"),
        ("for i, a in enumerate(['one', 'two']):\n    ask(a)", "[one|two]"),
        ("for a, b in [('1', 'one'), ('2', 'two')]:\n    ask(b)", "[one|two]"),
        ("while x:\n    a = 'one'\n    ask(a)", "one"),
        ("while True:\n    a = 'one'\n    break\nask(a)", "one"),
        ("a = 'one'\nfor i in x:\n    ask(a)\n    a = 'two'", "[one|two]"),
        ("a = 'one'\nfor i in x:\n    ask(a)\n    a = a + '!'", "one[|!]{...}"),
        ("for i in x:\n    a = 'one'\nelse:\n    a = 'two'\nask(a)", "two"),
        ("a = [ask(b) for b in ['one', 'two']]", "[one|two]"),
        ("a = [ask(b) for b in x]", "{b}"),
        ("b = 'one'\na = [b for b in x]\nask(b)", "one"),
    ],
)
def test_loops(tmp_path: Path, body: str, prompt: str) -> None:
    assert asked(tmp_path, function(body)) == prompt


@pytest.mark.parametrize(
    ("body", "messages"),
    [
        ("m = [{'role': 'user', 'content': 'hi'}]\nsay(m)", ["user: hi"]),
        ("m = []\nm.append({'role': 'user', 'content': 'hi'})\nsay(m)", ["user: hi"]),
        ("m = []\nm.append({'role': 'user', 'content': x})\nsay(m)", ["user: {x}"]),
        ("m = []\nm += [{'role': 'user', 'content': 'hi'}]\nsay(m)", ["user: hi"]),
        ("m = []\nm.extend([{'role': 'user', 'content': 'hi'}])\nsay(m)", ["user: hi"]),
        (
            "m = [{'role': 'user', 'content': 'b'}]\nm.insert(0, {'role': 'assistant', 'content': 'a'})\nsay(m)",
            ["assistant: a", "user: b"],
        ),
        ("m = [{'role': 'user', 'content': 'a'}]\nm.clear()\nsay(m)", []),
        (
            "m = [{'role': 'user', 'content': 'a'}]\nif x:\n    m.append({'role': 'user', 'content': 'b'})\nsay(m)",
            ["user: a", "user?: b"],
        ),
        (
            "m = [{'role': 'user', 'content': 'a'}]\nfor y in x:\n    m.append({'role': 'user', 'content': y})\nsay(m)",
            ["user: a", "user?*: {y}"],
        ),
        (
            "m = [{'role': 'user', 'content': 'a'}]\nsay(m)\nm.append({'role': 'user', 'content': 'b'})",
            ["user: a"],
        ),
        ("m = [{'role': 'user', 'content': 'a'}]\nm[0]['content'] = 'b'\nsay(m)", ["user: b"]),
        ("m = [{'role': 'user', 'content': 'a'}]\nm[-1]['content'] += '!'\nsay(m)", ["user: a!"]),
        (
            "m = [{'role': 'user', 'content': []}]\nm[0]['content'].append({'type': 'text', 'text': 'a'})\nsay(m)",
            ["user: a"],
        ),
        ("c = []\nc.append({'type': 'text', 'text': 'a'})\nsay([{'role': 'user', 'content': c}])", ["user: a"]),
        (
            "m = [{'role': 'user', 'content': 'a'}]\nsay(m + [{'role': 'assistant', 'content': '{'}])",
            ["user: a", "assistant: {"],
        ),
        (
            "m = [{'role': 'user', 'content': 'a'}]\nsay([*m, {'role': 'assistant', 'content': '{'}])",
            ["user: a", "assistant: {"],
        ),
        ("say([*x, {'role': 'user', 'content': 'a'}])", ["None*: {x}", "user: a"]),
        ("say([{'role': 'user', 'content': t} for t in x])", ["user*: {t}"]),
        ("say([{'role': 'user', 'content': t + '!'} for t in ('a', 'b')])", ["user: a!", "user: b!"]),
        ("say([{'role': 'user', 'content': t} for t in ('a', 'b') if t in x])", ["user?*: [a|b]"]),
        (
            "say([{'role': r, 'content': t} for r, t in {'user': 'a', 'assistant': x}.items()])",
            ["user: a", "assistant: {x}"],
        ),
        (
            "m = [{'role': 'user', 'content': 'a'}]\nm = m + [{'role': 'user', 'content': 'b'}]\nsay(m)",
            ["user: a", "user: b"],
        ),
        ("d = {'role': 'user'}\nd['content'] = 'a'\nsay([d])", ["user: a"]),
        ("d = dict(role='user', content='a')\nd.update(content='b')\nsay([d])", ["user: b"]),
        ("d = {'role': 'user'}\nd.update({'content': 'b'})\nsay([d])", ["user: b"]),
        ("d = {'role': 'user'}\nd.setdefault('content', 'b')\nsay([d])", ["user: b"]),
        ("d = {'role': 'user'}\nd |= {'content': 'b'}\nsay([d])", ["user: b"]),
        ("say([{**{'role': 'user'}, 'content': 'b'}])", ["user: b"]),
    ],
)
def test_changes_in_place(tmp_path: Path, body: str, messages: list[str]) -> None:
    assert conversation(tmp_path, function(body)) == messages


def test_history_of_an_agent_loop(tmp_path: Path) -> None:
    source = (
        "def f(task):\n"
        "    m = [{'role': 'user', 'content': task}]\n"
        "    while True:\n"
        "        reply = say(m)\n"
        "        m.append({'role': 'assistant', 'content': reply.content})\n"
        "        m.append({'role': 'user', 'content': 'Go on.'})\n"
    )
    first, second, third = conversation(tmp_path, source)
    assert (first, third) == ("user: {task}", "user?*: Go on.")
    assert second.startswith("assistant?*: {anthropic.Anthropic().messages.create(")
    assert second.endswith(".content}")


@pytest.mark.parametrize(
    ("source", "prompt"),
    [
        ("def f(x):\n    a = 'one'\n    def g():\n        ask(a)\n    g()", "one"),
        ("def f(x):\n    a = 'one'\n    g = lambda: ask(a)\n    return g", "one"),
        ("def f():\n    a = 'one'\n    def g(a):\n        ask(a)", "{a}"),
        ("a = 'one'\ndef f():\n    ask(a)\na = 'two'", "two"),
        ("def f():\n    def g():\n        ask(a)\n    a = 'late'\n    g()", "late"),
        ("a = 'one'\ndef f():\n    global a\n    a = 'two'\n    ask(a)", "two"),
        ("def f():\n    a = 'one'\n    def g():\n        nonlocal a\n        a = 'two'\n        ask(a)", "two"),
        ("def f():\n    a = 'one'\n    def g():\n        a = 'two'\n    g()\n    ask(a)", "one"),
        (
            "def f():\n    a = 'one'\n    def g():\n        nonlocal a\n        a = 'two'\n    g()\n    ask(a)",
            "[one|two]",
        ),
        ("A = 'one'\ndef set():\n    global A\n    A = 'two'\ndef f():\n    ask(A)", "[one|two]"),
        ("A = None\ndef load():\n    global A\n    A = 'two'\ndef f():\n    ask(A)", "two"),
        ("A = ''\ndef more():\n    global A\n    A += '!'\nask(A)", "[|!]{...}"),
    ],
)
def test_closures(tmp_path: Path, source: str, prompt: str) -> None:
    assert asked(tmp_path, source) == prompt


def test_numbers(tmp_path: Path) -> None:
    assert capped(tmp_path, "n = 512\nn *= 2\ncap(n)").values == (1024,)
    assert capped(tmp_path, "def f(x):\n    n = 512\n    if x:\n        n = 1_000\n    cap(n)").values == (1000, 512)
    assert capped(tmp_path, "cap(4 * 1024 - 1)").values == (4095,)
    assert capped(tmp_path, "cap(2 ** 12 // 3 % 1000)").values == (365,)
    assert capped(tmp_path, "cap(min(4096, 8192))").values == (4096,)
    assert capped(tmp_path, "def f(x):\n    cap(min(x, 8192))").values == ()


def test_model_by_key(tmp_path: Path) -> None:
    models = "M = {'fast': 'claude-haiku-5-5', 'best': 'claude-opus-4-8'}\n"
    assert modelled(tmp_path, models + "use(M['fast'])").only == "claude-haiku-5-5"
    assert modelled(tmp_path, models + "use(M.get('best'))").only == "claude-opus-4-8"
    assert modelled(tmp_path, models + "use(M.get('none', 'x'))").only == "x"
    found = modelled(tmp_path, models + "def f(tier):\n    use(M[tier])")
    assert (found.values, found.complete) == (("claude-haiku-5-5", "claude-opus-4-8"), True)
    found = modelled(tmp_path, models + "def f(tier):\n    use(M.get(tier, 'x'))")
    assert found.values == ("claude-haiku-5-5", "claude-opus-4-8", "x")


def test_a_name_that_depends_on_itself_is_unknown(tmp_path: Path) -> None:
    assert asked(tmp_path, "def f():\n    ask(g())\ndef g():\n    return h()\ndef h():\n    return g()") == "{g()}"


MESSAGE = "{'role': 'user', 'content': '%s'}"


@pytest.mark.parametrize(
    ("source", "messages"),
    [
        ("a = [ONE]\nb = a\nb.append(TWO)\nsay(a)", ["user: one", "user: two"]),
        ("a = [ONE]\nb = a\na.append(TWO)\nsay(b)", ["user: one", "user: two"]),
        ("a = [ONE]\nb = a\nb += [TWO]\nsay(a)", ["user: one", "user: two"]),
        ("a = [ONE]\nb = a\na = [TWO]\nb.append(TWO)\nsay(a)", ["user: two"]),
        ("a = [ONE]\nb = list(a)\nb.append(TWO)\nsay(a)", ["user: one"]),
        ("def add(ms):\n    ms.append(TWO)\na = [ONE]\nadd(a)\nsay(a)", ["user: one", "user: two"]),
        (
            "def add(ms, deep):\n    if deep:\n        ms.append(TWO)\na = [ONE]\nadd(a, x)\nsay(a)",
            ["user: one", "user?: two"],
        ),
        ("def add(ms):\n    ms = [*ms]\n    ms.append(TWO)\na = [ONE]\nadd(a)\nsay(a)", ["user: one"]),
        ("a = [ONE]\nx and a.append(TWO)\nsay(a)", ["user: one", "user?: two"]),
        ("a = [ONE]\na.append(TWO) if x else None\nsay(a)", ["user: one", "user?: two"]),
        ("a = [ONE]\n[a.append(TWO) for y in x]\nsay(a)", ["user: one", "user?*: two"]),
        ("a = [ONE, TWO]\na.insert(1, ONE)\nsay(a)", ["user: one", "user: one", "user: two"]),
        ("a = [ONE, TWO]\na.insert(-1, ONE)\nsay(a)", ["user: one", "user: one", "user: two"]),
        ("a = [ONE, TWO]\na[-1]['content'] = 'new'\nsay(a)", ["user: one", "user: new"]),
        ("a = [ONE, TWO]\nlast = a[-1]\nlast['content'] = 'new'\nsay(a)", ["user: one", "user: new"]),
    ],
)
def test_changed_under_another_name(tmp_path: Path, source: str, messages: list[str]) -> None:
    assert conversation(tmp_path, source.replace("ONE", MESSAGE % "one").replace("TWO", MESSAGE % "two")) == messages


@pytest.mark.parametrize(
    ("source", "models", "complete"),
    [
        (
            "m = 'a'\ntry:\n    m = 'b'\n    f()\n    m = 'c'\nexcept ValueError:\n    pass\nuse(m)",
            {"a", "b", "c"},
            True,
        ),
        ("import contextlib\nm = 'a'\nwith contextlib.suppress(E):\n    m = 'b'\nuse(m)", {"a", "b"}, True),
        (
            "import contextlib as c\ndef f():\n    with c.suppress(E):\n        return 'a'\n    return 'b'\nuse(f())",
            {"a", "b"},
            True,
        ),
        ("m = 'a'\nif x and (m := 'b'):\n    pass\nuse(m)", {"a", "b"}, True),
        ("*rest, last = ['a', 'b', 'c']\nuse(last)", {"c"}, True),
        ("p = {'m': 'a'}\nq = p\nq['m'] = 'b'\nuse(p['m'])", {"b"}, True),
        ("p = {'m': 'a'}\nfor k in ['m', 'n']:\n    p[k] = 'b'\nuse(p['m'])", {"a", "b"}, True),
        ("p = {'m': 'a'}\np[x] = 'b'\nuse(p['m'])", {"a"}, False),
        ("p = {}\np.setdefault('m', ['a']).append('b')\nuse(p['m'][1])", {"b"}, True),
    ],
)
def test_every_value_is_claimed(tmp_path: Path, source: str, models: set[str], complete: bool) -> None:
    found = modelled(tmp_path, source)
    assert (set(found.values), found.complete) == (models, complete)


def test_elements_changed_in_a_loop(tmp_path: Path) -> None:
    source = "ms = [{'role': 'user', 'content': 'one'}]\nfor m in ms:\n    m['content'] = 'two'\n"
    send = "anthropic.Anthropic().messages.create(model='claude-haiku-5-5', max_tokens=9, messages=ms)"
    assert only_call(tmp_path, f"import anthropic\n{source}{send}").request.messages.complete is False


@pytest.mark.parametrize(
    ("call", "models", "complete"),
    [
        ("ask(p, 'claude-sonnet-5')", {"claude-haiku-5-5", "claude-sonnet-5"}, True),
        ("ask(p, model)", {"claude-haiku-5-5"}, True),
        ("ask(p, other())", {"claude-haiku-5-5"}, False),
    ],
)
def test_function_that_calls_itself(tmp_path: Path, call: str, models: set[str], complete: bool) -> None:
    body = "anthropic.Anthropic().messages.create(model=model, max_tokens=9, messages=[{'role': 'user', 'content': p}])"
    source = f"import anthropic\ndef ask(p, model='claude-haiku-5-5'):\n    {body}\n    {call}\nask('hello there')\n"
    found = [site.request.model for site in read(tmp_path, source).calls if site.via is not None]
    assert [(set(model.values), model.complete) for model in found] == [(models, complete)]


def test_what_a_reply_adds_to_the_conversation_leaves_the_rest_of_the_request_known(tmp_path: Path) -> None:
    source = """\
import anthropic
client = anthropic.Anthropic()
def run(flag, question):
    messages = [{"role": "user", "content": question}]
    while True:
        args = {"model": "claude-haiku-5-5", "max_tokens": 900, "system": "Be kind.", "messages": messages}
        if flag:
            reply = client.beta.messages.create(**args)
        else:
            reply = client.messages.create(**args)
        messages.append({"role": "assistant", "content": reply.content})
"""
    calls = read(tmp_path, source).calls
    assert [call.request.model.values for call in calls] == [("claude-haiku-5-5",)] * 2
    assert [written(call.request.system.text) for call in calls] == ["Be kind."] * 2
