from __future__ import annotations

from pathlib import Path

from promptlint.report.settings import render
from promptlint.report.style import Palette
from promptlint.settings import Settings


def lines(settings: Settings) -> list[str]:
    return list(render(settings, Palette(False)))


def test_every_key_with_where_it_comes_from() -> None:
    settings = Settings(Path("/project"), Path("/project/promptlint.toml"), ignore=("PL103",), per_file_ignores={})
    settings = settings.override("command line", ignore=("PL103",))
    assert lines(settings) == [
        "# root: /project",
        "# configuration: /project/promptlint.toml",
        'select = ["ALL"]  # default',
        "extend-select = []  # default",
        'ignore = ["PL103"]  # command line',
        "per-file-ignores = {}  # default",
        "pedantic = false  # default",
        "preview = false  # default",
        "extra-rules = []  # default",
        "exclude = []  # default",
        "src = []  # default",
        "prompts = []  # default",
        "prompt-models = []  # default",
        "holes = {}  # default",
        'fail-on = "warning"  # default',
        'min-severity = "info"  # default',
        'min-confidence = "low"  # default',
        'caching = "none"  # default',
        "sinks = []  # default",
        "workloads = {}  # default",
        "prices = {}  # default",
        "budget = {}  # default",
    ]


def test_no_configuration_is_said() -> None:
    assert lines(Settings(Path("/a\x1b[2Jb")))[:2] == ["# root: /a␛[2Jb", "# configuration: none"]
