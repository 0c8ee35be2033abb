"""The logic of code rules: one module for each, named after its rule.

It offers one or more of these functions. `check` judges one call. `check_project` sees the project at once,
for rules that belong to no single call or report what several have in common; what it finds there without
naming a call is shown only where a whole folder was asked for. `check_suppressions` sees what came of the
`ignore` comments, when all other checks are done.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from promptlint.audit import Audit
    from promptlint.catalogue import Rule
    from promptlint.findings import Hit, Suppression
    from promptlint.request import CallSite


@dataclass(frozen=True, slots=True)
class Check:
    """What the module of a rule offers."""

    call: Callable[[CallSite, Audit], Iterable[Hit]] | None
    project: Callable[[Audit], Iterable[Hit]] | None
    suppressions: Callable[[Sequence[Suppression], Sequence[Rule]], Iterable[Hit]] | None


def check_of(rule: Rule) -> Check:
    """The check of a code rule; its module is imported only now."""
    module = import_module(f"{__name__}.{rule.name.replace('-', '_')}")
    return Check(*(getattr(module, name, None) for name in ("check", "check_project", "check_suppressions")))
