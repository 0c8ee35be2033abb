"""The ways in which a function is called, and what it is given by each."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.source.reading import asked, modelled


@pytest.mark.parametrize(
    ("start", "prompt"),
    [
        ("Thread(target=f, args=('x',)).start()", "> x"),
        ("Thread(target=f, args=['x']).start()", "> x"),
        ("threading.Thread(target=f, kwargs={'p': 'x'}).start()", "> x"),
        ("multiprocessing.Process(None, f, args=('x',)).start()", "> {p}"),
        ("multiprocessing.Process(target=f, args=given).start()", "> {p}"),
        ("Thread(target=f, kwargs={key: 'x'}).start()", "> {p}"),
        ("Button(target=f, args=('x',))", "> {p}"),
        ("f(*['x'])", "> x"),
        ("f(*given)", "> {p}"),
    ],
)
def test_started(tmp_path: Path, start: str, prompt: str) -> None:
    source = f"import threading, multiprocessing\nfrom threading import Thread\ndef f(p):\n    ask('> ' + p)\n{start}"
    assert asked(tmp_path, source) == prompt


def test_a_default_that_the_command_line_may_change_stays_one_beside_its_equal(tmp_path: Path) -> None:
    source = (
        "import argparse\n"
        "parser = argparse.ArgumentParser()\n"
        "parser.add_argument('--model', default='gpt-4o')\n"
        "def f(model):\n"
        "    if 'claude' in model:\n"
        "        use(model)\n"
        "f('gpt-4o')\n"
        "f(parser.parse_args().model)\n"
    )
    assert modelled(tmp_path, source).complete is False
