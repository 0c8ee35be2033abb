"""The last lines of a check: what was found, in how much code, and what stays unknown."""

from __future__ import annotations

from collections.abc import Iterator

from promptlint.report.checked import SEVERITIES, Checked
from promptlint.report.style import Palette
from promptlint.request import CallSite


def render(checked: Checked, palette: Palette) -> Iterator[str]:
    """One line with the counts, and one with what could not be resolved."""
    suppressed = f" {checked.suppressed} suppressed." if checked.suppressed else ""
    if checked.active:
        yield f"{palette.paint('strong', f'Found {_counts(checked)}')} in {_extent(checked)}.{suppressed}"
    elif checked.sent:
        yield f"{palette.paint('good', 'All clear:')} {_extent(checked, ' in ')}.{suppressed}"
    else:
        yield f"No Claude call found in {plural(checked.files, 'file')}.{suppressed}"
    unknown = _unknown(checked.sent)
    if unknown:
        yield palette.paint("quiet", f"Not resolved: {unknown}; rules that need it stayed silent.")


def plural(count: int, noun: str) -> str:
    """`1 call`, `1,412 calls`."""
    return f"{count:,} {noun}{'' if count == 1 else 's'}"


def _counts(checked: Checked) -> str:
    counts = checked.counts
    nouns = {severity: plural(counts[severity], severity) for severity in SEVERITIES}
    nouns["info"] = f"{counts['info']:,} info"
    return ", ".join(nouns[severity] for severity in SEVERITIES if counts[severity])


def _extent(checked: Checked, joint: str = "") -> str:
    calls, files = plural(len(checked.sent), "call"), plural(checked.files, "file")
    return f"{calls}{joint}{files}" if joint else f"{calls} ({files})"


def _unknown(calls: tuple[CallSite, ...]) -> str:
    models = sum(not call.request.model.values for call in calls)
    prompts = sum(_hidden(call) for call in calls)
    parts = [("the model", models), ("the system prompt", prompts)]
    return ", ".join(f"{what} of {plural(count, 'call')}" for what, count in parts if count)


def _hidden(call: CallSite) -> bool:
    """Whether there is, or may be, a system prompt of which not one character is known."""
    system = call.request.system
    return system.present is not False and not any(system.text.pieces())
