"""The left wing's run: files -> the project's call sites, and the prompts that stand on their own."""

from __future__ import annotations

import gc
import sys
from collections.abc import Iterator
from contextlib import contextmanager

from promptlint.files import Files, candidates
from promptlint.prompts import files as prompt_files
from promptlint.prompts import templates
from promptlint.request import CallSite, Directive, Place, Project, Request
from promptlint.sdk import sites
from promptlint.sdk.description import sdks
from promptlint.sdk.sink_sites import with_sinks
from promptlint.settings import Settings
from promptlint.source.cost_math import cost_math, follow
from promptlint.source.directives import directives
from promptlint.source.evaluator import Evaluator
from promptlint.source.modules import Modules
from promptlint.source.tokenizers import tokenizers
from promptlint.source.unsent import unsent

RECURSION = 6_000  # frames: an evaluation nests a dozen Python calls, and is itself bounded


def analyse(
    files: Files, settings: Settings, stdin: tuple[str, bytes] | None = None, keep: list[object] | None = None
) -> Project:
    """Find the calls of a project and what each of them sends.

    `stdin` is a file's path and its text as bytes. `keep` takes the syntax trees: a process that ends soon need not
    take them apart, which is as long as it takes to build them.
    """
    if stdin is not None:
        files.keep(*stdin)
    with _interpreter_for_trees():
        modules = Modules(files, settings.src, frozenset(package for sdk in sdks() for package in sdk.packages))
        ev = Evaluator(modules)
        if keep is not None:
            keep.append(ev)
        return _analyse(ev, settings)


@contextmanager
def _interpreter_for_trees() -> Iterator[None]:
    """Room for recursion, and no search for garbage: all trees are kept, and to look through them takes time."""
    limit, collecting = sys.getrecursionlimit(), gc.isenabled()
    sys.setrecursionlimit(max(limit, RECURSION))
    gc.disable()
    try:
        yield
    finally:
        sys.setrecursionlimit(limit)
        if collecting:
            gc.freeze()  # what was built stays: to look through it once would take as long as a tenth of the run
            gc.enable()


def _analyse(ev: Evaluator, settings: Settings) -> Project:
    modules, files = ev.modules, ev.modules.files
    found = with_sinks(ev, _calls_in_code(ev), settings.sinks)
    found += [
        sites.Found(call)
        for path in _prompts(files, found)
        for call in prompt_files.calls(ev, path, settings.prompt_models)
    ]
    follow(ev, (one.site for one in found))
    comments = [comment for module in modules.read for comment in directives(module.file)]
    for path, text in sorted(modules.texts.texts.items()):
        if templates.is_template(path):
            comments += templates.comments(path, text)
    named: dict[str, tuple[Directive, ...]] = {}
    for comment in comments:
        if comment.kind == "id":
            named[comment.place.source] = (*named.get(comment.place.source, ()), comment)
    calls = tuple(sites.with_ids(found, named))
    sources = dict(modules.texts.texts)
    for module in modules.read:
        sources |= module.file.sources
    return Project(
        calls=calls,
        problems=tuple(modules.problems),
        directives=tuple(comments),
        sources=sources,
        digests={path: files.digest(path) for path in (*modules.texts.texts, *(m.path for m in modules.read))},
        files=len(files.paths) + len(files.prompts.all),
        usage_reads=_usage_reads(calls),
        unsent=unsent(modules),
        tokenizers=tuple(use for module in modules.read for use in tokenizers(module)),
        cost_math=tuple(math for module in modules.read for math in cost_math(module)),
    )


def _usage_reads(calls: tuple[CallSite, ...]) -> tuple[Place, ...]:
    """The places that read the usage of a reply, each once."""
    return tuple(sorted({read.place for call in calls for read in call.response.reads if read.field == "usage"}))


def _calls_in_code(ev: Evaluator) -> list[sites.Found]:
    modules, files = ev.modules, ev.modules.files
    found: list[sites.Found] = []
    for sdk in sdks():
        paths = candidates(files, sdk.pattern, sdk.words)
        if paths and sdk.elsewhere is not None:
            paths = sorted({*paths, *candidates(files, sdk.elsewhere)})
        for path in paths:
            module = modules.get(path)
            if module is not None:
                found += sites.of_module(ev, module, sdk)
    return found


def _prompts(files: Files, found: list[sites.Found]) -> Iterator[str]:
    """The files to read as prompts on their own: of those that the configuration names only what no call sends."""
    sent = {path for one in found for path in _text_paths(one.site.request)}
    named = frozenset(files.prompts.named)
    return (path for path in files.prompts.all if path in named or path not in sent)


def _text_paths(request: Request) -> Iterator[str]:
    for text in (request.system.text, request.messages.text):
        yield from (piece.place.path for piece in text.pieces())
