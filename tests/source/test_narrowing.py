"""What the tests around a place tell of a value that may be set from outside."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.source.reading import modelled


@pytest.mark.parametrize(
    ("source", "values", "complete"),
    [
        ("if MODEL == 'claude-opus-5':\n    use(MODEL)", ("claude-opus-5",), True),
        ("if MODEL != 'claude-opus-5':\n    use(MODEL)", (), False),
        ("if MODEL == 'claude-opus-5':\n    pass\nelse:\n    use(MODEL)", (), False),
        ("if MODEL.startswith('gpt'):\n    use(MODEL)", (), False),
    ],
)
def test_a_default_that_a_test_rules_out(tmp_path: Path, source: str, values: tuple[str, ...], complete: bool) -> None:
    found = modelled(tmp_path, f"import os\nMODEL = os.getenv('MODEL', 'claude-opus-5')\n{source}\n")
    assert (found.values, found.complete) == (values, complete)


def test_a_constant_stays_what_it_is(tmp_path: Path) -> None:
    found = modelled(tmp_path, "MODEL = 'claude-opus-5'\nif MODEL != 'claude-opus-5':\n    use(MODEL)\n")
    assert found.values == ("claude-opus-5",)


@pytest.mark.parametrize(
    ("test", "complete"),
    [
        ("self.model == 'claude-opus-5'", True),
        ("self.model and self.model != 'claude-opus-5'", False),
        ("other.model != 'claude-opus-5'", True),
    ],
)
def test_a_default_of_an_object(tmp_path: Path, test: str, complete: bool) -> None:
    source = (
        "import os\nclass Agent:\n    def __init__(self):\n        self.model = os.getenv('MODEL', 'claude-opus-5')\n"
    )
    source += f"    def ask(self, other):\n        if {test}:\n            use(self.model)\n"
    assert modelled(tmp_path, source).complete == complete
