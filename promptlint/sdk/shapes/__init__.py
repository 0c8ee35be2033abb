"""How an SDK's arguments become those of the Messages API: one short file for each shape that differs.

A shape is a function `translate(gathered)`. It returns the arguments under the names of the Messages API
(`model`, `max_tokens`, `system`, `messages`, `tools`, ..), or None where the call cannot be one of Claude.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from importlib import import_module
from typing import TYPE_CHECKING, cast

if TYPE_CHECKING:
    from promptlint.sdk.passed import PassedArguments
    from promptlint.sdk.receivers import Receiver
    from promptlint.source.evaluator import Evaluator
    from promptlint.source.frames import Frame


@dataclass(frozen=True, slots=True, eq=False)
class Gathered:
    """What is known of one call: its own arguments, and what it is called on."""

    ev: Evaluator
    frame: Frame
    given: PassedArguments
    receiver: Receiver | None
    method: str


Shape = Callable[[Gathered], "PassedArguments | None"]


@cache
def shape(name: str) -> Shape:
    """The shape of a name, from the file of that name."""
    return cast("Shape", import_module(f"promptlint.sdk.shapes.{name}").translate)
