from __future__ import annotations

import pytest

from promptlint.estimate import Estimate
from promptlint.prices.table import find
from promptlint.request import Block, Media, Place
from promptlint.tokens import media
from promptlint.tokens.count import Counter
from promptlint.tokens.memory import Memory
from promptlint.tokens.ruler import Ruler

HERE = Place("r.jsonl", 1, 1, 1, 2)


def tokens(found: Media, name: str = "claude-sonnet-4-5") -> Estimate:
    model = find(name)
    assert model is not None
    return media.raw(Block("image", None, HERE, media=found), Ruler(model, Counter(Memory(None))))


@pytest.mark.parametrize(
    ("size", "standard", "high"),
    [
        ((1000, 1000), 1296, 1296),
        ((1920, 1080), 1560, 2691),
        ((1080, 1920), 1560, 2691),
        ((3840, 2160), 1560, 4784),
        ((228, 148), 54, 54),
        ((10_000, 1), 56, 92),
        ((28, 28), 1, 1),
    ],
)
def test_documented_tiles_of_an_image(size: tuple[int, int], standard: int, high: int) -> None:
    found = Media(*size)
    assert tokens(found).value == standard + 3
    assert tokens(found, "claude-opus-4-8").value == high + 3


def test_a_smaller_image_was_not_measured() -> None:
    assert tokens(Media(27, 27)) == Estimate(0, None, None, "unknown")
    assert tokens(Media(0, 300)) == Estimate(0, None, None, "unknown")


def test_a_page_is_a_range() -> None:
    assert tokens(Media(pages=(3, 3))) == Estimate(4500, 11400, 14100, "assumed")
    assert tokens(Media(pages=(1, 600))) == Estimate(1500, None, 2_820_000, "assumed")
    assert tokens(Media(pages=(3, 3)), "claude-3-haiku") == Estimate(0, None, None, "unknown")
