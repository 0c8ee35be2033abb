from __future__ import annotations

import os
from pathlib import Path

import pytest

from promptlint.tokens.lock import Lock, read

A, B = "a" * 64, "b" * 64
HEADER = (
    '{"schema": "promptlint/lock/v1", '
    '"about": "input tokens by Anthropic\'s count_tokens; written by promptlint, keep it in git"}\n'
)


def entry(digest: str, model: str = "m", tokens: int = 1) -> str:
    return f'{{"part": "{digest}", "model": "{model}", "tokens": {tokens}}}\n'


def write(folder: Path, text: str | bytes) -> Lock:
    data = text if isinstance(text, bytes) else text.encode()
    (folder / "promptlint.lock").write_bytes(data)
    return read(folder)


def told(lock: Lock) -> tuple[int | None, str]:
    assert lock.problem is not None
    assert lock.problem.path == "promptlint.lock"
    assert lock.problem.help
    return lock.problem.line, lock.problem.message


def test_what_is_written_is_sorted_and_read_again(tmp_path: Path) -> None:
    counts = {(B, "m"): 3, (A, "n"): 2, (A, "m"): 1}
    assert read(tmp_path).write(counts) is None
    path = tmp_path / "promptlint.lock"
    assert path.read_bytes().decode() == HEADER + entry(A, "m", 1) + entry(A, "n", 2) + entry(B, "m", 3)
    assert path.stat().st_mode & 0o777 == 0o644
    assert read(tmp_path) == Lock(path, counts)


def test_counts_that_no_call_needs_are_marked(tmp_path: Path) -> None:
    counts = {(A, "m"): 1, (B, "m"): 3}
    assert read(tmp_path).write(counts, frozenset({(B, "m"), (B, "gone")})) is None
    marked = entry(B, "m", 3).replace("}", ', "input": true}')
    assert (tmp_path / "promptlint.lock").read_text() == HEADER + entry(A, "m", 1) + marked
    assert read(tmp_path) == Lock(tmp_path / "promptlint.lock", counts, frozenset({(B, "m")}))


def test_without_a_lock_nothing_is_known_and_nothing_written(tmp_path: Path) -> None:
    lock = read(tmp_path)
    assert (lock.counts, lock.problem, lock.write({})) == ({}, None, None)
    assert list(tmp_path.iterdir()) == []


def test_the_same_counts_leave_the_file_alone(tmp_path: Path) -> None:
    text = entry(B) + HEADER + "\n" + entry(A)
    lock = write(tmp_path, text)
    assert lock.write(dict(lock.counts)) is None
    assert (tmp_path / "promptlint.lock").read_text() == text


def test_what_a_merge_brings_together(tmp_path: Path) -> None:
    lock = write(tmp_path, (HEADER + entry(B) + entry(A) + HEADER + entry(A)).replace("\n", "\r\n"))
    assert (lock.counts, lock.problem) == ({(A, "m"): 1, (B, "m"): 1}, None)


def test_conflict_markers_are_named_with_their_line(tmp_path: Path) -> None:
    text = f"{HEADER}<<<<<<< HEAD\n{entry(A)}||||||| base\n=======\n{entry(B)}>>>>>>> other\n"
    lock = write(tmp_path, text)
    assert told(lock) == (2, "has conflict markers")
    assert lock.counts == {(A, "m"): 1, (B, "m"): 1}


@pytest.mark.parametrize(
    ("line", "message"),
    [
        ("not JSON", "this line is no entry"),
        ("[1]", "this line is no entry"),
        ("[" * 100_000, "this line is no entry"),
        ('{"part": 1, "model": "m", "tokens": 1}', "this line is no entry"),
        (entry("zz"), "this line is no entry"),
        (entry(B, ""), "this line is no entry"),
        (entry(B).replace("1", "true"), "`tokens` must be a whole number"),
        (entry(B).replace("1", "1.5"), "`tokens` must be a whole number"),
        (entry(B, tokens=-1), "`tokens` must be a whole number"),
        (entry(B, tokens=10**12), "`tokens` must be a whole number"),
        (entry(B, tokens=1).replace("1", "9" * 5000), "this line is no entry"),
        (entry(A, tokens=2), "another line has the same part and model, and other tokens"),
    ],
)
def test_a_line_that_cannot_be_read(tmp_path: Path, line: str, message: str) -> None:
    lock = write(tmp_path, HEADER + entry(A) + line + "\n" + entry(A.replace("a", "c")))
    assert told(lock) == (3, message)
    assert ("c" * 64, "m") in lock.counts
    assert (B, "m") not in lock.counts


def test_contradicting_lines_count_for_nothing(tmp_path: Path) -> None:
    lock = write(tmp_path, entry(A, tokens=1) + entry(A, tokens=2) + entry(A, tokens=1))
    assert told(lock)[0] == 2
    assert lock.counts == {}


def test_another_version_is_not_used(tmp_path: Path) -> None:
    lock = write(tmp_path, HEADER.replace("v1", "v2") + entry(A))
    assert told(lock) == (1, "was written by another version of promptlint")
    assert lock.counts == {}


def test_what_is_no_text(tmp_path: Path) -> None:
    assert told(write(tmp_path, b"\xff\xfe")) == (None, "is not UTF-8")


def test_a_folder(tmp_path: Path) -> None:
    (tmp_path / "promptlint.lock").mkdir()
    assert told(read(tmp_path)) == (None, "is no file")


def test_a_file_out_of_all_proportion(tmp_path: Path) -> None:
    (tmp_path / "promptlint.lock").touch()
    os.truncate(tmp_path / "promptlint.lock", 64_000_001)
    assert told(read(tmp_path)) == (None, "is too large")


@pytest.mark.parametrize("target", ["../outside", "/etc/hostname"])
def test_nothing_outside_of_the_project_is_read(tmp_path: Path, target: str) -> None:
    root = tmp_path / "root"
    root.mkdir()
    (tmp_path / "outside").write_text(HEADER)
    (root / "promptlint.lock").symlink_to(target)
    assert told(read(root)) == (None, "leads out of the project")


def test_a_lock_with_a_problem_is_not_written(tmp_path: Path) -> None:
    lock = write(tmp_path, "<<<<<<< HEAD\n")
    assert lock.write({(A, "m"): 1}) is None
    assert (tmp_path / "promptlint.lock").read_text() == "<<<<<<< HEAD\n"


def test_a_lock_that_cannot_be_written_stays_as_it_was(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    lock = write(tmp_path, HEADER + entry(A))

    def full(self: Path, target: Path) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(Path, "replace", full)
    problem = lock.write({(B, "m"): 1})
    assert problem is not None
    assert (problem.path, problem.message) == ("promptlint.lock", "cannot be written: No space left on device")
    assert [path.name for path in tmp_path.iterdir()] == ["promptlint.lock"]
    assert (tmp_path / "promptlint.lock").read_text() == HEADER + entry(A)
