"""What the fixes do not touch stays as it is, byte by byte, whatever a file is made of."""

from __future__ import annotations

from pathlib import Path

import pytest

from promptlint.fixes.engine import Mended, mend
from tests.fixes.support import Project, wanted

CODE = """\
import json

import anthropic

client = anthropic.Anthropic()


def ask(rows: list[str]) -> object:
    prompt = f"Größe: {json.dumps(rows, indent=2)}"
    return client.messages.create(
        model="claude-haiku-5-5", max_tokens=16000, messages=[{"role": "user", "content": prompt}]
    )
"""
FIXED = CODE.replace("indent=2", "separators=(',', ':')")


def mended(folder: Path, data: bytes, config: str = "") -> Mended:
    (folder / "app.py").write_bytes(data)
    (folder / "promptlint.toml").write_text('select = ["PL606"]\n', encoding="utf-8")
    if config:
        (folder / "pyproject.toml").write_text(config, encoding="utf-8")
    return Project(folder).mend()


@pytest.mark.parametrize(
    ("before", "after"),
    [
        pytest.param(CODE.replace("\n", "\r\n").encode(), FIXED.replace("\n", "\r\n").encode(), id="CRLF"),
        pytest.param(b"\xef\xbb\xbf" + CODE.encode(), b"\xef\xbb\xbf" + FIXED.encode(), id="BOM"),
        pytest.param(CODE.replace("    ", "\t").encode(), FIXED.replace("    ", "\t").encode(), id="tabs"),
        pytest.param(CODE.rstrip("\n").encode(), FIXED.rstrip("\n").encode(), id="no line end at the end"),
        pytest.param(
            f"# coding: latin-1\n{CODE}".encode("latin-1"),
            f"# coding: latin-1\n{FIXED}".encode("latin-1"),
            id="latin-1",
        ),
        pytest.param(
            f"# coding: cp1252\n# €\n{CODE}".encode("cp1252"),
            f"# coding: cp1252\n# €\n{FIXED}".encode("cp1252"),
            id="cp1252",
        ),
        pytest.param(f"# \U0001f600 \x00e4\n{CODE}".replace("\x00", "").encode(), None, id="astral"),
        pytest.param(f"{CODE}\nX = 1 ;Y = [ 1,2 ]   \n\n\n\n".encode(), None, id="unusual layout"),
    ],
)
def test_the_rest_is_byte_identical(before: bytes, after: bytes | None, tmp_path: Path) -> None:
    expected = after if after is not None else before.replace(b"indent=2", b"separators=(',', ':')")
    assert mended(tmp_path, before).changes == {"app.py": expected}


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        pytest.param(f"\f{CODE}".encode(), "libcst would change other parts", id="form feed"),
        pytest.param(
            CODE.replace("\n", "\r\n", 3).replace("client = ", "\r\nclient = ").encode(), "", id="mixed line ends"
        ),
        pytest.param(f"{CODE}\n\ndef f[T = int](x: T) -> T:\n    return x\n".encode(), "", id="newer syntax"),
    ],
)
def test_what_cannot_be_kept_is_refused_or_kept(data: bytes, reason: str, tmp_path: Path) -> None:
    result = mended(tmp_path, data)
    if result.changes:
        assert result.changes["app.py"] == data.replace(b"indent=2", b"separators=(',', ':')")
    else:
        assert all(reason in refusal.reason for refusal in result.refusals.values())


def test_form_feed_is_refused_with_the_reason(tmp_path: Path) -> None:
    (refusal,) = mended(tmp_path, f"\f{CODE}".encode()).refusals.values()
    assert refusal.reason == "libcst would change other parts of the file as well: it holds form feeds or the like"


NESTED = CODE.replace(
    '''f"Größe: {json.dumps(rows, indent=2)}"''', '''f"Size: {(lambda: f'{json.dumps(rows, indent=2)}')()}"'''
)


def test_quotes_within_an_f_string_follow_requires_python(tmp_path: Path) -> None:
    (refusal,) = mended(tmp_path, NESTED.encode(), '[project]\nrequires-python = ">=3.11"\n').refusals.values()
    assert refusal.reason == "both kinds of quotes are taken here, and the project supports Pythons before 3.12"
    changes = mended(tmp_path, NESTED.encode(), '[project]\nrequires-python = ">=3.12"\n').changes
    assert changes == {"app.py": NESTED.replace("indent=2", 'separators=(",", ":")').encode()}


def test_deep_nesting_is_refused_or_fixed_and_never_breaks_down(tmp_path: Path) -> None:
    deep = f"{CODE}\n\nDEEP = {'[' * 80}{']' * 80}\nSUM = {' + '.join(['1'] * 600)}\n"
    result = mended(tmp_path, deep.encode())
    assert len(result.applied) + len(result.refusals) == 1
    if result.changes:
        assert result.changes["app.py"] == deep.replace("indent=2", "separators=(',', ':')").encode()


def test_file_that_changed_since_it_was_read_is_refused(tmp_path: Path) -> None:
    (tmp_path / "app.py").write_text(CODE, encoding="utf-8")
    (tmp_path / "promptlint.toml").write_text('select = ["PL606"]\n', encoding="utf-8")
    project = Project(tmp_path)
    state = project.judge({})
    state.files.keep("app.py", CODE.replace("rows", "lines").encode())
    mended = mend(state, project.judge, wanted, lambda path: "", apply=True, unsafe=False)
    assert mended.changes == {}
    assert [refusal.reason for refusal in mended.refusals.values()] == ["the file has changed since it was read"]
