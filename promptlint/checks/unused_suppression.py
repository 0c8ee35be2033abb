"""PL001: a comment for promptlint that silences nothing, names a rule that does not exist, or is not understood."""

from __future__ import annotations

import difflib
import re
from typing import TYPE_CHECKING

from promptlint.catalogue import selects, suggestion
from promptlint.findings import Hit
from promptlint.prices.table import find, is_claude

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from promptlint.catalogue import Rule
    from promptlint.findings import Suppression
    from promptlint.request import CallSite, Directive

_ALL = "ALL"
_KINDS = ("ignore", "id")
_WORD = re.compile(r"[\w-]+")


def check_suppressions(suppressions: Sequence[Suppression], rules: Sequence[Rule]) -> Iterator[Hit]:
    """Report each comment once for what it names in vain, and once for every name that is none."""
    for suppression in suppressions:
        directive = suppression.directive
        if directive.kind == "unknown":
            yield _unknown(directive)
            continue
        codes = directive.codes or (_ALL,)
        unused = [code for code in codes if _is_unused(code, suppression, rules)]
        if unused == list(codes):
            message = "This comment suppresses nothing"
            yield Hit(directive.place, message, label="nothing here", help="Remove it.", subjects=tuple(codes))
        elif unused:
            named = ", ".join(unused)
            message = f"Nothing that this comment suppresses is {named}"
            advice = f"Remove {named} from it."
            yield Hit(directive.place, message, label=f"no {named} here", help=advice, subjects=tuple(unused))
        for code in codes:
            if not any(selects(code, rule) for rule in rules):
                message = f"This comment names {code}, which is no rule"
                meant = suggestion(code, rules)
                yield Hit(directive.place, message, label="no such rule", help=meant, severity="warning")


def _is_unused(code: str, suppression: Suppression, rules: Sequence[Rule]) -> bool:
    """Whether every rule that the code stands for had its say, and none was silenced.

    None has its say on a call of which something is not known: what is missing may be what the comment is for.
    Preview and pedantic rules count where they ran. Rules about comments never do: they see only what is left.
    """
    if not all(map(_is_resolved, suppression.calls)):
        return False
    named = [rule for rule in rules if selects(code, rule) and rule.family != "meta"]
    expected = {rule.code for rule in named if rule.is_default}
    codes = {rule.code for rule in named}
    return bool(codes & suppression.ran) and expected <= suppression.ran and not codes & suppression.used


def _is_resolved(call: CallSite) -> bool:
    """Whether the model is one of the price table, and no part of the request is missing."""
    request = call.request
    model = request.model
    if not model.complete or not model.values or any(is_claude(name) and find(name) is None for name in model.values):
        return False
    parts = (request.system.complete, request.messages.complete, request.tools.complete)
    return all(parts) and request.max_tokens.present is not None and not request.opaque


def _unknown(directive: Directive) -> Hit:
    """What somebody may have meant with a comment that is neither `ignore` nor `id`."""
    written = directive.reason
    word = _WORD.match(written)
    near = difflib.get_close_matches(word[0].lower(), _KINDS, n=1) if word else []
    advice = "the comments are `ignore[PL..]` and `id=NAME`"
    if word and near:
        advice = f"did you mean `# promptlint: {near[0]}{written[word.end() :]}`?"
    message = f"promptlint does not know the comment `{word[0] if word else written}`"
    return Hit(directive.place, message, label="not understood", help=advice, severity="warning")
