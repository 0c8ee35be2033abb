"""On wheels made here; what the packages themselves say is looked up by hand, when prices are brought up to date."""

from __future__ import annotations

import json
from pathlib import Path
from zipfile import ZipFile

import pytest

from tools.compare_prices import differences, main

GENAI = """
providers = [
    Provider(id="anthropic", models=[
        ModelInfo(id="claude-haiku-5-5", prices=ModelPrice(
            input_mtok=TieredPrices(base=Decimal("0.1"), tiers=[Tier(start=100000, price=Decimal("0.5"))]),
            output_mtok=TieredPrices(base=Decimal("0.6"), tiers=[Tier(start=100000, price=Decimal("2.5"))]),
            cache_read_mtok=Decimal("0.01"))),
        ModelInfo(id="claude-sonnet-5-5", prices=[
            ConditionalPrice(prices=ModelPrice(input_mtok=Decimal("2"), cache_read_mtok=Decimal("0.2"))),
            ConditionalPrice(prices=ModelPrice(input_mtok=Decimal("2"), cache_read_mtok=Decimal("0.1"))),
        ]),
        ModelInfo(id="claude-sage-1", prices=ModelPrice(input_mtok=Decimal("1"))),
    ]),
    Provider(id="other", models=[ModelInfo(id="claude-haiku-5-5", prices=ModelPrice(input_mtok=Decimal("9")))]),
]
"""
LITELLM = {
    "sample_spec": {"litellm_provider": "one of them"},
    "claude-opus-5-5": {
        "litellm_provider": "anthropic",
        "input_cost_per_token": 4e-6,
        "cache_read_input_token_cost": 4e-7,
        "prompt_cache_min_tokens": 1024,
    },
    "claude-fable-5-2": {"litellm_provider": "anthropic", "prompt_cache_min_tokens": 512},
    "bedrock/claude-opus-5-5": {"litellm_provider": "bedrock", "input_cost_per_token": 9},
}
DEPRECATED = 'DEPRECATED_MODELS: Dict[str, str] = {"claude-sonnet-4-5": "December 1st, 2026"}\n'
MODELS = 'Model: TypeAlias = Union[Literal["claude-opus-5-5", "claude-opus-6"], str]\n'


def wheel(folder: Path, name: str, **files: str) -> Path:
    path = folder / f"{name}-py3-none-any.whl"
    with ZipFile(path, "w") as archive:
        for file, text in files.items():
            archive.writestr(file, text)
    return path


def found(path: Path) -> list[str]:
    """Without the models that a small wheel cannot name."""
    return [line.partition(": ")[2] for line in differences(path) if "does not know" not in line]


def genai(folder: Path) -> Path:
    return wheel(folder, "genai_prices-9.9", **{"genai_prices/data.py": GENAI})


def test_genai_prices(tmp_path: Path) -> None:
    assert found(genai(tmp_path)) == [
        "claude-haiku-5-5: output is 0.6, here 0.5",
        "claude-sage-1 is not in the table",
    ]


def test_litellm(tmp_path: Path) -> None:
    prices = {"litellm/model_prices_and_context_window_backup.json": json.dumps(LITELLM)}
    assert found(wheel(tmp_path, "litellm-9.9", **prices)) == [
        "claude-opus-5-5: cache read is 0.4, here 0.2",
        "claude-opus-5-5: min cacheable tokens is 1,024, here 512",
        "claude-fable-5-2: min cacheable tokens is 512, not known here",
    ]


def test_anthropic(tmp_path: Path) -> None:
    files = {"anthropic/types/model.py": MODELS, "anthropic/_data/deprecated_models.py": DEPRECATED}
    assert found(wheel(tmp_path, "anthropic-9.9", **files)) == [
        "claude-opus-6 is not in the table",
        "claude-sonnet-4-5-20250929: retirement is 2026-12-01, here 2026-11-30",
    ]


def test_models_that_a_package_lacks_are_named(tmp_path: Path) -> None:
    lines = list(differences(genai(tmp_path)))
    assert "genai-prices-9.9: does not know claude-opus-5-5" in lines
    assert not any("does not know claude-sonnet-5-5" in line for line in lines)
    assert not any("does not know claude-3-haiku-20240307" in line for line in lines)


def test_the_exit_code_says_that_something_differs(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main([str(genai(tmp_path))]) == 1
    assert capsys.readouterr().out.startswith("genai-prices-9.9: claude-haiku-5-5: output is 0.6, here 0.5\n")


def test_another_package_is_none_of_its_business(tmp_path: Path) -> None:
    with pytest.raises(SystemExit, match="pytest-9: not one of genai-prices, litellm, anthropic"):
        list(differences(wheel(tmp_path, "pytest-9")))
