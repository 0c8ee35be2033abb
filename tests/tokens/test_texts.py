"""Variants within variants are read once each, however deep."""

from __future__ import annotations

import time

from promptlint.prices.table import find
from promptlint.request import Piece, Place, Text, Variant
from promptlint.tokens.count import Counter
from promptlint.tokens.memory import Memory
from promptlint.tokens.ruler import Ruler
from promptlint.tokens.texts import raw

HERE = Place("a.py", 1, 1, 1, 2)


def test_nested_choices_take_no_longer_with_each_level() -> None:
    model = find("claude-haiku-4-5")
    assert model is not None
    text = Text((Piece("a", HERE),))
    for level in range(60):
        other = Text((Piece(f" other {level}", HERE),))
        text = Text((Variant((text, Text((*text.parts, *other.parts)))), Piece(" on", HERE)))
    started = time.process_time()
    found = raw(text, Ruler(model, Counter(Memory(None))))
    assert time.process_time() - started < 5
    assert found.high is not None
    assert found.low < found.high
