"""Which branches a call stands in, and whether each turn of a loop decides anew."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.source.reading import read

SEND = 'client.messages.create(model="claude-haiku-5-5", max_tokens=9, messages=said)'
HEAD = "import anthropic\nclient = anthropic.Anthropic()\n"


@pytest.mark.parametrize(
    ("body", "arms"),
    [
        (f"def f(said):\n    {SEND}", []),
        (f"def f(said, x):\n    if x:\n        {SEND}", [(0, False)]),
        (f"def f(said, x):\n    if x:\n        pass\n    else:\n        {SEND}", [(1, False)]),
        (f"def f(said, x):\n    if x:\n        return\n    {SEND}", [(1, False)]),
        (f"def f(said, x):\n    if x:\n        x()\n    {SEND}", []),
        (f"def f(said):\n    for x in range(9):\n        if x == 0:\n            {SEND}", [(0, True)]),
        (f"def f(said, y):\n    for x in range(9):\n        if y:\n            {SEND}", [(0, False)]),
        (
            f"def f(said):\n    while True:\n        x = ask()\n        if x:\n            continue\n        {SEND}",
            [(1, True)],
        ),
        (f"def f(said):\n    try:\n        {SEND}\n    except OSError:\n        pass", [(0, False)]),
        (f"def f(said):\n    try:\n        pass\n    except OSError:\n        {SEND}", [(1, False)]),
        (
            f"def f(said, x):\n    match x:\n        case 1:\n            pass\n        case 2:\n            {SEND}",
            [(1, False)],
        ),
        (f"def f(said):\n    {SEND}\ndef g(x):\n    if x:\n        f([])", [(0, False)]),
    ],
)
def test_arms(tmp_path: Path, body: str, arms: list[tuple[int, bool]]) -> None:
    call = next(call for call in read(tmp_path, HEAD + body).calls if call.place.line > 2)
    assert [(arm.number, arm.differs) for arm in call.context.arms] == arms


@pytest.mark.parametrize(
    ("body", "names"),
    [
        ("    for x in y:\n        send('high' if x else 'low')", ("model",)),
        ("    for x in y:\n        send('high' if y else 'low')", ()),
        ("    send('high' if y else 'low')", ()),
        ("    for x in y:\n        m = 'high' if x else 'low'\n        send(m)", ("model",)),
        ("    for x in y:\n        m = 'low'\n        if x:\n            m = 'high'\n        send(m)", ("model",)),
        ("    for x in y:\n        m = 'low'\n        send(m)", ()),
    ],
)
def test_arguments_that_a_turn_decides(tmp_path: Path, body: str, names: tuple[str, ...]) -> None:
    source = body.replace("send(", "client.messages.create(max_tokens=9, messages=[], model=")
    [call] = read(tmp_path, f"{HEAD}def f(y):\n{source}").calls
    assert call.request.by_turn == names
