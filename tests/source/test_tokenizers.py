"""What code counts tokens with."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.source.reading import read, spelled

CALL = "import anthropic\nanthropic.Anthropic().messages.create(model='claude-haiku-5-5', max_tokens=9, messages=[])\n"


@pytest.mark.parametrize(
    ("source", "found"),
    [
        ("tiktoken.get_encoding('cl100k_base')", [("tiktoken.get_encoding", "tiktoken.get_encoding('cl100k_base')")]),
        ("tiktoken.encoding_for_model(m)", [("tiktoken.encoding_for_model", "tiktoken.encoding_for_model(m)")]),
        (
            "from tiktoken import get_encoding\nx = get_encoding('a')",
            [("tiktoken.get_encoding", "get_encoding('a')")],
        ),
        ("AutoTokenizer.from_pretrained(m)", [("AutoTokenizer.from_pretrained", "AutoTokenizer.from_pretrained(m)")]),
        ("litellm.token_counter(model=m)", [("litellm.token_counter", "litellm.token_counter(model=m)")]),
        ("tokens = len(text) // 4", [("characters / 4", "len(text) // 4")]),
        ("def count_tokens(text):\n    return len(text) / 3.5", [("characters / 3.5", "len(text) / 3.5")]),
        ("def count_tokens(text):\n    return int(len(text) / 4)", [("characters / 4", "len(text) / 4")]),
        ("quarter = len(rows) // 4", []),
        ("tokens = len(text)", []),
        ("# tiktoken.get_encoding('cl100k_base')", []),
    ],
)
def test_tokenizers(tmp_path: Path, source: str, found: list[tuple[str, str]]) -> None:
    text = CALL + source + "\n"
    assert [(use.name, spelled(text, use.place)) for use in read(tmp_path, text).tokenizers] == found
