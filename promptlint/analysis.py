"""The left wing's run: files -> the project's call sites."""

from __future__ import annotations

import gc
import sys
from collections.abc import Iterator
from contextlib import contextmanager

from promptlint.project import Files, candidates
from promptlint.request import Directive, Project
from promptlint.sdk import sites
from promptlint.sdk.description import sdks
from promptlint.settings import Settings
from promptlint.source.directives import directives
from promptlint.source.evaluator import Evaluator
from promptlint.source.modules import Modules

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
        return _analyse(ev)


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
            gc.enable()


def _analyse(ev: Evaluator) -> Project:
    modules, files = ev.modules, ev.modules.files
    found: list[sites.Found] = []
    comments: list[Directive] = []
    for sdk in sdks():
        paths = candidates(files, sdk.pattern, sdk.words)
        if paths and sdk.elsewhere is not None:
            paths = sorted({*paths, *candidates(files, sdk.elsewhere)})
        for path in paths:
            module = modules.get(path)
            if module is not None:
                found += sites.of_module(ev, module, sdk)
    for module in modules.read:
        comments += directives(module.file)
    named: dict[str, tuple[Directive, ...]] = {}
    for comment in comments:
        if comment.kind == "id":
            named[comment.place.path] = (*named.get(comment.place.path, ()), comment)
    sources = modules.texts.texts | {module.path: module.file.text for module in modules.read}
    return Project(
        calls=tuple(sites.with_ids(found, named)),
        problems=tuple(modules.problems),
        directives=tuple(comments),
        sources=sources,
        digests={path: files.digest(path) for path in sources},
        files=len(files.paths),
    )
