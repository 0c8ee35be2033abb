"""How long a loop sleeps in a round."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.source.reading import only_call

START = "import time\nfrom anthropic import Anthropic\nclient = Anthropic()\nMINUTE = 60\n"
LOOP = "while True:\n    client.messages.create(model='m')\n"


@pytest.mark.parametrize(
    ("body", "pause"),
    [
        ("    pass\n", 0.0),
        ("    time.sleep(30)\n", 30.0),
        ("    time.sleep(30)\n    if done:\n        time.sleep(0.5)\n", 30.5),
        ("    time.sleep(10 * MINUTE)\n", 600.0),
        ("    time.sleep(wait())\n", None),
        ("    try:\n        pass\n    except OSError:\n        time.sleep(900)\n", 0.0),
        ("    def later():\n        time.sleep(900)\n", 0.0),
    ],
)
def test_pause(tmp_path: Path, body: str, pause: float | None) -> None:
    assert only_call(tmp_path, START + LOOP + body).context.loops[0].pause == pause
