"""The last lines of a check: what was found, in how much code, and what stays unknown."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence

from promptlint.report.checked import SEVERITIES, Checked
from promptlint.report.style import Palette
from promptlint.request import CallSite, Problem


def render(checked: Checked, palette: Palette) -> Iterator[str]:
    """One line with the counts, and one with what could not be resolved."""
    left_out = set_aside(checked)
    if checked.active:
        found = palette.paint("strong", f"Found {_counts(checked)}")
        extent = f"{counted(checked.calls)} ({plural(checked.files, 'file')})"
        yield f"{found} in {extent}{failed(checked.problems)}.{left_out}"
    elif checked.problems:
        yield f"{_extent(checked)}{failed(checked.problems)}.{left_out}"
    elif checked.sent:
        yield f"{palette.paint('good', 'All clear:')} {_extent(checked)}.{left_out}"
    else:
        yield f"No Claude call found in {plural(checked.files, 'file')}.{left_out}"
    unknown = _unknown(checked.sent)
    if unknown:
        yield palette.paint("quiet", f"Not resolved: {unknown}; rules that need it stayed silent.")


def set_aside(checked: Checked) -> str:
    """` 2 suppressed, 3 in the baseline (or: there before the change), 4 below min-severity.`, or nothing."""
    parts = (
        (checked.suppressed, "suppressed"),
        (checked.baselined, checked.known_from),
        (checked.hidden, "below min-severity"),
    )
    found = [f"{count:,} {where}" for count, where in parts if count]
    return f" {', '.join(found)}." if found else ""


def plural(count: int, noun: str) -> str:
    """`1 call`, `1,412 calls`."""
    return f"{count:,} {noun}{'' if count == 1 else 's'}"


def _counts(checked: Checked) -> str:
    counts = checked.counts
    nouns = {severity: plural(counts[severity], severity) for severity in SEVERITIES}
    nouns["info"] = f"{counts['info']:,} info"
    return ", ".join(nouns[severity] for severity in SEVERITIES if counts[severity])


def counted(calls: Sequence[CallSite]) -> str:
    """`4 calls`, `4 calls, 2 wrappers`, `2 prompts, 5 requests`: what is none is left out, unless nothing is left.

    `count_tokens` sends no message and is free: it is no call here.
    """
    kinds = Counter(map(_kind, calls))
    found = [plural(kinds[kind], kind) for kind in _KINDS if kinds[kind]]
    if not kinds["call"] and (kinds["wrapper"] or not found):
        found.insert(0, plural(0, "call"))
    return ", ".join(found)


_KINDS = ("call", "wrapper", "prompt", "request", "token count")


def _kind(call: CallSite) -> str:
    if not call.priced:
        return "token count"
    if call.is_prompt or call.is_body:
        return "prompt" if call.is_prompt else "request"
    return call.role


def failed(problems: Sequence[Problem]) -> str:
    """What a summary adds where something is missing from its counts."""
    count = len({problem.path for problem in problems if problem.path})
    return f"; {plural(count, 'file')} could not be analysed" if count else ""


def _extent(checked: Checked) -> str:
    return f"{counted(checked.calls)} in {plural(checked.files, 'file')}"


def _unknown(calls: tuple[CallSite, ...]) -> str:
    models = [call for call in calls if not call.request.model.values]
    prompts = [call for call in calls if _hidden(call)]
    advice = " (name it with --model)" if any(call.is_prompt or call.is_body for call in models) else ""
    parts = [("the model", models, advice), ("the system prompt", prompts, "")]
    return ", ".join(f"{what} of {counted(found)}{advice}" for what, found, advice in parts if found)


def _hidden(call: CallSite) -> bool:
    """Whether there is, or may be, a system prompt of which not one character is known."""
    system = call.request.system
    return system.present is not False and not any(system.text.pieces())
