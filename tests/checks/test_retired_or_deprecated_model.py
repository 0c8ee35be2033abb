from __future__ import annotations

from datetime import date

import pytest

from promptlint.prices.table import find, successor
from promptlint.request import Argument, Client, Via
from tests.checks.handmade import at, call, hits, values

RULE = "retired-or-deprecated-model"


def test_retired_names_date_and_replacement() -> None:
    [hit] = hits(RULE, call("claude-3-5-sonnet-20241022"))
    assert hit.severity == "error"
    assert hit.message == (
        "claude-3-5-sonnet-20241022 is retired since 2025-10-28: every request for it fails with 404"
    )
    assert hit.help.startswith('Write "claude-sonnet-5-5" here (the vendor names claude-sonnet-4-6), and run')
    assert hit.cost.startswith("claude-sonnet-5-5: $2.00 and $10.00 per million tokens")


def test_deprecated_names_its_date() -> None:
    [hit] = hits(RULE, call("claude-sonnet-4-5"))
    assert hit.severity == "warning"
    assert "it will be retired on 2026-11-30" in hit.message


def test_deprecated_in_the_cloud_is_advice() -> None:
    [hit] = hits(RULE, call("claude-sonnet-4-5@20250929"))
    assert hit.severity == "info"
    assert hit.message.endswith("is deprecated on Anthropic's API: Google Cloud has a calendar of its own")


def test_retired_in_the_cloud_is_advice() -> None:
    for retired in (
        call("us.anthropic.claude-3-5-sonnet-20241022-v2:0"),
        call("claude-3-5-sonnet-20241022", client=Client(platform="vertex")),
        call("claude-3-5-sonnet-20241022", api="bedrock.invoke_model"),
    ):
        [hit] = hits(RULE, retired)
        assert hit.severity == "info"


def test_one_finding_where_the_constant_stands() -> None:
    one, two = (
        call(values("claude-3-opus-20240229", place=at(line), origins=(at(2),)), id=name, place=at(line))
        for name, line in (("one", 70), ("two", 80))
    )
    [hit] = hits(RULE, one, two)
    assert hit.place == at(2)
    assert [(related.place, related.message) for related in hit.related] == [
        (at(70), "reaches one"),
        (at(80), "reaches two"),
    ]


def test_callers_of_a_wrapper_are_named_beside_it() -> None:
    via = Via(at(4, width=90), "send")
    [hit] = hits(RULE, call(values("claude-2.1", origins=(at(2),)), id="one", place=at(70), via=via))
    assert [(related.place, related.message) for related in hit.related] == [
        (at(5), "reaches send"),
        (at(70), "reaches one"),
    ]


def test_every_value_has_its_own_place() -> None:
    found = hits(RULE, call(values("claude-haiku-5-5", "claude-2.1", "claude-3-opus-20240229")))
    assert [hit.place for hit in found] == [at(5, 11), at(5, 21)]


def test_wrapper_is_left_to_its_callers() -> None:
    assert hits(RULE, call("claude-2.1", role="wrapper")) == []


def test_active_and_unknown_models() -> None:
    assert hits(RULE, call("claude-opus-4-5"), call("gpt-5"), call("claude-of-my-own")) == []


@pytest.mark.parametrize(
    ("old", "platform", "new"),
    [
        ("claude-3-5-haiku-20241022", None, "claude-haiku-5-5"),
        ("claude-3-opus-latest", None, "claude-opus-5-5"),
        ("claude-2.1", None, "claude-opus-5-5"),
        ("anthropic/claude-3-opus-20240229", None, "anthropic/claude-opus-5-5"),
        ("us.anthropic.claude-3-5-sonnet-20241022-v2:0", None, "us.anthropic.claude-sonnet-5-5"),
        ("bedrock/anthropic.claude-3-haiku-20240307-v1:0", None, "bedrock/anthropic.claude-haiku-5-5"),
        ("claude-3-5-sonnet-20241022", "bedrock", "anthropic.claude-sonnet-5-5"),
        ("claude-3-5-sonnet-v2@20241022", None, "claude-sonnet-5-5"),
        ("vertex_ai/claude-3-haiku@20240307", None, "vertex_ai/claude-haiku-5-5"),
    ],
)
def test_the_replacement_is_the_newest_of_its_tier_as_its_platform_writes_it(
    old: str, platform: str | None, new: str
) -> None:
    [hit] = hits(RULE, call(old, client=Client(platform=platform)))
    assert hit.help.startswith(f'Write "{new}" here')


def test_a_vendor_that_names_the_same_is_not_quoted() -> None:
    [hit] = hits(RULE, call("claude-sonnet-4-5"))
    assert hit.help.startswith('Write "claude-sonnet-5-5" here, and run')


def test_a_name_that_is_not_known_on_its_platform_is_not_made_up() -> None:
    for old, client in (
        ("openrouter/anthropic/claude-3.5-haiku-20241022", Client()),
        ("claude-3-5-haiku-20241022", Client(platform="foundry")),
    ):
        [hit] = hits(RULE, call(old, client=client))
        assert hit.help.startswith(
            "Its successor is claude-haiku-5-5 (the vendor names claude-haiku-4-5-20251001); how "
        )


def test_a_successor_is_out_on_the_day() -> None:
    haiku = find("claude-3-haiku-20240307")
    assert haiku is not None
    found = [successor(haiku, date(2026, month, 1)) for month in (9, 11)]
    assert [model.id if model else "" for model in found] == ["claude-haiku-4-5-20251001", "claude-haiku-5-5"]


def test_a_model_that_a_prompt_does_not_name_stands_nowhere_to_be_changed() -> None:
    asked = Argument(("claude-3-opus-20240229",), present=True, how="config")
    assert hits(RULE, call(asked, api="prompt.file"), call(asked, api="request.body")) == []
    assert len(hits(RULE, call("claude-3-opus-20240229", api="request.body"))) == 1
