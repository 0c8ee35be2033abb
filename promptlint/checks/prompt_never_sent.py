"""PL610: a prompt that is built and never sent: what it asks for never reaches the model."""

from __future__ import annotations

from typing import TYPE_CHECKING

from promptlint.findings import Hit

if TYPE_CHECKING:
    from collections.abc import Iterator

    from promptlint.audit import Audit


def check_project(audit: Audit) -> Iterator[Hit]:
    """Report each text that is named as a prompt and read nowhere in the project."""
    for prompt in audit.project.unsent:
        where = f" in {prompt.function}" if prompt.function else ""
        yield Hit(
            place=prompt.place,
            message=f"The prompt `{prompt.name}` is built{where} and never sent",
            label="read nowhere",
            cost="nothing is billed, but no request says what stands here",
            help=f"Pass it to the call that it was written for (`system={prompt.name}`), or delete it",
        )
