"""PL603: an image sent as it came: models from 4.7 on read a large one at several times the tokens of a smaller one."""

from __future__ import annotations

from typing import TYPE_CHECKING

from promptlint.checks._cost import MILLION, dollars, price_of, prices
from promptlint.findings import Hit, Related
from promptlint.tokens import media

if TYPE_CHECKING:
    from collections.abc import Iterator

    from promptlint.audit import Audit
    from promptlint.estimate import Estimate
    from promptlint.prices.model import Model
    from promptlint.request import Block, Bulk, CallSite

    Size = tuple[int, int]

_FULL = (3840, 2160)  # what a screen or a telephone gives
_EDGE = 1280
_WORTH = 2.0  # times the tokens of the smaller image: older models scale a large one down to less than that
_CAME = {"upload": "the upload", "page": "the download"}
_HELP = """\
Make it no larger than what there is to see: its width and height count, not its format or quality
    image = Image.open(path)
    image.thumbnail((1280, 1280))
Where small print or exact coordinates matter, leave it as it is"""


def check(call: CallSite, audit: Audit) -> Iterator[Hit]:
    """Report each place that makes data of a whole file or upload, and each image that is known to be large."""
    models = audit.ledger.models(call) if call.priced and call.request.model.complete else ()
    if not models:
        return
    for message in call.request.messages.messages:
        for block in (one for outer in message.blocks for one in (outer, *outer.inner)):
            if block.kind == "image" and block.media is not None:
                yield from _hits(call, block, models)


def _hits(call: CallSite, block: Block, models: tuple[Model, ...]) -> Iterator[Hit]:
    assert block.media is not None
    width, height = block.media.width, block.media.height
    size = _FULL if width is None or height is None else (width, height)
    if not all(_is_large(size, model) for model in models):
        return
    cost = _cost(call, size, models)
    if size == (width, height):
        message = f"This image is sent at {width:,} x {height:,} pixels"
        yield Hit(block.place, message, call.id, "at its full size", cost, help=_HELP)
    for whole in block.media.whole:
        yield _as_it_came(call, block, whole, f"its size is known at run time only; {cost}")


def _as_it_came(call: CallSite, block: Block, whole: Bulk, cost: str) -> Hit:
    again = call.request.messages.grows
    return Hit(
        place=whole.place,
        message=f"This image is sent at the full size of {_CAME.get(whole.what, 'the file')}",
        call=call.id,
        label="nothing makes it smaller",
        cost=f"{cost}, in each later turn once more" if again else cost,
        help=_HELP,
        related=() if block.place.contains(whole.place) else (Related(block.place, "the block that it is sent in"),),
    )


def _smaller(size: Size) -> Size:
    scale = min(1.0, _EDGE / max(size))
    return round(size[0] * scale), round(size[1] * scale)


def _is_large(size: Size, model: Model) -> bool:
    small: Estimate = media.image(*_smaller(size), model)
    return small.high is not None and media.image(*size, model).at_least(_WORTH * small.high)


def _cost(call: CallSite, size: Size, models: tuple[Model, ...]) -> str:
    """The tokens of an image at this size and of the smaller one, and what the difference costs."""
    full, small = (media.image(*one, models[0]).low for one in (size, _smaller(size)))
    found = [price.input for model in models if (price := prices(call, model)) is not None and price.input is not None]
    wide, high = _smaller(size)
    sizes = f"{size[0]:,} x {size[1]:,} pixels are {full:,.0f} tokens, {wide:,} x {high:,} are"
    more = dollars([(full - small) * price / MILLION for price in found]) if found else "an unknown amount"
    return f"{sizes} {small:,.0f}: {more} for the difference ({price_of(*models)})"
