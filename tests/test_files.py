"""What is read of a project's files, and what of it never is."""

from __future__ import annotations

import errno
import hashlib
import re
from collections.abc import Mapping
from pathlib import Path

import pytest

from promptlint import files as files_module
from promptlint.files import Files, candidates, read


def put(root: Path, contents: Mapping[str, str]) -> None:
    for name, text in contents.items():
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_text(text, encoding="utf-8")


class TestFiles:
    def test_reads_once(self, tmp_path: Path) -> None:
        put(tmp_path, {"a.py": "x = 1"})
        files = Files(tmp_path, ["a.py"])
        assert files.bytes("a.py") == b"x = 1"
        (tmp_path / "a.py").write_text("changed")
        assert files.bytes("a.py") == b"x = 1"
        assert files.digest("a.py") == hashlib.sha256(b"x = 1").hexdigest()

    def test_bytes_that_are_handed_over_stand_for_the_file(self, tmp_path: Path) -> None:
        put(tmp_path, {"a.py": "import os"})
        files = Files(tmp_path, ["a.py", "new.py"])
        for path in files.paths:
            files.keep(path, b"import anthropic")
        assert candidates(files, re.compile(rb"anthropic")) == ["a.py", "new.py"]
        assert files.bytes("a.py") == b"import anthropic"
        assert files.has("new.py")

    def test_keeps_no_more_than_its_bound(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(files_module, "_KEPT_BYTES", 5)
        put(tmp_path, {"a.py": "aaaa", "b.py": "bbbb"})
        files = Files(tmp_path)
        files.bytes("a.py"), files.bytes("b.py")
        (tmp_path / "a.py").write_text("new")
        (tmp_path / "b.py").write_text("new")
        assert (files.bytes("a.py"), files.bytes("b.py")) == (b"aaaa", b"new")

    def test_paths_and_names_answer_to_each_other(self, tmp_path: Path) -> None:
        files = Files(tmp_path)
        assert files.absolute("a/b.py") == tmp_path.resolve() / "a/b.py"
        assert files.relative(tmp_path / "a" / ".." / "b.py") == "b.py"
        assert files.relative(Path("c/d.md")) == "c/d.md"
        assert files.relative(tmp_path.parent / "x") is None

    def test_has_files_that_are_not_listed(self, tmp_path: Path) -> None:
        put(tmp_path, {"prompts/p.md": ""})
        files = Files(tmp_path)
        assert [files.has(path) for path in ("prompts/p.md", "prompts", "none.md", "a\0b")] == [
            True,
            False,
            False,
            False,
        ]

    @pytest.mark.parametrize("path", ["../secret.md", "link.md", "folder/secret.md", "/etc/hostname"])
    def test_nothing_outside_of_the_root_is_read(self, tmp_path: Path, path: str) -> None:
        put(tmp_path, {"secret.md": "", "repo/a.py": ""})
        root = tmp_path / "repo"
        (root / "link.md").symlink_to(tmp_path / "secret.md")
        (root / "folder").symlink_to(tmp_path)
        files = Files(root)
        assert not files.has(path)
        with pytest.raises(FileNotFoundError, match="below the project's root"):
            files.bytes(path)

    def test_link_inside_the_root_is_read(self, tmp_path: Path) -> None:
        put(tmp_path, {"real.md": "hi"})
        (tmp_path / "link.md").symlink_to(tmp_path / "real.md")
        assert Files(tmp_path).bytes("link.md") == b"hi"


def test_file_beyond_the_bound_is_searched_but_not_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(files_module, "MAX_BYTES", 10)
    put(tmp_path, {"a.py": "no such thing here", "b.py": "import anthropic"})
    files = Files(tmp_path, ["a.py", "b.py"])
    assert candidates(files, re.compile(rb"anthropic")) == ["b.py"]
    with pytest.raises(OSError, match="larger than") as caught:
        files.bytes("b.py")
    assert caught.value.errno == errno.EFBIG


def test_file_of_five_megabytes_is_read(tmp_path: Path) -> None:
    (tmp_path / "a.py").write_bytes(b"x = 1\n" * 900_000)
    assert len(read(tmp_path / "a.py")) == 5_400_000


def test_candidates_keep_the_order_and_dismiss_by_bytes(tmp_path: Path) -> None:
    contents = {"z.py": "import anthropic", "a.py": "import os", "b.py": "from anthropic import x"}
    put(tmp_path, contents)
    assert candidates(Files(tmp_path, contents), re.compile(rb"\banthropic\b")) == ["z.py", "b.py"]


def test_words_dismiss_before_the_pattern_is_tried(tmp_path: Path) -> None:
    contents = {"a.py": "claude", "b.py": "claude_x", "c.py": "x"}
    put(tmp_path, contents)
    assert candidates(Files(tmp_path, contents), re.compile(rb"claude\b|x"), words=(b"claude",)) == ["a.py", "b.py"]


def test_file_that_cannot_be_read_is_not_dismissed(tmp_path: Path) -> None:
    assert candidates(Files(tmp_path, ["gone.py"]), re.compile(rb"x")) == ["gone.py"]


def test_the_code_of_a_notebook_and_of_a_module(tmp_path: Path) -> None:
    notebook = '{"cells": [{"cell_type": "code", "source": ["ask(\\n", " \\"x\\")"]}]}'
    put(tmp_path, {"a.ipynb": notebook, "b.py": "ask(1)", "c.ipynb": "ask(\n1"})
    files = Files(tmp_path, ("a.ipynb", "b.py", "c.ipynb"))
    assert [files.code(path) for path in files.paths] == [b'ask(\n "x")', b"ask(1)", b"ask(\n1"]
    assert files.code("a.ipynb", b"nothing", b"other") == b""
    assert candidates(files, re.compile(rb"ask\(\n"), (b"ask",)) == ["a.ipynb", "c.ipynb"]
