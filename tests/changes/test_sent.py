from __future__ import annotations

from dataclasses import replace

from promptlint.changes.known import known
from promptlint.changes.sent import sent
from promptlint.request import Block, CallSite, Hole, Media, Message, Messages, Piece, Place, Request, Text

HERE, BELOW = Place("a.py", 3, 1, 3, 9), Place("b.py", 7, 5, 7, 13)


def looking(place: Place, picture: str = "picture", inside: bool = False) -> CallSite:
    """A call that sends an image which is made at run time, perhaps inside of a tool's result."""
    made_of = Media(reason="the image is known at run time only", data=(Hole(picture, place),), fixed_in=(place,))
    image = Block("image", None, place, media=made_of, definition='{"type": "image"}')
    said = Text((Piece("Done.", place), Hole("answer", place)))
    text = Block("text", said, place)
    result = Block("tool_result", said, place, definition='{"type": "tool_result"}', inner=(text, image))
    message = Message("user", (result if inside else image,), place)
    return CallSite("a.py::f", place, "f", "anthropic.messages.create", Request(messages=Messages((message,))))


def test_an_image_is_the_same_wherever_the_code_stands() -> None:
    assert sent(looking(HERE)) == sent(looking(BELOW))
    assert sent(looking(HERE)).changed(sent(looking(HERE, "other"))) == ("messages",)


def test_an_image_that_the_run_time_makes_is_unknown_by_its_name() -> None:
    part = known(looking(HERE).request)
    assert part.unknown == ("image picture",)
    assert [message.blocks for message in part.request.messages.messages] == [()]


def test_an_image_within_a_result_is_unknown_too_and_its_text_once() -> None:
    part = known(looking(HERE, inside=True).request)
    assert part.unknown == ("answer", "image picture")
    ((result,),) = [message.blocks for message in part.request.messages.messages]
    assert [block.kind for block in result.inner] == ["text"]


def test_an_image_of_a_known_size_is_known() -> None:
    call = looking(HERE)
    (message,) = call.request.messages.messages
    blocks = tuple(replace(block, media=Media(width=800, height=600)) for block in message.blocks)
    messages = Messages((replace(message, blocks=blocks),))
    assert known(replace(call.request, messages=messages)).unknown == ()
