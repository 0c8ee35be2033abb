"""PL301: the current model of the same tier is written instead, without the parameters that it does not take."""

from __future__ import annotations

from collections.abc import Iterator

from promptlint.checks.parameter_rejected_by_model import SAMPLING
from promptlint.edits import Edit, Fix, Refused
from promptlint.findings import Finding
from promptlint.fixes.arguments import sharing, without_argument
from promptlint.fixes.bench import Bench
from promptlint.fixes.literals import another_string
from promptlint.prices.table import find
from promptlint.request import Place


def fix(finding: Finding, bench: Bench) -> Fix:
    """Unsafe: another model answers differently."""
    names, place = finding.hit.subjects, finding.hit.place
    if len(names) != 1:
        raise Refused("no one name of a current model fits all calls that take it from here")
    renamed = another_string(place, names[0], bench)
    model = find(names[0])
    dropped = {} if model is None or model.takes_sampling else dict(_sampling(place, bench))
    without = f", which takes no {' and no '.join(sorted(set(dropped.values())))}" if dropped else ""
    return Fix(f"write {names[0]}{without}", (renamed, *dropped))


def _sampling(place: Place, bench: Bench) -> Iterator[tuple[Edit, str]]:
    """What takes the sampling parameters out of the calls of a model, and the name of each."""
    users = [call for call in bench.calls.values() if place in call.request.model.origins]
    for call in users:
        for name, default in SAMPLING.items():
            argument = call.request.others.get(name)
            if argument is None or argument.only in (None, default):
                continue
            if any(other not in users for other in sharing(call, argument.place, bench)):
                raise Refused(f"another model takes the same {name}, and the new one takes none")
            yield without_argument(argument, bench), name
