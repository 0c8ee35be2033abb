from __future__ import annotations

import pytest

from promptlint.source.directives import directives
from promptlint.source.text_file import parse


@pytest.mark.parametrize(
    ("comment", "kind", "codes", "reason"),
    [
        ("# promptlint: ignore[PL103, PL104] measured", "ignore", ("PL103", "PL104"), "measured"),
        ("#promptlint:ignore", "ignore", (), ""),
        ("# promptlint: id=triage", "id", (), "triage"),
        ("# promptlint: ignroe[PL210] why", "unknown", (), "ignroe[PL210] why"),
        ("# promptlint: ignore-file", "unknown", (), "ignore-file"),
        ("# promptlint: Ignore[PL210]", "unknown", (), "Ignore[PL210]"),
        ("# promptlint:", "unknown", (), ""),
    ],
)
def test_kinds_of_comment(comment: str, kind: str, codes: tuple[str, ...], reason: str) -> None:
    (found,) = directives(parse("a.py", f"x = 1  {comment}\n".encode()))
    assert (found.kind, found.codes, found.reason) == (kind, codes, reason)


def test_what_looks_like_a_comment_in_a_string_is_none() -> None:
    assert directives(parse("a.py", b"x = '# promptlint: ignroe'  # about promptlint: nothing\n")) == ()
