"""PL406: the shorter wording that means the same."""

from __future__ import annotations

from promptlint.checks._slack import Slack, slack_of
from promptlint.edits import Edit, Fix, Refused
from promptlint.findings import Finding
from promptlint.fixes.bench import Bench
from promptlint.fixes.wording import check_selected
from promptlint.prose import Prose, prompts


def fix(finding: Finding, bench: Bench) -> Fix:
    """Unsafe: another prompt gets other answers."""
    check_selected(finding, bench)
    for prose in prompts(bench.call(finding)):
        slack = slack_of(prose)
        if slack and prose.locate(slack[0].start, slack[0].end) == finding.hit.place:
            edits = {found.what: edit for found in slack if (edit := _edit(found, prose, bench)) is not None}
            if edits:
                return Fix("; ".join(edits), tuple(edits.values()))
    raise Refused("the prompt is not written as it is sent")


def _edit(slack: Slack, prose: Prose, bench: Bench) -> Edit | None:
    """The edit of one phrase, where it stands in the source as it is sent."""
    place = prose.locate(slack.start, slack.end)
    written = bench.text(place.path).segment(place)
    return Edit(place, slack.shorter) if written == prose.text[slack.start : slack.end] else None
