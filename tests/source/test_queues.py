"""What one function puts into a queue, and another takes out."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.source.reading import asked

WORKER = """\
import {module}
def work(queue):
    while True:
        item = {get}
        if item is None:
            break
        ask("> " + item)
def run(other):
    queue = {module}.Queue()
    threading.Thread(target=work, args=(queue,)).start()
    {put}
    queue.put(None)
import threading
"""


@pytest.mark.parametrize(
    ("module", "get", "put", "prompt"),
    [
        ("queue", "queue.get()", "queue.put('x')", "> x"),
        ("multiprocessing", "queue.get()", "queue.put('x')", "> x"),
        ("queue", "queue.get_nowait()", "queue.put_nowait('x')", "> x"),
        ("queue", "queue.get()", "queue.put('x')\n    queue.put('y')", "> [x|y]"),
        ("queue", "queue.get()", "other.put('x')", "> {queue.get()}"),
        ("queue", "queue.get()", "queue.put('x')\n    other.put('y')", "> [x|{queue.get()}]"),
    ],
)
def test_taken(tmp_path: Path, module: str, get: str, put: str, prompt: str) -> None:
    assert asked(tmp_path, WORKER.format(module=module, get=get, put=put)) == prompt


def test_another_queue_brings_nothing(tmp_path: Path) -> None:
    source = (
        "from queue import Queue\nfirst, second = Queue(), Queue()\nfirst.put('x')\nsecond.put('y')\nask(first.get())"
    )
    assert asked(tmp_path, source) == "x"


def test_a_queue_with_very_many_puts_is_not_followed(tmp_path: Path) -> None:
    puts = "".join(f"q.put('{number}')\n" for number in range(9))
    assert asked(tmp_path, f"from queue import Queue\nq = Queue()\n{puts}ask(q.get())") == "{q.get()}"


def test_get_of_something_else_is_no_queue(tmp_path: Path) -> None:
    assert asked(tmp_path, "from shop import Store\ns = Store()\ns.put('x')\nask(s.get())") == "{s.get()}"
