"""The two wings know only the hall, heavy libraries stay where they belong, and `--version` starts at once."""

from __future__ import annotations

import ast
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

PACKAGE = Path(__file__).parents[1] / "promptlint"

HALL = {"__init__", "errors", "estimate", "globs", "own_prices", "request", "settings", "sinks", "toml", "workloads"}
HALL |= {"budgets", "exported", "git", "rule", "secrets", "setting_keys", "setting_text"}
LEFT = {"analysis", "files", "ignored", "project", "prompts", "sdk", "source"}
RIGHT = {
    "audit",
    "baseline",
    "catalogue",
    "changes",
    "checks",
    "economics",
    "edits",
    "findings",
    "fingerprints",
    "ledger",
    "money",
    "own_rules",
    "patterns",
    "phrases",
    "prices",
    "prose",
    "report",
    "rule_file",
    "tasks",
    "tokens",
}
OUTSIDE = {"__main__", "cli", "fixes"}

HEAVY = {
    "anthropic": ("promptlint.tokens.exact",),
    "ctok": ("promptlint.tokens",),
    "httpx2": ("promptlint.tokens.exact",),
    "jinja2": ("promptlint.source.jinja",),
    "libcst": ("promptlint.fixes",),
    "re2": ("promptlint.phrases",),
    "rich": ("promptlint.cli", "promptlint.report"),
    "yaml": ("promptlint.source.yaml_values",),
}


def module_name(file: Path) -> str:
    parts = file.relative_to(PACKAGE.parent).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" and len(parts) > 2 else parts)


def wing(module: str) -> str:
    """The part of promptlint that a module belongs to: `promptlint.tokens.count` -> `tokens`; itself: `__init__`."""
    return [*module.split("."), "__init__"][1]


MODULES = {module_name(file): file for file in sorted(PACKAGE.rglob("*.py"))}


def imports(module: str) -> Iterator[str]:
    """Every dotted name that a module imports, inside functions and for type checkers too."""
    package = [*module.split("."), ""] if MODULES[module].name == "__init__.py" else module.split(".")
    for node in ast.walk(ast.parse(MODULES[module].read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            base = ".".join([*package[: -node.level], *filter(None, [node.module])]) if node.level else node.module
            if base == "promptlint":
                names = (f"{base}.{alias.name}" for alias in node.names)
                yield from (name if name in MODULES else base for name in names)
            else:
                yield base or ""


def belonging_to(parts: set[str]) -> list[str]:
    return [module for module in MODULES if wing(module) in parts]


def internal(module: str) -> set[str]:
    """The other parts of promptlint that a module imports."""
    return {wing(name) for name in imports(module) if name.split(".")[0] == "promptlint"} - {wing(module)}


def external(module: str) -> set[str]:
    return {name.split(".")[0] for name in imports(module)}


def test_every_module_belongs_to_a_wing_or_the_hall() -> None:
    assert {wing(module) for module in MODULES} <= HALL | LEFT | RIGHT | OUTSIDE


@pytest.mark.parametrize("module", belonging_to(LEFT))
def test_left_wing_knows_only_the_hall(module: str) -> None:
    assert internal(module) <= LEFT | HALL


@pytest.mark.parametrize("module", belonging_to(RIGHT))
def test_right_wing_knows_only_the_hall_and_no_syntax(module: str) -> None:
    assert internal(module) <= RIGHT | HALL
    assert not external(module) & {"ast", "libcst"}


@pytest.mark.parametrize("module", belonging_to(HALL))
def test_hall_knows_neither_wing(module: str) -> None:
    assert internal(module) <= HALL


@pytest.mark.parametrize("module", belonging_to({"request"}))
def test_no_syntax_node_enters_the_request(module: str) -> None:
    tree = ast.parse(MODULES[module].read_text(encoding="utf-8"))
    names = {node.id for node in ast.walk(tree) if isinstance(node, ast.Name)} | external(module)
    assert not names & {"ast", "cst", "libcst"}


@pytest.mark.parametrize("library", HEAVY)
def test_heavy_library_is_imported_only_where_it_belongs(library: str) -> None:
    users = [module for module in MODULES if library in external(module)]
    assert [module for module in users if not module.startswith(HEAVY[library])] == []


def test_tokenizer_has_one_adapter() -> None:
    assert len([module for module in MODULES if "ctok" in external(module)]) == 1


def test_version_imports_nothing_heavy() -> None:
    command = [sys.executable, "-X", "importtime", "-m", "promptlint", "--version"]
    run = subprocess.run(command, cwd=PACKAGE.parent, capture_output=True, text=True, check=True)
    imported = {line.rsplit("|", 1)[1].strip().split(".")[0] for line in run.stderr.splitlines() if "|" in line}
    assert "promptlint" in imported
    assert not imported & {*HEAVY, "ast", "asyncio", "pathspec", "tomli"}


def test_version_starts_within_five_times_bare_python() -> None:
    """The fastest of several runs, taken in turns, is what noise changes least."""
    bare, version = [], []
    for _ in range(9):
        bare.append(seconds("-c", "pass"))
        version.append(seconds("-m", "promptlint", "--version"))
    assert min(version) <= 5 * min(bare)


def seconds(*arguments: str) -> float:
    started = time.perf_counter()
    subprocess.run([sys.executable, *arguments], cwd=PACKAGE.parent, capture_output=True, check=True)
    return time.perf_counter() - started
