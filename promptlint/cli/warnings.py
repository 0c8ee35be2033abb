"""What in the configuration has no effect, and therefore is not what its author meant."""

from __future__ import annotations

import os
import sys
from argparse import Namespace
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

from promptlint import globs
from promptlint.catalogue import Rule, selects
from promptlint.cli.options import COMMAND_LINE
from promptlint.cli.stream import Stream, wants_color
from promptlint.ledger import Ledger
from promptlint.project import Selection
from promptlint.report.checked import SEVERITIES
from promptlint.report.style import Palette, visible
from promptlint.request import CallSite, Project
from promptlint.setting_keys import TESTS
from promptlint.settings import Settings
from promptlint.tokens.holes import HoleSizes


def warn(options: Namespace, settings: Settings, selection: Selection) -> None:
    """Say on stderr what has no effect, unless --quiet is given."""
    say(options, without_effect(settings, selection))


def warn_of_rules(options: Namespace, settings: Settings, rules: Sequence[Rule]) -> None:
    """Say on stderr which selectors want nothing but preview rules in vain, unless --quiet is given."""
    say(options, selectors_without_effect(settings, rules))


def selectors_without_effect(settings: Settings, rules: Sequence[Rule]) -> Iterator[str]:
    """One line for each selector whose rules are all on trial, where no such rule runs."""
    if settings.preview:
        return
    for key, selector in settings.selectors():
        wanted = [rule.status for rule in rules if selects(selector, rule)]
        if key in ("select", "extend-select") and set(wanted) == {"preview"}:
            where = settings.where(key, selector)
            yield f"{where}`{selector}` in `{key}` is in preview and has no effect without `--preview`"


def say(options: Namespace, lines: Iterable[str]) -> None:
    """Write one warning a line to stderr, unless --quiet is given."""
    if not options.quiet:
        word = Palette(wants_color(options.color, sys.stderr)).paint("warning", "warning:")
        Stream(sys.stderr).write("".join(f"{word} {visible(line)}\n" for line in lines))


def warn_of_sinks(options: Namespace, settings: Settings, calls: Sequence[CallSite]) -> None:
    """Say on stderr which sinks describe no call, unless --quiet is given. `calls` are those of the whole project."""
    say(options, sinks_without_calls(settings, calls))


def sinks_without_calls(settings: Settings, calls: Sequence[CallSite]) -> Iterator[str]:
    """One line for each sink that no call goes through."""
    used = {call.api.partition(".")[2] for call in calls}
    for sink in settings.sinks:
        if sink.api not in used:
            where = settings.where("sinks", sink.function)
            yield f"{where}`sinks` function `{sink.function}` is called nowhere in the project to ask Claude"


def warn_of_calls(options: Namespace, settings: Settings, project: Project) -> None:
    """Say on stderr what the configuration says of calls that the project does not have, unless --quiet is given."""
    warn_of_sinks(options, settings, project.calls)
    warn_of_holes(options, settings, project.calls)
    warn_about_workloads(options, settings, project)
    warn_about_budget(options, settings, [call.id for call in project.calls if call.role == "call"])


def warn_of_holes(options: Namespace, settings: Settings, calls: Iterable[CallSite]) -> None:
    """Say on stderr which sizes are those of no hole in any call of the project, unless --quiet is given."""
    unmatched = HoleSizes(settings.holes).unmatched(calls)
    where = ((settings.where("holes", key), key) for key in unmatched)
    say(options, (f"{place}`holes` key `{key}` names nothing that a call sends" for place, key in where))


def warn_about_workloads(options: Namespace, settings: Settings, project: Project) -> None:
    """Say on stderr which workloads no call has, unless --quiet is given."""
    wrappers = [call.id for call in project.calls if call.role == "wrapper"]
    calls = [call.id for call in project.calls if call.role == "call"]
    found = settings.workloads.without_effect(calls, wrappers)
    say(options, (f"{settings.where('workloads', key)}workload `{key}` {why}" for key, why in found))


def warn_about_budget(options: Namespace, settings: Settings, calls: Iterable[str]) -> None:
    """Say on stderr which keys of the budget are about no call, unless --quiet is given. `calls` are ids."""
    found = settings.budget.without_effect(calls)
    where = ((settings.where("budget", key), of, key) for key, of in found)
    say(options, (f"{place}`budget` {of}: `{key}` matches no call" for place, of, key in where))


def warn_about_amounts(options: Namespace, settings: Settings, calls: Iterable[CallSite], ledger: Ledger) -> None:
    """Say on stderr which workloads contradict the code, unless --quiet is given."""
    say(options, (line for call in calls for line in _contradictions(call, settings, ledger)))


def _contradictions(call: CallSite, settings: Settings, ledger: Ledger) -> Iterator[str]:
    workload, models = ledger.traffic.workload(call), ledger.models(call)
    if workload is None or not models or call.role == "wrapper":
        return
    where = settings.where("workloads", settings.workloads.key_of(call.id) or "")
    sent = min(ledger.tokens(call, model).total.low for model in models)
    if workload.input_tokens is not None and workload.input_tokens < sent:
        yield f"{where}input-tokens {workload.input_tokens:,.10g} of {call.id} are fewer than the {sent:,.0f} it sends"
    cap = call.request.max_tokens
    if workload.output_tokens is not None and cap.complete and cap.values and workload.output_tokens > max(cap.values):
        amount = f"output-tokens {workload.output_tokens:,.10g} of {call.id}"
        yield f"{where}{amount} are more than its max_tokens, {max(cap.values):,}"


def without_effect(settings: Settings, selection: Selection) -> Iterator[str]:
    """One line each, without the word "warning". Globs are judged only where the whole project is looked at."""
    if "fail-on" in settings.origins and SEVERITIES.index(settings.fail_on) > SEVERITIES.index(settings.min_severity):
        where, least = settings.where("fail-on", settings.fail_on), settings.min_severity
        yield f"{where}`fail-on` {settings.fail_on} is below `min-severity` {least}, which counts instead"
    for folder in settings.src:
        problem = _problem_of(folder, settings.root)
        if problem:
            yield f"{settings.where('src', folder)}`src` folder `{folder}` {problem}"
    if settings.origins.get("prompt-models") == COMMAND_LINE and not selection.prompts.all:
        yield "`--model` is for prompts that name no model, and no PATH is a prompt"
    for folder in _without_files(selection):
        yield f"`{folder}` holds no Python; prompts are read where they are named, by PATH or by `prompts` in settings"
    if "" in selection.shown:
        for key, glob, found in _globs(settings, selection):
            if not _matches(glob, found) and not _exists(glob, settings.root):
                yield f"{settings.where(key, glob)}`{key}` glob `{glob}` matches nothing in the project"


def _without_files(selection: Selection) -> Iterator[str]:
    """The folders that were named and hold nothing to look at, as one would name them here."""
    known = (*selection.files, *selection.prompts.all)
    for name in filter(None, selection.shown):
        folder = selection.root / name
        if folder.is_dir() and not any(path.startswith(f"{name}/") for path in known):
            yield Path(os.path.relpath(folder)).as_posix()


def _problem_of(folder: str, root: Path) -> str:
    path = Path(os.path.normpath(root / folder))
    if not path.is_relative_to(root):
        return f"lies outside of the project's root, {root}"
    return "" if path.is_dir() else "does not exist"


def _globs(settings: Settings, selection: Selection) -> Iterator[tuple[str, str, Iterable[str]]]:
    yield from (("exclude", glob, selection.excluded) for glob in settings.exclude)
    yield from (("prompts", glob, selection.prompts.configured) for glob in settings.prompts)
    for glob, selectors in settings.per_file_ignores.items():
        if TESTS.get(glob) != selectors:
            yield "per-file-ignores", glob, selection.files


def _matches(glob: str, paths: Iterable[str]) -> bool:
    spec = globs.compiled((glob,))
    return any(spec.check_file(path).include is not None for path in paths)


def _exists(glob: str, root: Path) -> bool:
    """Whether anything at all has such a name: a prompt file, or what an ignore file leaves out anyway."""
    pattern = glob.removeprefix("!").removeprefix("./").rstrip("/")
    anchored = "/" in pattern
    pattern = pattern.removeprefix("/")
    if not pattern or ".." in pattern.split("/"):
        return False
    try:
        return next(root.glob(pattern) if anchored else root.rglob(pattern), None) is not None
    except ValueError:  # a pattern that only git knows
        return True
