"""Images and documents that are sent as they came."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.source.reading import read

START = """\
import base64
import requests
from pathlib import Path
from anthropic import Anthropic
client = Anthropic()
def encoded(path):
    with open(path, "rb") as file:
        return base64.b64encode(file.read()).decode()
def ask(path, url, photo: UploadFile, data):
"""


def whole(root: Path, *body: str, source: str = '{"type": "base64", "data": x}', extra: str = "") -> list[str]:
    send = 'client.messages.create(model="claude-opus-5-5", max_tokens=9, messages=m)'
    lines = [*body, f'm = [{{"role": "user", "content": [{{"type": "image", "source": {source}}}]}}]', f"return {send}"]
    [call] = read(root, extra + START + "".join(f"    {line}\n" for line in lines)).calls
    [block] = call.request.messages.messages[0].blocks
    assert block.media is not None
    return [one.what for one in block.media.whole]


@pytest.mark.parametrize(
    ("body", "what"),
    [
        ("x = encoded(path)", "file"),
        ("x = base64.standard_b64encode(Path(path).read_bytes()).decode('ascii')", "file"),
        ("x = base64.b64encode(photo.read()).decode()", "upload"),
        ("x = base64.b64encode(requests.get(url).content).decode()", "page"),
    ],
)
def test_a_whole_file_upload_or_download(tmp_path: Path, body: str, what: str) -> None:
    assert whole(tmp_path, body) == [what]


@pytest.mark.parametrize("body", ["x = data", "x = encoded('logo.png')", "x = base64.b64encode(small(path)).decode()"])
def test_what_is_known_or_not_seen(tmp_path: Path, body: str) -> None:
    assert whole(tmp_path, body) == []


def test_a_file_that_speaks_of_sizes_is_left_alone(tmp_path: Path) -> None:
    assert whole(tmp_path, "x = encoded(path)", extra="import PIL\n") == []


def test_a_url_is_not_what_is_sent(tmp_path: Path) -> None:
    assert whole(tmp_path, source='{"type": "url", "url": url}') == []


LOOP = """\
import base64
from pathlib import Path
from anthropic import Anthropic
client = Anthropic()
def encoded(path):
    return base64.b64encode(Path(path).read_bytes()).decode()
def latest():
    return encoded(input())
def ask(path, questions):
    first = encoded(path)
    for question in questions:
        data = {data}
        block = {{"type": "document", "source": {{"type": "base64", "data": data}}}}
        m = [{{"role": "user", "content": [block, {{"type": "text", "text": question}}]}}]
        client.messages.create(model="claude-opus-5-5", max_tokens=9, messages=m)
"""


@pytest.mark.parametrize(
    ("data", "same"),
    [("first", True), ("encoded(path)", True), ("encoded(question)", False), ("latest()", False)],
)
def test_a_document_that_is_the_same_in_each_round(tmp_path: Path, data: str, same: bool) -> None:
    [call] = read(tmp_path, LOOP.format(data=data)).calls
    media = call.request.messages.messages[0].blocks[0].media
    assert media is not None
    assert [place.line for place in media.fixed_in] == ([11] if same else [])
