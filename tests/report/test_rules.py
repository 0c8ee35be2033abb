from __future__ import annotations

import json
from dataclasses import replace

from promptlint.catalogue import Example, Rule
from promptlint.report import rules
from promptlint.report.style import Palette
from promptlint.rule import FixExample

RULE = Rule(
    code="PL103",
    name="reused-prefix-not-cached",
    family="caching",
    kind="code",
    severity="warning",
    confidence="high",
    since="0.1.0",
    status="stable",
    summary="A reused prefix of {tokens} tokens is sent without cache_control",
    why="Every request sends it again,\nat the full price.\n\n- one\n- two",
    fix="Mark it.",
    savings="per call: tokens x price",
    evidence=("https://example.com/caching",),
    bad=(Example("ask(\n    RULES\n)\n", ("1:1",)), Example("never shown", ("1:1",))),
    good=(Example("ask(CACHED)"),),
)
PREVIEW = Rule("PL101", "volatile", "caching", "code", "error", "low", "0.2.0", "preview", "A clock", "w", "f")

PAGE = """\
PL103 reused-prefix-not-cached

A reused prefix of <tokens> tokens is sent without cache_control.

warning, high confidence, stable, since 0.1.0

Why
  Every request sends it again, at the
  full price.

  - one
  - two

What to do
  Mark it.

Savings
  per call: tokens x price

Reported
  ask(
      RULES
  )

Left alone
  ask(CACHED)

Evidence
  https://example.com/caching
"""


def test_a_page_says_everything() -> None:
    assert "\n".join(rules.page(RULE, Palette(False), 40)) + "\n" == PAGE


def test_the_table_has_a_line_a_rule_in_the_order_of_codes() -> None:
    assert list(rules.table((RULE, PREVIEW), Palette(False))) == [
        "PL101  error    volatile                  A clock  (preview)",
        "PL103  warning  reused-prefix-not-cached  A reused prefix of <tokens> tokens is sent without cache_control",
    ]


def test_a_page_says_what_a_rule_needs_that_is_off() -> None:
    assert "Still on trial: it runs with --preview only." in list(rules.page(PREVIEW, Palette(False), 100))
    pedantic = replace(RULE, pedantic=True)
    advice = "Advice: it runs with --pedantic, or where `select` or `extend-select` names PL103."
    assert advice in list(rules.page(pedantic, Palette(False), 100))
    assert next(rules.table((pedantic,), Palette(False))).endswith("without cache_control  (pedantic)")


def test_json_carries_the_rule_as_it_is_written() -> None:
    document = json.loads(rules.to_json((RULE, PREVIEW)))
    assert document["schema"] == "promptlint/rules/v1"
    assert [rule["code"] for rule in document["rules"]] == ["PL101", "PL103"]
    assert document["rules"][1] == {
        "code": "PL103",
        "name": "reused-prefix-not-cached",
        "family": "caching",
        "kind": "code",
        "severity": "warning",
        "confidence": "high",
        "status": "stable",
        "pedantic": False,
        "since": "0.1.0",
        "path": None,
        "fixable": False,
        "fix_safety": None,
        "summary": "A reused prefix of {tokens} tokens is sent without cache_control",
        "why": RULE.why,
        "fix": "Mark it.",
        "savings": "per call: tokens x price",
        "evidence": ["https://example.com/caching"],
    }


def test_a_rule_with_a_fix_says_how_it_is_applied() -> None:
    example = FixExample(before="a\n", after="b\n", safe=False)
    fixed = replace(RULE, fixes=(example,))
    (row,) = json.loads(rules.to_json((fixed,)))["rules"]
    assert (row["fixable"], row["fix_safety"]) == (True, "unsafe")
    assert "Fixed by --fix --unsafe-fixes." in list(rules.page(fixed, Palette(False), 100))
    safe = replace(RULE, fixes=(example, replace(example, safe=True)))
    assert "Fixed by --fix." in list(rules.page(safe, Palette(False), 100))
