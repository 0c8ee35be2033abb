from __future__ import annotations

import os
import subprocess
from pathlib import Path

import pytest

from promptlint.errors import UserError
from promptlint.exported import can_matter, export
from promptlint.git import Entry, Repository, repository


def git(folder: Path, *arguments: str) -> str:
    done = subprocess.run(["git", *arguments], cwd=folder, check=True, capture_output=True, text=True)
    return done.stdout.strip()


def make(folder: Path, **files: str) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    git(folder, "init", "-q", "-b", "main")
    git(folder, "config", "user.email", "shop@example.com")
    git(folder, "config", "user.name", "Shop")
    for name, text in files.items():
        put(folder, name, text)
    commit(folder)
    return folder


def put(folder: Path, name: str, text: str) -> None:
    (folder / name).parent.mkdir(parents=True, exist_ok=True)
    (folder / name).write_text(text, encoding="utf-8")


def commit(folder: Path, *options: str) -> str:
    git(folder, *options, "add", "-A")
    git(folder, *options, "commit", "-q", "--allow-empty", "-m", "a change")
    return git(folder, "rev-parse", "HEAD")


@pytest.fixture(autouse=True)
def quiet(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in list(os.environ):
        if name.startswith("GIT_"):
            monkeypatch.delenv(name)
    monkeypatch.setenv("GIT_CONFIG_GLOBAL", os.devnull)


def test_what_a_hook_has_told_git_does_not_count(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    shop, other = make(tmp_path / "shop"), make(tmp_path / "other")
    monkeypatch.setenv("GIT_DIR", str(other / ".git"))
    monkeypatch.setenv("GIT_WORK_TREE", str(other))
    assert repository(shop) == Repository(shop)


@pytest.mark.parametrize(
    ("refs", "default"),
    [
        (["main"], "main"),
        (["main", "master"], "main"),
        (["master"], "master"),
        (["main", "origin/master"], "origin/master"),
        (["main", "origin/main", "origin/master"], "origin/main"),
        (["main", "origin/main", "origin/trunk"], "origin/trunk"),
    ],
)
def test_the_default_branch(tmp_path: Path, refs: list[str], default: str) -> None:
    shop = make(tmp_path / "shop")
    git(shop, "checkout", "-q", "--detach")
    git(shop, "branch", "-D", "main")
    for ref in refs:
        git(shop, "update-ref", f"refs/{'remotes' if '/' in ref else 'heads'}/{ref}", "HEAD")
    if "origin/trunk" in refs:
        git(shop, "symbolic-ref", "refs/remotes/origin/HEAD", "refs/remotes/origin/trunk")
    assert repository(shop).default_branch() == default


def test_without_any_of_them_the_commit_has_to_be_named(tmp_path: Path) -> None:
    shop = make(tmp_path / "shop")
    git(shop, "branch", "-m", "work")
    with pytest.raises(UserError, match="there is no default branch") as caught:
        repository(shop).default_branch()
    assert caught.value.help == "name the commit: `promptlint diff BASE`"


def test_branches_without_a_common_commit(tmp_path: Path) -> None:
    shop = make(tmp_path / "shop")
    git(shop, "checkout", "-q", "--orphan", "apart")
    put(shop, "other.py", "")
    commit(shop)
    with pytest.raises(UserError, match="`main` and `apart` have no commit in common"):
        repository(shop).merge_base("main", "apart")


def test_a_shallow_clone_tells_to_fetch_the_history(tmp_path: Path) -> None:
    shop = make(tmp_path / "shop")
    first = git(shop, "rev-parse", "HEAD")
    commit(shop)
    git(tmp_path, "clone", "-q", "--depth", "1", shop.as_uri(), "shallow")
    with pytest.raises(UserError, match="this shallow clone does not have the commit") as caught:
        repository(tmp_path / "shallow").commit(first)
    assert "git fetch --unshallow" in caught.value.help


def test_what_looks_like_an_option_is_a_name(tmp_path: Path) -> None:
    with pytest.raises(UserError, match="there is no commit `--all`"):
        repository(make(tmp_path / "shop")).commit("--all")


def test_a_commit_is_taken_out_as_it_is(tmp_path: Path) -> None:
    """No filter, attribute or hook has a say, and names may hold anything."""
    names = ("a b.py", "new\nline.py", "ü/é.md", "-x.py", "tab\t.txt")
    shop = make(tmp_path / "shop", **dict.fromkeys(names, "x = 1\n"))
    put(shop, ".gitattributes", "*.py export-ignore filter=bad\n*.md export-subst\n")
    put(shop, "ü/é.md", "$Format:%H$\n")
    git(shop, "config", "filter.bad.smudge", f"touch {tmp_path / 'ran'}")
    git(shop, "config", "core.fsmonitor", f"touch {tmp_path / 'ran'}")
    put(shop, ".git/hooks/post-checkout", f"#!/bin/sh\ntouch {tmp_path / 'ran'}\n")
    (shop / ".git/hooks/post-checkout").chmod(0o755)
    head = commit(shop, "-c", "core.fsmonitor=false")
    found = repository(shop)
    with export(found) as folder:
        assert folder.write(found.tree(head)) == ()
        assert sorted(path.name for path in folder.top.rglob("*") if path.suffix in (".py", ".md", ".txt")) == sorted(
            Path(name).name for name in names
        )
        assert (folder.top / "ü/é.md").read_text(encoding="utf-8") == "$Format:%H$\n"
    assert not folder.top.exists()
    assert not (tmp_path / "ran").exists()
    assert git(shop, "-c", "core.fsmonitor=false", "status", "--porcelain") == ""


def test_links_stay_in_the_folder(tmp_path: Path) -> None:
    shop = make(tmp_path / "shop", **{"real.md": "Be brief.\n", "deep/er/x.py": ""})
    secret = tmp_path / "secret.md"
    secret.write_text("secret", encoding="utf-8")
    (shop / "inside.md").symlink_to("real.md")
    (shop / "absolute.md").symlink_to(secret)
    (shop / "above.md").symlink_to("../secret.md")
    (shop / "deep/er/up").symlink_to("../..")
    (shop / "roundabout.md").symlink_to("deep/er/up/../secret.md")
    head = commit(shop)
    found = repository(shop)
    with export(found) as folder:
        left_out = folder.write(found.tree(head))
        assert (folder.top / "inside.md").read_text(encoding="utf-8") == "Be brief.\n"
        assert not any((folder.top / name).is_symlink() for name in left_out)
    assert sorted(left_out) == ["above.md", "absolute.md", "roundabout.md"]


def test_what_git_lfs_keeps_elsewhere_is_left_out(tmp_path: Path) -> None:
    pointer = "version https://git-lfs.github.com/spec/v1\noid sha256:12\nsize 9\n"
    shop = make(tmp_path / "shop", **{"prompt.md": pointer})
    found = repository(shop)
    with export(found) as folder:
        assert folder.write(found.tree("HEAD")) == ("prompt.md",)
        assert not (folder.top / "prompt.md").exists()


def test_submodules_are_entries_of_their_own(tmp_path: Path) -> None:
    lib, shop = make(tmp_path / "lib", **{"call.py": "x = 1\n"}), make(tmp_path / "shop")
    git(shop, "-c", "protocol.file.allow=always", "submodule", "add", "-q", lib.as_uri(), "vendor/a lib")
    head = commit(shop)
    found = repository(shop)
    assert found.submodules() == ("vendor/a lib",)
    assert [entry.path for entry in found.tree(head) if entry.kind == "submodule"] == ["vendor/a lib"]


@pytest.mark.parametrize(
    ("path", "size", "matters"),
    [
        ("app/triage.py", 30_000_000, True),
        ("prompts/system", 100, True),
        ("prompts/system.md", 100, True),
        ("data/log.jsonl", 30_000_000, False),
        ("web/app.ts", 100, False),
        ("../outside.py", 1, False),
        (".git/hooks/x.py", 1, False),
        ("a/.GIT/config.py", 1, False),
        ("/etc/x.py", 1, False),
    ],
)
def test_which_files_can_matter(path: str, size: int, matters: bool) -> None:
    assert can_matter(Entry(path, "file", "0" * 40, size)) is matters
