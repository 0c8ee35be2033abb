from __future__ import annotations

import json
from pathlib import Path

import pytest

from promptlint.tokens.memory import Memory, cache_folder


def test_counts_are_remembered_by_text_and_generation(tmp_path: Path) -> None:
    first = Memory(tmp_path / "new" / "folder")
    first.put("hello", "v3", 1)
    first.put("lone \ud800", "v3", 4)
    assert first.get("hello", "v3") == 1
    first.save()
    again = Memory(tmp_path / "new" / "folder")
    assert [again.get("hello", "v3"), again.get("hello", "v4.8"), again.get("lone \ud800", "v3")] == [1, None, 4]
    assert [path.name for path in (tmp_path / "new" / "folder").iterdir()] == ["tokens-v1.json"]


@pytest.mark.parametrize("content", [b"", b"{", b"[1]", b"\xff\xfe", b'{"a": "x"}', b'{"a": true}'])
def test_a_damaged_file_is_ignored_and_replaced(tmp_path: Path, content: bytes) -> None:
    file = tmp_path / "tokens-v1.json"
    file.write_bytes(content)
    memory = Memory(tmp_path)
    assert memory.get("hello", "v3") is None
    memory.put("hello", "v3", 1)
    memory.save()
    assert list(json.loads(file.read_text()).values()) == [1]


def test_a_folder_that_cannot_be_written_is_no_cache(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    for folder in (tmp_path / "file", None):
        memory = Memory(folder)
        memory.put("hello", "v3", 1)
        memory.save()
        assert memory.get("hello", "v3") == 1


def test_two_runs_at_once_keep_both_counts(tmp_path: Path) -> None:
    one, two = Memory(tmp_path), Memory(tmp_path)
    for memory, text, count in ((one, "a", 1), (two, "b", 2)):
        assert memory.get(text, "v3") is None
        memory.put(text, "v3", count)
    one.save()
    two.save()
    assert [Memory(tmp_path).get(text, "v3") for text in "ab"] == [1, 2]


def test_the_oldest_counts_are_dropped(tmp_path: Path) -> None:
    memory = Memory(tmp_path, limit=2)
    for count, text in enumerate("abc"):
        memory.put(text, "v3", count)
    memory.save()
    assert [Memory(tmp_path).get(text, "v3") for text in "abc"] == [None, 1, 2]


def test_nothing_new_writes_nothing(tmp_path: Path) -> None:
    Memory(tmp_path / "folder").save()
    assert not (tmp_path / "folder").exists()


def test_the_folder_is_the_platforms(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("PROMPTLINT_CACHE_DIR", "XDG_CACHE_HOME", "LOCALAPPDATA"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setattr(Path, "home", lambda: Path("home"))
    folders = {}
    for platform in ("linux", "darwin", "win32"):
        monkeypatch.setattr("sys.platform", platform)
        folders[platform] = cache_folder()
    assert folders == {
        "linux": Path("home/.cache/promptlint"),
        "darwin": Path("home/Library/Caches/promptlint"),
        "win32": Path("home/.cache/promptlint"),
    }
    monkeypatch.setenv("LOCALAPPDATA", "local")
    assert cache_folder() == Path("local/promptlint")
    monkeypatch.setattr("sys.platform", "linux")
    monkeypatch.setenv("XDG_CACHE_HOME", "xdg")
    assert cache_folder() == Path("xdg/promptlint")
    monkeypatch.setenv("PROMPTLINT_CACHE_DIR", "chosen")
    assert cache_folder() == Path("chosen")


def test_without_a_home_there_is_no_folder(monkeypatch: pytest.MonkeyPatch) -> None:
    def missing() -> Path:
        raise RuntimeError("Could not determine home directory.")

    for name in ("PROMPTLINT_CACHE_DIR", "XDG_CACHE_HOME", "LOCALAPPDATA"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setattr(Path, "home", missing)
    assert cache_folder() is None
