from __future__ import annotations

import tomllib
from datetime import date
from pathlib import Path

import pytest

import promptlint.prices.table as table
from promptlint.prices.table import all_models, cheaper, find, is_claude, newest, platform_of, price_ratio, replacement

TODAY = date(2026, 11, 22)
FILE = Path(table.__file__).with_name("models.toml")


def known(name: str) -> table.Model:
    model = find(name)
    assert model is not None, name
    return model


def test_the_table_is_dated_as_the_code_says() -> None:
    document = tomllib.loads(FILE.read_text(encoding="utf-8"))
    assert document["as_of"] == table.PRICES_AS_OF == "2026-11-22"
    assert {key for row in document["models"] for key in row["sources"]} <= document["sources"].keys()


def test_every_model_is_found_by_every_name_in_the_table() -> None:
    assert len(all_models()) == 38
    for model in all_models():
        names = [model.id, *model.aliases, *model.bedrock_profiles, model.bedrock, model.vertex]
        for name in filter(None, names):
            assert find(name) is model, name


@pytest.mark.parametrize(
    ("name", "id", "platform"),
    [
        ("claude-haiku-5-5", "claude-haiku-5-5", None),
        ("claude-haiku-4-5", "claude-haiku-4-5-20251001", None),
        ("claude-3-7-sonnet-latest", "claude-3-7-sonnet-20250219", None),
        ("claude-opus-4-0", "claude-opus-4-20250514", None),
        ("claude-sonnet-4", "claude-sonnet-4-20250514", None),
        ("claude-3-5-sonnet", "claude-3-5-sonnet-20241022", None),
        ("claude-sonnet-5-5[1m]", "claude-sonnet-5-5", None),
        ("claude-2.1", "claude-2.1", None),
        ("anthropic.claude-opus-4-6-v1", "claude-opus-4-6", "bedrock"),
        ("anthropic.claude-opus-4-6", "claude-opus-4-6", "bedrock"),
        ("us.anthropic.claude-sonnet-4-5-20250929-v1:0", "claude-sonnet-4-5-20250929", "bedrock"),
        ("us-gov.anthropic.claude-haiku-5-5", "claude-haiku-5-5", "bedrock"),
        ("global.anthropic.claude-fable-5", "claude-fable-5", "bedrock"),
        ("anthropic.claude-3-sonnet-20240229-v1:0:28k", "claude-3-sonnet-20240229", "bedrock"),
        ("anthropic.claude-3-5-sonnet-20241022-v2:0", "claude-3-5-sonnet-20241022", "bedrock"),
        (
            "arn:aws:bedrock:us-east-1:123456789012:inference-profile/us.anthropic.claude-sonnet-4-5-20250929-v1:0",
            "claude-sonnet-4-5-20250929",
            "bedrock",
        ),
        (
            "arn:aws-us-gov:bedrock:us-gov-west-1::foundation-model/anthropic.claude-3-haiku-20240307-v1:0",
            "claude-3-haiku-20240307",
            "bedrock",
        ),
        ("bedrock/us-east-1/anthropic.claude-haiku-5-5", "claude-haiku-5-5", "bedrock"),
        ("bedrock/converse/eu.anthropic.claude-opus-4-6-v1", "claude-opus-4-6", "bedrock"),
        ("bedrock/claude_platform/claude-opus-5", "claude-opus-5", "aws"),
        ("bedrock:jp.anthropic.claude-sonnet-5", "claude-sonnet-5", "bedrock"),
        ("claude-haiku-4-5@20251001", "claude-haiku-4-5-20251001", "vertex"),
        ("claude-3-7-sonnet@20250219", "claude-3-7-sonnet-20250219", "vertex"),
        ("claude-3-5-sonnet-v2@20241022", "claude-3-5-sonnet-20241022", "vertex"),
        ("claude-opus-4-8@default", "claude-opus-4-8", "vertex"),
        ("vertex_ai/claude-haiku-4-5@latest", "claude-haiku-4-5-20251001", "vertex"),
        ("azure_ai/claude-opus-5", "claude-opus-5", "foundry"),
        ("anthropic/claude-haiku-5.5", "claude-haiku-5-5", "anthropic"),
        ("anthropic:claude-sonnet-4-6", "claude-sonnet-4-6", "anthropic"),
        ("openrouter/anthropic/claude-haiku-4.5", "claude-haiku-4-5-20251001", "openrouter"),
        ("~anthropic/claude-haiku-latest", "claude-haiku-5-5", "openrouter"),
        ("anthropic/claude-3.7-sonnet:thinking", "claude-3-7-sonnet-20250219", "anthropic"),
        ("openrouter/anthropic/claude-3.5-sonnet:beta", "claude-3-5-sonnet-20241022", "openrouter"),
        ("databricks/databricks-claude-sonnet-4-5", "claude-sonnet-4-5-20250929", "databricks"),
        ("github_copilot/claude-haiku-5.5", "claude-haiku-5-5", "github_copilot"),
    ],
)
def test_names(name: str, id: str, platform: str | None) -> None:
    assert known(name).id == id
    assert platform_of(name) == platform
    assert is_claude(name)


@pytest.mark.parametrize(
    "name",
    [
        "claude-haiku-5-5-mini",
        "claude-sonnet-4-5-20250930",
        "claude-3-5-sonnet-28k-20240229",
        "claude-opus",
        "claude-opus-6",
        "anthropic.claude-3-5-sonnet-20240620-v2:0",
        "anthropic.claude-v2:1",
        "claude-haiku-4-5@20250101",
        "claude-haiku-latest",
        "~anthropic/claude-sage-latest",
    ],
)
def test_a_name_that_is_nearly_a_models_is_unknown_and_still_claude(name: str) -> None:
    assert find(name) is None
    assert is_claude(name)


@pytest.mark.parametrize("name", ["gpt-5", "openai/gpt-5", "claudette-1", "", "amazon.nova-pro-v1:0", "my-claude-3"])
def test_other_models_are_not_claude(name: str) -> None:
    assert find(name) is None
    assert not is_claude(name)
    assert platform_of(name) is None


def test_prices() -> None:
    haiku = known("claude-haiku-5-5")
    assert haiku.price == table.Prices(0.1, 0.5, 0.125, 0.2, 0.01)
    assert haiku.batch_price == table.Prices(0.05, 0.25, 0.0625, 0.1, 0.005)
    assert haiku.long_prompt is not None
    assert (haiku.long_prompt.above, haiku.long_prompt.price.output) == (100_000, 2.5)
    assert known("claude-sonnet-5-5").price.cache_read == 0.1
    assert known("claude-fable-5-2").price.cache_read == 0.2
    assert known("claude-3-haiku-20240307").price.cache_write_5m == 0.3


def test_what_is_not_known_is_not_the_neighbours() -> None:
    assert known("claude-fable-5-2").min_cacheable_tokens is None
    assert known("claude-fable-5-1").min_cacheable_tokens == 512
    assert known("claude-2.1").price == table.Prices(8, 24)
    assert known("claude-2.1").batch_price is None
    assert known("claude-mythos-preview").batch_price is None


def test_tokenizers() -> None:
    generations = {model.id: (model.tokenizer, model.tokenizer_measured) for model in all_models()}
    assert generations["claude-opus-4-6"] == ("v3", True)
    assert generations["claude-opus-4-7"] == ("v4.7", True)
    assert generations["claude-opus-4-8"] == ("v4.8", True)
    assert generations["claude-haiku-5-5"] == ("v4.8", False)
    assert generations["claude-instant-1.2"] == ("v2", False)


def test_status_depends_on_the_day() -> None:
    model = known("claude-sonnet-4-5")
    days = [date(2026, 9, 29), date(2026, 9, 30), date(2026, 11, 29), date(2026, 11, 30)]
    assert [model.status_on(day) for day in days] == ["active", "deprecated", "deprecated", "retired"]
    assert all(model.status_on(TODAY) != "active" for model in all_models() if model.status != "active")


def test_replacements_are_followed_to_an_active_model() -> None:
    def chosen(name: str, today: date) -> str | None:
        found = replacement(known(name), today)
        return None if found is None else found.id

    assert chosen("claude-sonnet-4-5", TODAY) == "claude-sonnet-5-5"
    assert chosen("claude-3-opus-latest", TODAY) == "claude-opus-4-8"
    assert chosen("claude-opus-5-5", TODAY) is None


def test_the_cheaper_model_is_the_current_one_of_the_next_tier() -> None:
    suggestions = {model.id: found and found.id for model in all_models() for found in [cheaper(model)]}
    assert suggestions["claude-fable-5-2"] == "claude-opus-5-5"
    assert suggestions["claude-opus-4-6"] == "claude-sonnet-5-5"
    assert suggestions["claude-sonnet-5"] == "claude-haiku-5-5"
    assert suggestions["claude-haiku-4-5-20251001"] == "claude-haiku-5-5"
    assert suggestions["claude-haiku-5-5"] is None
    assert suggestions["claude-2.1"] is None


def test_price_ratio_is_the_smaller_of_input_and_output() -> None:
    assert price_ratio(known("claude-sonnet-5-5"), known("claude-haiku-5-5")) == 20
    assert price_ratio(known("claude-2.1"), known("claude-3-haiku-20240307")) == 24 / 1.25


def test_the_newest_of_a_tier() -> None:
    assert [model and model.id for model in map(newest, ["opus", "haiku", "sage"])] == [
        "claude-opus-5-5",
        "claude-haiku-5-5",
        None,
    ]
