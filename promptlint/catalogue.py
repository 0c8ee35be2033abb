"""Which rules there are, and which of them are on."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from promptlint import rule_file, toml
from promptlint.errors import UserError
from promptlint.rule import FAMILIES, Confidence, Example, Rule, Severity, Status

if TYPE_CHECKING:
    from promptlint.settings import Settings

__all__ = [
    "FAMILIES",
    "Confidence",
    "Example",
    "Rule",
    "Severity",
    "Status",
    "load_rules",
    "rules_root",
    "select",
    "selects",
    "suggestion",
]


def rules_root() -> Path:
    """Where the rule files are: one level up in a checkout, inside the package where it was installed from a wheel.

    An editable install may leave a copy of the rules beside other packages, which grows stale: the checkout
    that the code itself lies in comes first. Raises `UserError` where there are none.
    """
    package = Path(__file__).resolve().parent
    beside = package.parent / "rules"
    if beside.is_dir() and _is_ours(package.parent / "pyproject.toml"):
        return beside
    if (package / "rules").is_dir():
        return package / "rules"
    raise UserError(f"{package}: the rules are missing", "install promptlint again")


def _is_ours(pyproject: Path) -> bool:
    return pyproject.is_file() and re.search(r'(?m)^name = "promptlint"$', toml.read(pyproject)) is not None


@cache
def load_rules(root: Path | None = None) -> tuple[Rule, ...]:
    """Every rule of promptlint, by code. Raises `UserError` naming the file and the line of what is wrong."""
    files = sorted((root or rules_root()).glob("*/*.toml"))
    rules = sorted(map(rule_file.read, files), key=lambda rule: rule.code)
    for key in ("code", "name"):
        values = [getattr(rule, key) for rule in rules]
        double = next((value for value in values if values.count(value) > 1), None)
        if double is not None:
            raise UserError(f"two rules have the {key} `{double}`", "give one of them another")
    return tuple(rules)


def select(rules: Sequence[Rule], settings: Settings) -> tuple[Rule, ...]:
    """The rules that are on. `rules` are all there are; raises `UserError` for a selector that fits none of them.

    Where one selector wants a rule and another does not, the more specific one wins, and `ignore` of two that
    are equal. A pedantic rule is on where pedantic rules are, or where its own code or name wants it; a preview
    rule only where preview rules are.
    """
    for key, selector in settings.selectors():
        if not any(selects(selector, rule) for rule in rules):
            raise UserError(
                f"{settings.where(key, selector)}unknown rule `{selector}` in `{key}`", suggestion(selector, rules)
            )
    return tuple(rule for rule in rules if _is_on(rule, settings))


def _is_on(rule: Rule, settings: Settings) -> bool:
    for_it = _best((*settings.select, *settings.extend_select), rule)
    if for_it <= _best(settings.ignore, rule) or (rule.status == "preview" and not settings.preview):
        return False
    return not rule.pedantic or settings.pedantic or for_it == len(rule.code)


def _best(selectors: Iterable[str], rule: Rule) -> int:
    return max((_precision(selector, rule) for selector in selectors), default=0)


def selects(selector: str, rule: Rule) -> bool:
    """Whether a selector fits a rule: its code, the beginning of it, its name, or ALL."""
    return _precision(selector, rule) > 0


def _precision(selector: str, rule: Rule) -> int:
    if selector in (rule.code, rule.name):
        return len(rule.code)
    if selector.startswith(rule.code.rstrip("0123456789")) and rule.code.startswith(selector):
        return len(selector)
    return int(selector == "ALL")


def suggestion(selector: str, rules: Sequence[Rule]) -> str:
    """What somebody may have meant who named a rule that is none."""
    import difflib  # for mistakes only

    known = {name.lower(): name for rule in rules for name in (rule.code, rule.name)}
    words = set(selector.lower().split("-"))
    common = max((len(words & set(name.split("-"))) for name in known), default=0)
    likely = [name for name in known if len(words & set(name.split("-"))) == common]
    cutoff = 0.0 if 2 * common >= len(words) else 0.6
    near = difflib.get_close_matches(selector.lower(), likely if cutoff == 0.0 else known, n=1, cutoff=cutoff)
    return f"did you mean `{known[near[0]]}`?" if near else "`promptlint rule --all` lists the rules"
