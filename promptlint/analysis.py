"""The left wing's run: files -> the project's call sites."""

from __future__ import annotations

import sys

from promptlint.project import Files, candidates
from promptlint.request import Directive, Project
from promptlint.sdk import sites
from promptlint.sdk.description import sdks
from promptlint.settings import Settings
from promptlint.source.directives import directives
from promptlint.source.evaluator import Evaluator
from promptlint.source.modules import Modules

RECURSION = 6_000  # frames: an evaluation nests a dozen Python calls, and is itself bounded


def analyse(files: Files, settings: Settings, stdin: tuple[str, bytes] | None = None) -> Project:
    """Find the calls of a project and what each of them sends. `stdin` is a file's path and its text as bytes."""
    if stdin is not None:
        files.keep(*stdin)
    limit = sys.getrecursionlimit()
    sys.setrecursionlimit(max(limit, RECURSION))
    try:
        return _analyse(files, settings)
    finally:
        sys.setrecursionlimit(limit)


def _analyse(files: Files, settings: Settings) -> Project:
    external = frozenset(package for sdk in sdks() for package in sdk.packages)
    modules = Modules(files, settings.src, external)
    ev = Evaluator(modules)
    found: list[sites.Found] = []
    comments: list[Directive] = []
    for sdk in sdks():
        for path in candidates(files, sdk.pattern, sdk.words):
            module = modules.get(path)
            if module is not None:
                found += sites.of_module(ev, module, sdk)
    for module in modules.read:
        comments += directives(module.file)
    named: dict[str, tuple[Directive, ...]] = {}
    for comment in comments:
        if comment.kind == "id":
            named[comment.place.path] = (*named.get(comment.place.path, ()), comment)
    return Project(
        calls=tuple(sites.with_ids(found, named)),
        problems=tuple(modules.problems),
        directives=tuple(comments),
        sources={module.path: module.file.text for module in modules.read},
        digests={module.path: files.digest(module.path) for module in modules.read},
        files=len(files.paths),
    )
