"""Loops and fan-out around a call, in its own function and in its callers."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.source.reading import only_call, read, spelled

SEND = "client.messages.create(model='claude-haiku-5-5', max_tokens=9, messages=[])"
START = "import asyncio\nfrom anthropic import Anthropic\nclient = Anthropic()\n"
ASK = f"{START}async def ask(x):\n    return {SEND}\n"
Loops = list[tuple[str, str, int | None]]


def loops_of(root: Path, source: str) -> Loops:
    [call] = [call for call in read(root, source).calls if call.role == "call" and call.via is None]
    return [(loop.kind, loop.over, loop.bound) for loop in call.context.loops]


@pytest.mark.parametrize(
    ("body", "loops"),
    [
        ("await asyncio.gather(*[ask(x) for x in xs])", [("gather", "xs", None)]),
        ("await asyncio.gather(*(ask(x) for x in xs))", [("gather", "xs", None)]),
        ("await tqdm.gather(*list(ask(x) for x in xs))", [("gather", "xs", None)]),
        ("todo = [ask(x) for x in xs]\nawait asyncio.gather(*todo)", [("gather", "xs", None)]),
        ("todo = []\nfor x in xs:\n    todo.append(ask(x))\nawait asyncio.gather(*todo)", [("gather", "xs", None)]),
        ("for r in asyncio.as_completed([ask(x) for x in xs]):\n    await r", [("gather", "xs", None)]),
        (
            "async with asyncio.TaskGroup() as tg:\n    for x in xs:\n        tg.create_task(ask(x))",
            [("gather", "xs", None)],
        ),
        (
            "async with anyio.create_task_group() as g:\n    for x in xs:\n        g.start_soon(ask, x)",
            [("gather", "xs", None)],
        ),
        (
            "async with trio.open_nursery() as n:\n    for x in range(4):\n        n.start_soon(ask, x)",
            [("gather", "range(4)", 4)],
        ),
        ("todo = [asyncio.create_task(ask(x)) for x in xs]", [("gather", "xs", None)]),
        ("for x in xs:\n    await asyncio.create_task(ask(x))", [("for", "xs", None)]),
        ("r = [await ask(x) for x in xs]\nawait asyncio.gather(*r)", [("comprehension", "xs", None)]),
        ("for x in xs:\n    await asyncio.to_thread(ask, x)", [("for", "xs", None)]),
        ("await asyncio.gather(ask(1), other())", []),
        ("pool.map(ask, xs)", [("pool", "xs", None)]),
        ("pool.map(ask, ['a', 'b'])", [("pool", "['a', 'b']", 2)]),
        ("list(map(ask, xs))", [("pool", "xs", None)]),
        ("pool.imap_unordered(ask, xs, chunksize=9)", [("pool", "xs", None)]),
        ("for x in xs:\n    pool.submit(ask, x)", [("pool", "xs", None)]),
        ("r = {pool.submit(ask, x): x for x in xs}", [("pool", "xs", None)]),
        ("pool.submit(ask, 1)", []),
        ("for x in xs:\n    pool.apply_async(ask, (x,))", [("pool", "xs", None)]),
        ("for x in xs:\n    loop.run_in_executor(None, ask, x)", [("pool", "xs", None)]),
        ("for x in xs:\n    await loop.run_in_executor(None, ask, x)", [("for", "xs", None)]),
        ("Parallel(n_jobs=2)(delayed(ask)(x) for x in xs)", [("pool", "xs", None)]),
        ("for x in xs:\n    threading.Thread(target=ask, args=(x,)).start()", [("pool", "xs", None)]),
        ("threading.Thread(target=ask, args=(1,)).start()", []),
        ("async for message in consumer:\n    await ask(message)", [("for", "consumer", None)]),
        ("while not done:\n    done = await ask(1)", [("while", "not done", None)]),
        ("while running:\n    asyncio.create_task(ask(1))", [("while", "running", None)]),
        ("while n < 9:\n    asyncio.create_task(ask(1))", [("gather", "n < 9", None)]),
        ("for x in enumerate(['a']):\n    await ask(x)", [("for", "enumerate(['a'])", 1)]),
        ("n = 3\nfor x in range(n):\n    await ask(x)", [("for", "range(n)", 3)]),
        ("for x in xs[:5]:\n    await ask(x)", [("for", "xs[:5]", 5)]),
        ("for x in xs[:-5]:\n    await ask(x)", [("for", "xs[:-5]", None)]),
        ("for x in [*xs, 'a']:\n    await ask(x)", [("for", "[*xs, 'a']", None)]),
        ("print(ask)\nregister(ask)", []),
        ("r = [x for x in (await ask(1)) if x]", []),
        ("r = [y for y in ys if await ask(y)]", [("comprehension", "ys", None)]),
        ("pool.map(work, await ask(1))", []),
    ],
)
def test_loops_of_callers(tmp_path: Path, body: str, loops: Loops) -> None:
    lines = "".join(f"    {line}\n" for line in body.split("\n"))
    assert loops_of(tmp_path, f"{ASK}async def main(xs):\n{lines}") == loops


def test_a_bound_by_name(tmp_path: Path) -> None:
    source = (
        f"{ASK}ROUNDS = 3\nNAMES = ['a', 'b']\ndef f():\n    for x in range(ROUNDS):\n"
        "        for n in NAMES:\n            ask(n)\n"
    )
    assert loops_of(tmp_path, source) == [("for", "NAMES", 2), ("for", "range(ROUNDS)", 3)]


def test_a_bound_by_a_local_name_is_unknown(tmp_path: Path) -> None:
    assert loops_of(tmp_path, f"{ASK}N = 3\ndef f(N):\n    for x in range(N):\n        ask(x)\n") == [
        ("for", "range(N)", None)
    ]


def test_a_helper_of_the_project_that_calls_what_it_is_given(tmp_path: Path) -> None:
    source = f"{ASK}def each(work, xs):\n    for x in xs:\n        work(x)\ndef main(ys):\n    each(ask, ys)\n"
    [call] = read(tmp_path, source).calls
    [loop] = call.context.loops
    assert (loop.kind, loop.over, loop.in_caller) == ("for", "xs", True)


def test_what_other_callers_give_a_helper_does_not_count(tmp_path: Path) -> None:
    source = (
        f"{ASK}def once(work):\n    work(1)\ndef main():\n    once(ask)\n    for x in range(9):\n        once(print)\n"
    )
    assert loops_of(tmp_path, source) == []


def test_a_helper_that_is_called_in_a_loop(tmp_path: Path) -> None:
    source = f"{ASK}def once(work):\n    work(1)\ndef main():\n    for x in range(9):\n        once(ask)\n"
    assert loops_of(tmp_path, source) == [("for", "range(9)", 9)]


@pytest.mark.parametrize(
    "use",
    [
        "from langsmith import evaluate\nevaluate(target, data='d', evaluators=[ask])",
        "from langsmith import Client\nlangsmith = Client()\nlangsmith.evaluate(ask, data='d')",
        "import langsmith\njudges = [ask]\nlangsmith.evaluate(target, data='d', evaluators=judges)",
        "from braintrust import Eval\nEval('name', data=rows, task=ask, scores=[])",
    ],
)
def test_evaluation_frameworks_call_for_each_example(tmp_path: Path, use: str) -> None:
    [loop] = only_call(tmp_path, ASK + use + "\n").context.loops
    assert (loop.kind, loop.in_caller) == ("pool", True)


def test_another_function_named_evaluate(tmp_path: Path) -> None:
    assert loops_of(tmp_path, f"{ASK}from mine import evaluate\nevaluate(ask)\n") == []


TOOLS = """def chat(messages, tools):
    while True:
        reply = client.messages.create(
            model='claude-haiku-5-5', max_tokens=9, system='Help.', messages=messages, tools=tools
        )
        if reply.stop_reason != 'tool_use':
            return reply
        messages.append({'role': 'assistant', 'content': reply.content})
"""


def test_a_loop_over_tools_is_none_for_a_request_without_tools(tmp_path: Path) -> None:
    said = "[{'role': 'user', 'content': 'Say something.'}]"
    uses = (
        f"def plain():\n    chat({said}, [])\ndef armed():\n"
        f"    chat({said}, [{{'name': 'look', 'input_schema': {{}}}}])\n"
    )
    calls = {call.function: call for call in read(tmp_path, START + TOOLS + uses).calls}
    assert [loop.kind for loop in calls["armed"].context.loops] == ["while"]
    assert calls["armed"].context.agent_loop
    assert calls["plain"].context.loops == ()
    assert not calls["plain"].context.agent_loop
    assert not calls["plain"].request.messages.grows


@pytest.mark.parametrize(
    "body",
    [
        "for _ in range(3):\n    try:\n        r = SEND\n        return r\n    except Exception:\n        pass",
        "for _ in range(3):\n    try:\n        r = SEND\n    except Exception:\n        continue\n    return r",
        "while True:\n    try:\n        r = SEND\n    except Exception:\n        pass\n    else:\n        break",
        (
            "done = False\nwhile not done:\n    try:\n        r = SEND\n"
            "        done = True\n    except Exception:\n        pass"
        ),
    ],
)
def test_a_loop_that_ends_with_the_first_success_is_none(tmp_path: Path, body: str) -> None:
    lines = "".join(f"    {line}\n" for line in body.replace("SEND", SEND).split("\n"))
    assert loops_of(tmp_path, f"{START}def f(x):\n{lines}") == []


def test_a_loop_that_logs_what_fails_goes_on(tmp_path: Path) -> None:
    body = (
        f"    for x in xs:\n        try:\n            {SEND}\n"
        "        except Exception:\n            log()\n        y = 1\n"
    )
    assert loops_of(tmp_path, f"{START}def f(xs):\n{body}    return 1\n") == [("for", "xs", None)]


def test_a_gather_has_the_place_of_its_comprehension(tmp_path: Path) -> None:
    source = f"{ASK}async def main(xs):\n    await asyncio.gather(*[ask(x) for x in xs])\n"
    [loop] = only_call(tmp_path, source).context.loops
    assert spelled(source, loop.place) == "[ask(x) for x in xs]"
    assert loop.in_caller
