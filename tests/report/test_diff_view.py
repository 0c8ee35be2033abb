from __future__ import annotations

import pytest

from promptlint.changes.bounds import NOTHING, Bounds
from promptlint.report.diff_view import signed, thousandfold


@pytest.mark.parametrize(
    ("found", "written"),
    [
        (NOTHING, "$0"),
        (Bounds(0.019, 0.02, 0.021), "+$0.02"),
        (Bounds(-0.021, -0.02, -0.019), "-$0.02"),
        (Bounds(-0.01, 0.0, 0.01), "$0 (-$0.01 to +$0.01)"),
        (Bounds(-0.1, None, 0.2), "-$0.10 to +$0.20"),
        (Bounds(1.2, None, None), "≥ +$1.20"),
        (Bounds(None, None, -1.2), "≤ -$1.20"),
        (Bounds(0, None, None), "unknown"),
        (Bounds(), "unknown"),
    ],
)
def test_an_amount_has_its_sign_and_what_is_open(found: Bounds, written: str) -> None:
    assert signed(found) == written


def test_a_thousand_calls() -> None:
    assert thousandfold(Bounds(0.002, None, None)) == "≥ +$2.00"
