"""Names that come from other files."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.source.reading import Sources, asked, modelled, only_call, read, written


@pytest.mark.parametrize(
    ("imports", "name", "others"),
    [
        ("from prompts import P", "P", {"prompts.py": "P = 'x'"}),
        ("from prompts import P as Q", "Q", {"prompts.py": "P = 'x'"}),
        ("import prompts", "prompts.P", {"prompts.py": "P = 'x'"}),
        ("import prompts as p", "p.P", {"prompts.py": "P = 'x'"}),
        ("import a.b.c", "a.b.c.P", {"a/__init__.py": "", "a/b/__init__.py": "", "a/b/c.py": "P = 'x'"}),
        ("import a.b.c as x", "x.P", {"a/__init__.py": "", "a/b/__init__.py": "", "a/b/c.py": "P = 'x'"}),
        ("import a.b.c", "a.b.c.P", {"a/b/c.py": "P = 'x'"}),
        ("import a.b.c as x", "x.P", {"a/b/c.py": "P = 'x'"}),
        ("import a.b, a.c", "a.c.P", {"a/__init__.py": "", "a/b.py": "", "a/c.py": "P = 'x'"}),
        ("from a import b", "b.P", {"a/__init__.py": "", "a/b.py": "P = 'x'"}),
        ("from a import b", "b.P", {"a/b.py": "P = 'x'"}),
        ("from a.b import P", "P", {"a/b.py": "P = 'x'"}),
        ("from a import P", "P", {"a/__init__.py": "from a.b import P", "a/b.py": "P = 'x'"}),
        ("from a import P", "P", {"a/__init__.py": "from .b import P", "a/b.py": "P = 'x'"}),
        ("from a import P", "P", {"a/__init__.py": "from .b import *", "a/b.py": "P = 'x'"}),
        ("from a import P", "P", {"a/__init__.py": "from .b import *", "a/b.py": "__all__ = ['P']\nP = 'x'"}),
        ("from prompts import *", "P", {"prompts.py": "P = 'x'"}),
        ("from a import *", "P", {"a.py": "from b import *", "b.py": "P = 'x'"}),
        ("from .prompts import P", "P", {"prompts.py": "P = 'x'"}),
        ("from . import prompts", "prompts.P", {"prompts.py": "P = 'x'"}),
        ("from a.b import P", "P", {"src/a/b.py": "P = 'x'"}),
        ("from a.b import P", "P", {"src/a/__init__.py": "", "src/a/b.py": "P = 'x'"}),
        ("def f():\n    from prompts import P\n    ask(P)\nif 0", None, {"prompts.py": "P = 'x'"}),
        ("from typing import TYPE_CHECKING\nfrom prompts import P", "P", {"prompts.py": "P = 'x'"}),
    ],
)
def test_imports(tmp_path: Path, imports: str, name: str | None, others: Sources) -> None:
    source = f"{imports}\nask({name})" if name else f"{imports}: pass"
    found = asked(tmp_path, source, others)
    assert found == "x"


@pytest.mark.parametrize(
    ("path", "imports", "others"),
    [
        ("app/jobs/run.py", "from ..prompts import P", {"app/prompts.py": "P = 'x'"}),
        ("app/jobs/run.py", "from .. import prompts\nP = prompts.P", {"app/prompts.py": "P = 'x'"}),
        ("app/jobs/run.py", "from . import P", {"app/jobs/__init__.py": "P = 'x'"}),
        ("app/jobs/run.py", "from app.prompts import P", {"app/prompts.py": "P = 'x'"}),
        ("app/jobs/run.py", "from app.prompts import P", {"app/__init__.py": "", "app/prompts.py": "P = 'x'"}),
        ("app/jobs/run.py", "from prompts import P", {"app/prompts.py": "P = 'x'"}),
        ("app/jobs/run.py", "from prompts import P", {"app/jobs/prompts.py": "P = 'x'", "prompts.py": "P = 'y'"}),
        ("backend/app/run.py", "from app.p import P", {"backend/app/__init__.py": "", "backend/app/p.py": "P = 'x'"}),
        ("one/main.py", "from p import P", {"one/p.py": "P = 'x'", "two/p.py": "P = 'y'"}),
    ],
)
def test_imports_from_deep_inside(tmp_path: Path, path: str, imports: str, others: Sources) -> None:
    send = "anthropic.Anthropic().messages.create(model='m', max_tokens=1, messages=[], system=P)"
    source = f"import anthropic\n{imports}\n{send}\n"
    assert only_call(tmp_path, {**others, path: source}).request.system.text.known == "x"


def test_an_import_that_may_fail(tmp_path: Path) -> None:
    source = "try:\n    from fast import P\nexcept ImportError:\n    {}\nask(P)"
    fast: Sources = {"fast.py": "P = 'x'"}
    assert asked(tmp_path, source.format("P = 'y'"), fast) == "[x|y]"
    assert asked(tmp_path, source.format("from slow import P"), fast) == "[x|{slow.P}]"


def test_configured_import_roots(tmp_path: Path) -> None:
    files: Sources = {"lib/python/shared.py": "P = 'x'"}
    assert asked(tmp_path, "from shared import P\nask(P)", files) == "{shared.P}"
    assert asked(tmp_path, "from shared import P\nask(P)", files, src=("lib/python",)) == "x"


def test_a_package_within_a_package_is_not_found_by_its_short_name(tmp_path: Path) -> None:
    files: Sources = {"app/__init__.py": "", "app/prompts.py": "P = 'x'", "app/run.py": ""}
    source = "import anthropic\nfrom prompts import P\nanthropic.Anthropic().messages.create(model='m', system=P)"
    call = only_call(tmp_path, {**files, "app/run.py": source})
    assert call.request.system.text.known is None


SCRIPT = "if __name__ == '__main__':\n    main()\n"


@pytest.mark.parametrize(
    ("others", "prompt"),
    [
        ({"app/utils/prompts.py": "P = 'x'", "app/cli.py": SCRIPT}, "x"),
        ({"app/utils/__init__.py": "", "app/utils/prompts.py": "P = 'x'", "app/__main__.py": ""}, "x"),
        ({"app/utils/prompts.py": "P = 'x'", "utils/prompts.py": "P = 'y'", "app/cli.py": SCRIPT}, "y"),
        ({"app/utils/prompts.py": "P = 'x'", "cli.py": SCRIPT}, "{utils.prompts.P}"),
        (
            {"app/utils/prompts.py": "P = 'x'", "app/utils.py": "import utils", "app/cli.py": SCRIPT},
            "{utils.prompts.P}",
        ),
    ],
)
def test_a_script_finds_what_stands_beside_it(tmp_path: Path, others: Sources, prompt: str) -> None:
    source = "from utils.prompts import P"
    assert _in_a_package(tmp_path, source, others) == prompt


def test_a_module_that_imports_its_own_name_means_another(tmp_path: Path) -> None:
    others: Sources = {"app/fast.py": "import fast\nP = 'x'", "app/slow.py": "P = 'x'", "app/cli.py": SCRIPT}
    assert _in_a_package(tmp_path, "from fast import P", others) == "{fast.P}"
    assert _in_a_package(tmp_path, "from slow import P", others) == "x"


def _in_a_package(root: Path, imports: str, others: Sources) -> str:
    """What a module within two packages sends as `P`."""
    source = f"import anthropic\n{imports}\nanthropic.Anthropic().messages.create(model='m', system=P)"
    files: Sources = {"app/__init__.py": "", "app/jobs/__init__.py": "", "app/jobs/run.py": source}
    return written(only_call(root, files | others).request.system.text)


def test_import_cycles_end(tmp_path: Path) -> None:
    files: Sources = {"a.py": "from b import Q\nP = 'x'\nR = Q", "b.py": "from a import P, R\nQ = P"}
    assert asked(tmp_path, "from a import P\nask(P)", files) == "x"
    assert asked(tmp_path, "from b import Q\nask(Q)", files) == "x"
    assert asked(tmp_path, "from b import R\nask(R)", files) == "x"


def test_a_name_that_two_modules_only_pass_to_each_other(tmp_path: Path) -> None:
    files: Sources = {"a.py": "from b import P", "b.py": "from a import P"}
    assert asked(tmp_path, "from a import P\nask(P)", files).startswith("{")


def test_star_imports_cycles_end(tmp_path: Path) -> None:
    files: Sources = {"a.py": "from b import *", "b.py": "from a import *\nP = 'x'"}
    assert asked(tmp_path, "from a import *\nask(P)", files) == "x"
    assert asked(tmp_path, "from a import *\nask(Q)", files) == "{Q}"


def test_a_module_imports_itself(tmp_path: Path) -> None:
    assert asked(tmp_path, "import main\nP = 'x'\ndef f():\n    ask(main.P)") == "x"


def test_underscored_names_are_not_star_imported(tmp_path: Path) -> None:
    assert asked(tmp_path, "from prompts import *\nask(_P)", {"prompts.py": "_P = 'x'"}) == "{_P}"


@pytest.mark.parametrize(
    ("source", "prompt"),
    [
        ("from prompts import P\nP = 'mine'\nask(P)", "mine"),
        ("P = 'mine'\nfrom prompts import P\nask(P)", "x"),
        ("from prompts import P\ndef f(P):\n    ask(P)", "{P}"),
        ("from prompts import P\ndef f():\n    P = 'local'\n    ask(P)", "local"),
        ("import prompts\nprompts = 'text'\nask(prompts)", "text"),
    ],
)
def test_shadowing(tmp_path: Path, source: str, prompt: str) -> None:
    assert asked(tmp_path, source, {"prompts.py": "P = 'x'"}) == prompt


def test_the_sdk_is_never_a_file_of_the_project(tmp_path: Path) -> None:
    source = "import anthropic\nanthropic.Anthropic().messages.create(model='m')\n"
    call = only_call(tmp_path, {"anthropic.py": "class Anthropic: pass", "main.py": source})
    assert call.client.platform == "anthropic"


def test_changes_by_the_importing_module_are_seen(tmp_path: Path) -> None:
    assert asked(tmp_path, "import os\nfrom prompts import P\nP = P + '!'\nask(P)", {"prompts.py": "P = 'x'"}) == "x!"


def test_how_and_trail_of_an_import(tmp_path: Path) -> None:
    files: Sources = {"models.py": "FAST = 'claude-haiku-5-5'\nDEFAULT = FAST\n"}
    found = modelled(tmp_path, "from models import DEFAULT\nuse(DEFAULT)", files)
    assert (found.only, found.how) == ("claude-haiku-5-5", "import")
    [origin] = found.origins
    assert (origin.path, origin.line, origin.column) == ("models.py", 1, 8)
    assert [(step.how, step.name) for step in found.trail] == [
        ("literal", "FAST"),
        ("literal", "DEFAULT"),
        ("constant", "DEFAULT"),
        ("import", "DEFAULT"),
    ]


def test_a_broken_file_is_a_problem_only_if_it_is_needed(tmp_path: Path) -> None:
    source = "import anthropic\nfrom broken import P\nanthropic.Anthropic().messages.create(model='m', system={})\n"
    project = read(tmp_path / "needed", {"broken.py": "P = (", "main.py": source.format("P")})
    assert [(problem.path, problem.line) for problem in project.problems] == [("broken.py", 1)]
    [call] = project.calls
    assert call.request.system.text.known is None
    project = read(tmp_path / "lazy", {"broken.py": "P = (", "main.py": source.format("'x'")})
    assert project.problems == ()
    assert list(project.sources) == ["main.py"]
