"""PL001: an `ignore` comment that silences nothing, or names a rule that does not exist."""

from __future__ import annotations

from typing import TYPE_CHECKING

from promptlint.catalogue import selects, suggestion
from promptlint.findings import Hit

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from promptlint.catalogue import Rule
    from promptlint.findings import Suppression

_ALL = "ALL"


def check_suppressions(suppressions: Sequence[Suppression], rules: Sequence[Rule]) -> Iterator[Hit]:
    """Report each comment once for what it names in vain, and once for every name that is none."""
    for suppression in suppressions:
        directive = suppression.directive
        codes = directive.codes or (_ALL,)
        unused = [code for code in codes if _is_unused(code, suppression, rules)]
        if unused == list(codes):
            yield Hit(directive.place, "This comment suppresses nothing", label="nothing here", help="Remove it.")
        elif unused:
            named = ", ".join(unused)
            message = f"Nothing that this comment suppresses is {named}"
            yield Hit(directive.place, message, label=f"no {named} here", help=f"Remove {named} from it.")
        for code in codes:
            if not any(selects(code, rule) for rule in rules):
                message = f"This comment names {code}, which is no rule"
                meant = suggestion(code, rules)
                yield Hit(directive.place, message, label="no such rule", help=meant, severity="warning")


def _is_unused(code: str, suppression: Suppression, rules: Sequence[Rule]) -> bool:
    """Whether every rule that the code stands for had its say, and none was silenced.

    Preview rules count where they ran. Rules about comments never do: they see only what is left.
    """
    named = [rule for rule in rules if selects(code, rule) and rule.family != "meta"]
    expected = {rule.code for rule in named if rule.status != "preview"}
    codes = {rule.code for rule in named}
    return bool(codes & suppression.ran) and expected <= suppression.ran and not codes & suppression.used
