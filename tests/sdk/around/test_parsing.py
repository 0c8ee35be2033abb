"""Where a reply's text is parsed, and what catches that it cannot be."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.source.reading import read

START = "import json\nfrom anthropic import Anthropic\nclient = Anthropic()\ndef ask():\n"
SEND = "client.messages.create(model='claude-haiku-5-5', max_tokens=9, messages=[])"


def parses(root: Path, body: str) -> list[tuple[int, int | None]]:
    [call] = read(root, f"{START}    r = {SEND}\n{body}").calls
    found = [read.parsed for read in call.response.reads if read.parsed is not None]
    return [(parse.place.line, parse.caught.line if parse.caught else None) for parse in found]


@pytest.mark.parametrize(
    ("body", "found"),
    [
        ("    return json.loads(r.content[0].text)\n", [(6, None)]),
        ("    t = r.content[0].text.strip()\n    return json.loads(t)\n", [(7, None)]),
        ("    t = ''.join(b.text for b in r.content)\n    return json.loads(t)\n", [(7, None)]),
        ("    return r.content[0].text\ndef use():\n    return json.loads(ask())\n", [(8, None)]),
        (
            "    try:\n        return json.loads(r.content[0].text)\n    except ValueError:\n        return 0\n",
            [(7, 6)],
        ),
        (
            "    try:\n        return json.loads(r.content[0].text)\n    except ValueError:\n        raise\n",
            [(7, None)],
        ),
        ("    return json.dumps(r.content[0].text)\n", []),
    ],
)
def test_parse(tmp_path: Path, body: str, found: list[tuple[int, int | None]]) -> None:
    assert parses(tmp_path, body) == found
