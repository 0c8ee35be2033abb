"""The tokens of images and of documents."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from promptlint.estimate import Estimate
from promptlint.tokens import structure, texts
from promptlint.tokens.calls import read

if TYPE_CHECKING:
    from promptlint.prices.model import Model
    from promptlint.request import Block, Media
    from promptlint.tokens.ruler import Ruler


def raw(block: Block, ruler: Ruler) -> Estimate:
    """An image by its size, a PDF by its pages, any other document by its text; unknown where that is not known."""
    media = block.media
    if media is None:
        return _text(block, ruler) if block.text is not None else Estimate.unknown()
    if media.width is not None and media.height is not None:
        return image(media.width, media.height, ruler.model)
    return _pages(media, ruler.model)


def _text(block: Block, ruler: Ruler) -> Estimate:
    given = read(block)
    citations = given.get("citations")
    cited = isinstance(citations, dict) and citations.get("enabled") is True
    named = "\n".join(given[key] for key in ("title", "context") if isinstance(given.get(key), str))
    assert block.text is not None
    return texts.raw(block.text, ruler) + ruler.literal(named) + structure.document(cited=cited)


def image(width: int, height: int, model: Model) -> Estimate:
    """The tokens of an image of this size, in pixels; unknown for one that is smaller than a tile.

    One a tile, after the image was scaled down to what the model takes; what is smaller was not measured.
    """
    sizes = structure.image(model)
    side: int = sizes["tile"]
    if min(width, height) < 1 or max(width, height) < side:
        return Estimate.unknown()
    scale = min(1.0, sizes["long_edge"] / max(width, height))
    tiles = _tiles(width * scale, height * scale, side, sizes["most"])
    return Estimate.exactly(tiles, "assumed") + structure.interval(sizes["around"], "assumed")


def _tiles(width: float, height: float, side: int, most: int) -> int:
    """The tiles of an image that is made smaller, by whole tiles of its long edge, until it has no more than `most`."""
    long, short = max(width, height), min(width, height)
    columns, rows = math.ceil(long / side), math.ceil(short / side)
    while columns * rows > most:
        columns -= 1
        rows = math.ceil(columns * short / long)
    return columns * rows


def _pages(media: Media, model: Model) -> Estimate:
    """A page costs its text and an image of itself: how much depends on what stands on it."""
    page = structure.page(model)
    if media.pages is None or page is None:
        return Estimate.unknown()
    least, most = media.pages
    several = page.times(most)
    return Estimate(page.low * least, several.value if least == most else None, several.high, "assumed")
