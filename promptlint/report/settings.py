"""The settings as a configuration file that says where each comes from."""

from __future__ import annotations

from collections.abc import Iterator

from promptlint.report.style import Palette, visible
from promptlint.settings import Settings


def render(settings: Settings, palette: Palette) -> Iterator[str]:
    """The root and the file that was read, then a line for every key."""
    source = "none" if settings.source is None else settings.source.as_posix()
    yield palette.paint("quiet", f"# root: {visible(settings.root.as_posix())}")
    yield palette.paint("quiet", f"# configuration: {visible(source)}")
    yield from (visible(line) for line in settings.as_toml().splitlines())
