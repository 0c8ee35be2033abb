from __future__ import annotations

from promptlint.secrets import blotted, masked

KEY = "sk-ant-api03-Q7fh2Kd93jsLw8Zm1PqX"


def test_masked_text_shows_the_beginning_of_a_secret() -> None:
    assert masked(f"the key {KEY}, and so on") == "the key sk-a***, and so on"
    assert masked("api_key = 'correcthorse9'") == "api_key = 'corr***'"


def test_blotted_source_keeps_the_length_of_its_lines() -> None:
    assert blotted(f'A = "{KEY}"\nB = 1\n') == f'A = "sk-a{"*" * (len(KEY) - 4)}"\nB = 1\n'


def test_blotted_source_hides_every_line_of_a_private_key() -> None:
    source = "-----BEGIN PRIVATE KEY-----\nMIIEpAIB\n-----END PRIVATE KEY-----\nx"
    assert blotted(source).splitlines() == ["----" + "*" * 23, "*" * 8, "*" * 25, "x"]


def test_expressions_of_code_are_no_secrets() -> None:
    source = "Anthropic(api_key=settings.anthropic_key)"
    assert blotted(source) == source
