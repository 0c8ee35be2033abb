"""The documentation of the rules is what `.ci/rule-docs` makes of the rules as they are."""

from __future__ import annotations

from promptlint.catalogue import load_rules
from promptlint.report.rule_pages import index, page, readme_table, with_table
from tests.packaging.environments import ROOT

RULES = load_rules()
FOLDER = ROOT / "docs" / "rules"


def test_pages() -> None:
    wanted = {f"{rule.name}.md": page(rule) for rule in RULES} | {"index.md": index(RULES)}
    assert {path.name: path.read_text(encoding="utf-8") for path in FOLDER.glob("*.md")} == wanted


def test_table_of_the_readme() -> None:
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    assert with_table(readme, readme_table(RULES)) == readme
