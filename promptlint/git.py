"""Git repositories, read by git itself: names, merge bases, and the files of one commit.

Nothing of a repository is run or obeyed while it is read: no hooks, filters, pagers or monitors, no replaced objects,
and nothing is fetched. The checkout and the index stay as they are.
"""

from __future__ import annotations

import os
import subprocess
import tempfile
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Literal

from promptlint.errors import UserError

Kind = Literal["file", "link", "submodule"]

_SAFE = (
    "--no-pager",
    "--no-replace-objects",
    "--literal-pathspecs",
    *("-c", "core.quotepath=off"),
    *("-c", "core.fsmonitor=false"),
    *("-c", f"core.hooksPath={os.devnull}"),
    *("-c", "protocol.allow=never"),
)
_KINDS: dict[bytes, Kind] = {b"100644": "file", b"100755": "file", b"120000": "link", b"160000": "submodule"}
_DEFAULT_BRANCHES = ("origin/main", "origin/master", "main", "master")
_DEEPER = "fetch the history: `git fetch --unshallow`, or `fetch-depth: 0` for actions/checkout"


@dataclass(frozen=True, slots=True)
class Entry:
    """One path of a commit: what it is, the object's id, and its size in bytes."""

    path: str
    kind: Kind
    object: str
    size: int


@dataclass(frozen=True, slots=True)
class Repository:
    """A git repository with a checkout, by its topmost folder."""

    top: Path

    def commit(self, name: str) -> str:
        """The id of the commit that a name means. Raises `UserError`."""
        found = self._try("rev-parse", "--verify", "--quiet", "--end-of-options", f"{name}^{{commit}}")
        if found is not None:
            return found
        if self._is_shallow():
            raise UserError(f"this shallow clone does not have the commit `{name}`", _DEEPER)
        if not self._try("rev-parse", "--verify", "--quiet", "HEAD"):
            raise UserError(f"there is no commit `{name}`: nothing has been committed here yet", "commit first")
        raise UserError(f"there is no commit `{name}` in {self.top}", "name a branch, a tag or a commit that exists")

    def is_empty(self) -> bool:
        """Whether HEAD is a branch without any commit, as in a repository that was just made."""
        branch = self._try("symbolic-ref", "--quiet", "HEAD")
        return branch is not None and not self.run("for-each-ref", "--count=1", "--", branch)

    def merge_base(self, one: str, other: str) -> str:
        """The id of the commit that two have grown from. Raises `UserError`."""
        first, second = self.commit(one), self.commit(other)
        found = self._try("merge-base", first, second)
        if found is not None:
            return found
        if self._is_shallow():
            raise UserError(f"this shallow clone does not tell where `{one}` and `{other}` part", _DEEPER)
        raise UserError(f"`{one}` and `{other}` have no commit in common", "name the commit to compare with")

    def default_branch(self) -> str:
        """The branch that work starts from: what origin has as its HEAD, else main or master. Raises `UserError`."""
        remote = self._try("symbolic-ref", "--quiet", "--short", "refs/remotes/origin/HEAD")
        candidates: list[str] = [*([remote] if remote else []), *_DEFAULT_BRANCHES]
        for name in candidates:
            if self._try("rev-parse", "--verify", "--quiet", "--end-of-options", f"{name}^{{commit}}"):
                return name
        if self._is_shallow():
            raise UserError("this shallow clone has no default branch to compare with", _DEEPER)
        raise UserError("there is no default branch to compare with", "name the commit: `promptlint diff BASE`")

    def tree(self, commit: str) -> tuple[Entry, ...]:
        """Every path of a commit, submodules as one entry each. Raises `UserError`."""
        listed = self.run("ls-tree", "-r", "-z", "-l", "--full-tree", commit)
        return tuple(_entry(line) for line in listed.split(b"\0") if line)

    def submodules(self) -> tuple[str, ...]:
        """The paths of the submodules in the checkout. Raises `UserError`."""
        staged = self.run("ls-files", "-s", "-z", "--full-name", "--", str(self.top)).split(b"\0")
        return tuple(os.fsdecode(line.split(b"\t", 1)[1]) for line in staged if line.startswith(b"160000 "))

    def local_excludes(self) -> bytes:
        """The ignore patterns that this clone keeps to itself."""
        path = self._try("rev-parse", "--git-path", "info/exclude")
        try:
            return (self.top / path).read_bytes() if path else b""
        except OSError:  # most clones have none
            return b""

    def contents(self, entries: Iterable[Entry]) -> Iterator[tuple[Entry, bytes | None]]:
        """The bytes of each entry, None for what this clone does not have."""
        wanted = list(entries)
        with tempfile.TemporaryFile() as asked:  # a pipe would fill while git waits for its answers to be read
            asked.write("".join(f"{entry.object}\n" for entry in wanted).encode())
            asked.seek(0)
            with self._started("cat-file", "--batch", stdin=asked) as git:
                assert git.stdout is not None
                for entry in wanted:
                    yield entry, _blob(git.stdout)

    def run(self, *arguments: str) -> bytes:
        """What a git command prints. Raises `UserError` with git's own words if it fails."""
        done = _git(self.top, *arguments)
        if done.returncode:
            raise UserError(f"git {arguments[0]} failed: {_words(done.stderr)}", "see what `git fsck` says")
        return done.stdout

    def _try(self, *arguments: str) -> str | None:
        """What a git command prints, without the end of its line; None if it fails."""
        done = _git(self.top, *arguments)
        return None if done.returncode else os.fsdecode(done.stdout).removesuffix("\n")

    def _is_shallow(self) -> bool:
        return self._try("rev-parse", "--is-shallow-repository") == "true"

    def _started(self, *arguments: str, stdin: IO[bytes]) -> subprocess.Popen[bytes]:
        command = ("git", *_SAFE, *arguments)
        return subprocess.Popen(
            command, cwd=self.top, env=_environment(), stdin=stdin, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL
        )


def repository(start: Path) -> Repository:
    """The repository around a folder. Raises `UserError` where there is none, or none that git may read."""
    done = _git(start, "rev-parse", "--show-toplevel")
    if done.returncode == 0:
        return Repository(Path(os.fsdecode(done.stdout).removesuffix("\n")).resolve())
    said = _words(done.stderr)
    if "not a git repository" in said:
        raise UserError(f"{start} is not in a git repository", "run it where the project is kept in git")
    if "work tree" in said:
        raise UserError(f"{start} is in a repository without a checkout", "run it in a clone that has one")
    raise UserError(f"git cannot read {start}: {said}", "see what `git status` says there")


def _git(folder: Path, *arguments: str) -> subprocess.CompletedProcess[bytes]:
    try:
        return subprocess.run(
            ("git", *_SAFE, *arguments), cwd=folder, env=_environment(), stdin=subprocess.DEVNULL, capture_output=True
        )
    except FileNotFoundError:
        raise UserError("git was not found", "install git, or put it on the PATH") from None


def _environment() -> dict[str, str]:
    """Without what a hook or a caller has told git: the repository is the one around the folder, and no other."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("GIT_")}
    return {**kept, "LC_ALL": "C", "GIT_OPTIONAL_LOCKS": "0", "GIT_TERMINAL_PROMPT": "0", "GIT_NO_LAZY_FETCH": "1"}


def _words(stderr: bytes) -> str:
    lines = [line.strip() for line in stderr.decode(errors="replace").splitlines() if line.strip()]
    return lines[0].removeprefix("fatal: ") if lines else "it does not say why"


def _entry(line: bytes) -> Entry:
    """`mode type object size TAB path`; a submodule's size is `-`."""
    about, path = line.split(b"\t", 1)
    mode, _, name, size = about.split()
    kind = _KINDS.get(mode, "file")
    return Entry(os.fsdecode(path), kind, name.decode(), int(size) if size.isdigit() else 0)


def _blob(stream: IO[bytes]) -> bytes | None:
    """`object type size`, then the bytes and an end of line; `object missing` where the clone has left it out."""
    head = stream.readline().split()
    if len(head) != 3 or not head[2].isdigit():
        return None
    data = stream.read(int(head[2]))
    stream.read(1)
    return data
