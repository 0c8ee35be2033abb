from __future__ import annotations

import errno
import os
import time
from pathlib import Path

import pytest

from promptlint.files import Files, Prompts
from promptlint.project import Selection, discover
from promptlint.settings import Settings


def tree(root: Path, *files: str, **contents: str) -> None:
    for name in files:
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(contents.get(name, ""), encoding="utf-8")


def ignore(folder: Path, *lines: str) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    (folder / ".gitignore").write_text("\n".join(lines), encoding="utf-8")


def found(root: Path, *paths: str, exclude: tuple[str, ...] = (), force_exclude: bool = False) -> Selection:
    given = [root / path for path in paths] or [root]
    return discover(root, given, Settings(root, exclude=exclude), force_exclude)


def test_python_files_sorted_and_nothing_else(tmp_path: Path) -> None:
    tree(tmp_path, "b.py", "a/c.py", "a.pyi", "a/x.md", "a/y.pyc", "Makefile")
    selection = found(tmp_path)
    assert selection.files == ("a/c.py", "b.py")
    assert (selection.shown, selection.whole, selection.problems) == (("",), True, ())


def test_names_with_blanks_line_ends_and_other_scripts(tmp_path: Path) -> None:
    tree(tmp_path, "a b/c\nd.py", "ключ/é.py")
    assert found(tmp_path).files == ("a b/c\nd.py", "ключ/é.py")


def test_name_that_is_not_utf8(tmp_path: Path) -> None:
    (tmp_path / os.fsdecode(b"\xff.py")).write_text("x = 1")
    (name,) = found(tmp_path).files
    assert Files(tmp_path, [name]).bytes(name) == b"x = 1"


@pytest.mark.parametrize(
    "folder",
    [".venv", "node_modules", "__pycache__", "build", "dist", ".tox", ".nox", "a/site-packages", ".git", ".eggs"],
)
def test_usual_folders_are_left_out(tmp_path: Path, folder: str) -> None:
    tree(tmp_path, f"{folder}/deep/a.py", "b.py")
    assert found(tmp_path).files == ("b.py",)


def test_virtual_environment_is_known_by_its_marker(tmp_path: Path) -> None:
    tree(tmp_path, "env/pyvenv.cfg", "env/lib/a.py", "environments/env/b.py")
    assert found(tmp_path).files == ("environments/env/b.py",)


def test_ignore_files_of_every_level(tmp_path: Path) -> None:
    tree(tmp_path, "a.py", "gen/b.py", "x/gen/c.py", "x/d_pb2.py", "x/keep_pb2.py", "y/d_pb2.py", "y/z/d.py")
    ignore(tmp_path, "gen/", "*_pb2.py")
    ignore(tmp_path / "x", "!keep_pb2.py")
    ignore(tmp_path / "y", "/z", "# a comment", "")
    assert found(tmp_path).files == ("a.py", "x/keep_pb2.py")


def test_negation_does_not_reach_into_an_ignored_folder(tmp_path: Path) -> None:
    tree(tmp_path, "gen/a.py", "gen/keep.py", "out/a.py", "out/keep.py")
    ignore(tmp_path, "gen/", "!gen/keep.py", "out/*", "!out/keep.py")
    assert found(tmp_path).files == ("out/keep.py",)


def test_anchored_and_starred_patterns(tmp_path: Path) -> None:
    tree(tmp_path, "a.py", "x/a.py", "x/b/c/d.py", "q/b/c/d.py", "s1.py", "s2.py")
    ignore(tmp_path, "/a.py", "x/**/d.py", "s[1]*")
    assert found(tmp_path).files == ("q/b/c/d.py", "s2.py", "x/a.py")


def test_ignore_file_with_an_invalid_line_a_mark_and_windows_line_ends(tmp_path: Path) -> None:
    tree(tmp_path, "a.py", "b.py", "c.py")
    (tmp_path / ".gitignore").write_bytes(b"\xef\xbb\xbfa.py\r\n!\r\nb.py\r\n")
    assert found(tmp_path).files == ("c.py",)


def test_info_exclude_counts_and_ignore_files_overrule_it(tmp_path: Path) -> None:
    tree(tmp_path, "a.py", "b.py", ".git/info/exclude")
    (tmp_path / ".git/info/exclude").write_text("a.py\nb.py\n")
    ignore(tmp_path, "!b.py")
    assert found(tmp_path).files == ("b.py",)


def test_ignore_files_around_the_root_up_to_the_git_top(tmp_path: Path) -> None:
    tree(tmp_path, "repo/.git/info/exclude", "repo/svc/app/a.py", "repo/svc/app/gen.py", "repo/svc/app/old.py")
    (tmp_path / "repo/.git/info/exclude").write_text("/svc/app/old.py\n")
    ignore(tmp_path / "repo", "svc/app/gen.py")
    ignore(tmp_path, "a.py")
    assert found(tmp_path / "repo" / "svc").files == ("app/a.py",)


def test_root_that_is_itself_ignored_is_read_all_the_same(tmp_path: Path) -> None:
    tree(tmp_path, ".git/HEAD", "scratch/a.py")
    ignore(tmp_path, "scratch/")
    assert found(tmp_path / "scratch").files == ("a.py",)


def test_exclude_has_the_last_word(tmp_path: Path) -> None:
    tree(tmp_path, "a.py", "old/b.py", "build/c.py", "gen/d.py")
    ignore(tmp_path, "gen/")
    assert found(tmp_path, exclude=("old/", "!build/", "!gen/")).files == ("a.py", "build/c.py", "gen/d.py")


def test_paths_choose_what_is_shown_but_the_project_is_read_whole(tmp_path: Path) -> None:
    tree(tmp_path, "app/a.py", "app/p.md", "lib/b.py", "application.py")
    selection = found(tmp_path, "app")
    assert selection.files == ("app/a.py", "application.py", "lib/b.py")
    assert [path for path in (*selection.files, "app/p.md") if selection.shows(path)] == ["app/a.py", "app/p.md"]


def test_a_file_shows_itself_and_is_no_whole_project(tmp_path: Path) -> None:
    tree(tmp_path, "a.py", "b.py", "p.md")
    selection = found(tmp_path, "a.py", "p.md")
    assert (selection.shown, selection.whole) == (("a.py", "p.md"), False)
    assert selection.files == ("a.py", "b.py")


def test_without_paths_the_current_directory_is_shown(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    tree(tmp_path, "app/a.py", "b.py")
    monkeypatch.chdir(tmp_path / "app")
    selection = discover(tmp_path, [], Settings(tmp_path))
    assert (selection.shown, selection.files) == (("app",), ("app/a.py", "b.py"))


def test_paths_are_relative_to_the_current_directory(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    tree(tmp_path, "app/a.py")
    monkeypatch.chdir(tmp_path / "app")
    assert discover(tmp_path, [Path("../app/./a.py")], Settings(tmp_path)).shown == ("app/a.py",)


def test_explicit_file_passes_excludes(tmp_path: Path) -> None:
    tree(tmp_path, "old/a.py", "old/b.py", "c.py")
    selection = found(tmp_path, "old/a.py", exclude=("old/",))
    assert selection.files == ("c.py", "old/a.py")
    assert selection.shows("old/a.py")
    assert not selection.shows("old/b.py")


def test_explicit_folder_passes_excludes(tmp_path: Path) -> None:
    tree(tmp_path, "build/a.py", "build/.venv/b.py", "build/sub/c.py", "d.py")
    ignore(tmp_path, "build/")
    selection = found(tmp_path, "build")
    assert selection.files == ("build/a.py", "build/sub/c.py", "d.py")
    assert selection.shows("build/sub/c.py")


@pytest.mark.parametrize("path", ["old/a.py", "old"])
def test_force_exclude_excludes_explicit_paths(tmp_path: Path, path: str) -> None:
    tree(tmp_path, "old/a.py", "c.py")
    selection = found(tmp_path, path, exclude=("old/",), force_exclude=True)
    assert (selection.files, selection.shown, selection.whole) == (("c.py",), (), False)
    assert not selection.shows("old/a.py")


def test_excluded_prompt_file_is_not_shown(tmp_path: Path) -> None:
    tree(tmp_path, "prompts/old/p.md", "prompts/q.md", "a.py")
    selection = found(tmp_path, exclude=("prompts/old/**",))
    assert [selection.shows(path) for path in ("prompts/q.md", "prompts/old/p.md")] == [True, False]


def test_a_file_that_is_no_python_is_a_prompt_if_it_is_named(tmp_path: Path) -> None:
    tree(tmp_path, "a.py", "a.pyi", "prompts/b.md", "prompts/c.j2", "d.json")
    assert found(tmp_path, "a.pyi").prompts == Prompts()
    assert found(tmp_path).prompts == Prompts()
    assert found(tmp_path, "prompts").prompts == Prompts()
    assert found(tmp_path, "a.py", "d.json", "prompts/b.md").prompts == Prompts(("d.json", "prompts/b.md"))


def test_prompts_of_the_configuration(tmp_path: Path) -> None:
    tree(tmp_path, "a.py", "prompts/b.md", "prompts/old/c.md", "prompts/d.py", "e.md", "node_modules/prompts/f.md")
    settings = Settings(tmp_path, exclude=("old/",), prompts=("prompts/**/*.md", "prompts/d.py"))
    selection = discover(tmp_path, [tmp_path / "a.py"], settings)
    assert selection.prompts == Prompts(configured=("prompts/b.md",))
    assert not selection.shows("prompts/b.md")
    selection = discover(tmp_path, [tmp_path, tmp_path / "prompts/b.md", tmp_path / "e.md"], settings)
    assert selection.prompts == Prompts(("e.md", "prompts/b.md"), ("prompts/b.md",))
    assert selection.prompts.all == ("e.md", "prompts/b.md")


def test_excluded_prompt_is_read_if_it_is_named_unless_excludes_are_forced(tmp_path: Path) -> None:
    tree(tmp_path, "old/a.md")
    assert found(tmp_path, "old/a.md", exclude=("old/",)).prompts.named == ("old/a.md",)
    assert found(tmp_path, "old/a.md", exclude=("old/",), force_exclude=True).prompts.named == ()


def test_script_without_suffix_is_python_if_it_says_so(tmp_path: Path) -> None:
    (tmp_path / "tool").write_text("#!/usr/bin/env python3\n")
    (tmp_path / "other").write_text("#!/bin/sh\n")
    assert found(tmp_path, "tool", "other").files == ("tool",)
    assert found(tmp_path).files == ()


def test_missing_path_is_a_problem_and_the_others_go_on(tmp_path: Path) -> None:
    tree(tmp_path, "a.py")
    selection = found(tmp_path, "none.py", "a.py")
    (problem,) = selection.problems
    assert (problem.path, problem.message) == ("none.py", "no such file or directory")
    assert selection.shown == ("a.py",)


@pytest.mark.parametrize(
    ("name", "message"), [("a.py/b", "not a directory"), ("a\0b", "the path holds a null character")]
)
def test_impossible_path_is_a_problem(tmp_path: Path, name: str, message: str) -> None:
    tree(tmp_path, "a.py")
    assert [problem.message for problem in found(tmp_path, name).problems] == [message]


def test_path_outside_of_the_root_is_a_problem(tmp_path: Path) -> None:
    tree(tmp_path, "repo/a.py", "b.py")
    (problem,) = found(tmp_path / "repo", "../b.py").problems
    assert problem.path == (tmp_path / "b.py").as_posix()
    assert "outside of the project's root" in problem.message


def test_pipe_is_neither_listed_nor_opened(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe.py")
    selection = found(tmp_path, "pipe.py")
    assert selection.files == ()
    assert [problem.message for problem in selection.problems] == ["is neither a file nor a folder"]
    assert not Files(tmp_path).has("pipe.py")


def test_symbolic_links_are_not_followed(tmp_path: Path) -> None:
    tree(tmp_path, "repo/a/b.py", "elsewhere/c.py")
    root = tmp_path / "repo"
    (root / "a" / "loop").symlink_to(root)
    (root / "out").symlink_to(tmp_path / "elsewhere")
    (root / "c.py").symlink_to(tmp_path / "elsewhere" / "c.py")
    (root / "twin.py").symlink_to(root / "a" / "b.py")
    (root / "broken.py").symlink_to(root / "none.py")
    assert found(root).files == ("a/b.py",)
    assert found(root, "twin.py").shown == ("a/b.py",)
    assert "outside" in found(root, "c.py").problems[0].message


def test_link_that_points_to_itself_is_a_problem(tmp_path: Path) -> None:
    (tmp_path / "loop.py").symlink_to(tmp_path / "loop.py")
    assert len(found(tmp_path, "loop.py").problems) == 1


def test_root_may_be_a_link(tmp_path: Path) -> None:
    tree(tmp_path, "real/a.py")
    (tmp_path / "link").symlink_to(tmp_path / "real")
    selection = found(tmp_path / "link")
    assert (selection.files, selection.shown) == (("a.py",), ("",))


def test_folder_that_cannot_be_listed_is_a_problem(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    tree(tmp_path, "a.py", "locked/b.py")
    list_folder = os.scandir

    def refuse(folder: Path) -> object:
        if folder.name == "locked":
            raise PermissionError(errno.EACCES, os.strerror(errno.EACCES))
        return list_folder(folder)

    monkeypatch.setattr(os, "scandir", refuse)
    selection = found(tmp_path)
    assert selection.files == ("a.py",)
    assert [(problem.path, problem.message) for problem in selection.problems] == [("locked", "permission denied")]
    assert found(tmp_path, exclude=("locked/",)).problems == ()


def test_thousands_of_files_are_found_in_a_moment(tmp_path: Path) -> None:
    ignore(tmp_path, *(f"folder{number}/" for number in range(50)), "*.log", "local_*.py")
    for folder in range(200):
        (tmp_path / f"p{folder}").mkdir()
        for number in range(12):
            (tmp_path / f"p{folder}" / f"m{number}.py").touch()
    started = time.process_time()
    assert len(found(tmp_path).files) == 2400
    assert time.process_time() - started < 0.5


def test_notebooks_are_found_as_modules_are(tmp_path: Path) -> None:
    tree(tmp_path, "a.ipynb", "b.py", "old/c.ipynb", "d.ipynb", ".ipynb_checkpoints/a-checkpoint.ipynb")
    ignore(tmp_path, "d.ipynb")
    assert found(tmp_path, exclude=("old/",)).files == ("a.ipynb", "b.py")
    assert found(tmp_path, "old/c.ipynb", exclude=("old/",)).shown == ("old/c.ipynb",)
    assert found(tmp_path, "d.ipynb", force_exclude=True).shown == ()


def test_a_tool_makes_no_prompt_of_a_file_that_it_names(tmp_path: Path) -> None:
    for name in ("README.md", "prompts/sort.md"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text("Sort the tickets.")
    settings = Settings(tmp_path, prompts=("prompts/*.md",))
    paths = [tmp_path / "README.md", tmp_path / "prompts/sort.md"]
    selection = discover(tmp_path, paths, settings, force_exclude=True)
    assert (selection.prompts.all, selection.shown) == (("prompts/sort.md",), ("README.md", "prompts/sort.md"))
    assert discover(tmp_path, paths, settings).prompts.all == ("README.md", "prompts/sort.md")
