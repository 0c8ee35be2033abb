from __future__ import annotations

import io
import subprocess
import sys
from pathlib import Path

import pytest

from promptlint.cli.stream import Output, Stream, wants_color
from promptlint.errors import UserError


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


@pytest.mark.parametrize(
    ("choice", "environment", "stream", "color"),
    [
        ("auto", {}, Terminal(), True),
        ("auto", {}, io.StringIO(), False),
        ("auto", {"TERM": "dumb"}, Terminal(), False),
        ("auto", {"NO_COLOR": "1"}, Terminal(), False),
        ("auto", {"NO_COLOR": ""}, Terminal(), True),
        ("auto", {"FORCE_COLOR": "1"}, io.StringIO(), True),
        ("auto", {"FORCE_COLOR": "0"}, io.StringIO(), False),
        ("auto", {"FORCE_COLOR": "0"}, Terminal(), True),
        ("auto", {"FORCE_COLOR": "1", "NO_COLOR": "1"}, Terminal(), False),
        ("always", {"NO_COLOR": "1"}, io.StringIO(), True),
        ("never", {"FORCE_COLOR": "1"}, Terminal(), False),
        ("auto", {}, None, False),
    ],
)
def test_who_decides_about_colour(
    choice: str, environment: dict[str, str], stream: io.StringIO | None, color: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("NO_COLOR", "FORCE_COLOR", "TERM"):
        monkeypatch.delenv(name, raising=False)
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    assert wants_color(choice, stream) is color


@pytest.mark.parametrize("encoding", ["ascii", "cp1252", "utf-8"])
def test_no_text_crashes_an_output(encoding: str) -> None:
    raw = io.BytesIO()
    stream = io.TextIOWrapper(raw, encoding=encoding, newline="")
    Stream(stream).write("日本 \udcff ␛\n")
    expected = {"utf-8": "日本 \\udcff ␛\n".encode()}.get(encoding, b"\\u65e5\\u672c \\udcff \\u241b\n")
    assert raw.getvalue() == expected


def test_a_reader_that_has_gone_is_no_error() -> None:
    code = (
        "import sys, time\n"
        "from promptlint.cli.stream import Stream\n"
        "sys.stdin.read()\n"
        "Stream(sys.stdout).write('x' * 100_000)\n"
        "Stream(sys.stdout).write('more')\n"
        "sys.exit(1)\n"
    )
    process = subprocess.Popen(
        [sys.executable, "-c", code], stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE
    )
    assert process.stdin and process.stdout and process.stderr
    process.stdout.close()
    process.stdin.close()
    assert process.stderr.read() == b""
    assert process.wait() == 1
    process.stderr.close()


def test_a_report_in_a_file(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    output = Output(tmp_path / "report.txt", "auto")
    output.write("日本\n")
    assert (tmp_path / "report.txt").read_bytes() == "日本\n".encode()
    assert capsys.readouterr().out == ""
    assert output.columns == 120
    assert not output.palette.color


def test_a_file_that_cannot_be_written(tmp_path: Path) -> None:
    with pytest.raises(UserError, match=r"cannot write .*: No such file or directory"):
        Output(tmp_path / "no" / "report.txt", "auto").write("x")


def test_a_table_in_a_pipe_is_as_wide_as_it_needs(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.stdout", io.StringIO())
    monkeypatch.delenv("COLUMNS", raising=False)
    output = Output(None, "auto")
    assert (output.columns, output.table_columns) == (120, 10_000)
    monkeypatch.setenv("COLUMNS", "90")
    assert (output.columns, output.table_columns) == (120, 90)
    assert Output(Path("report.txt"), "auto").table_columns == 10_000


def test_a_file_is_replaced_at_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    report, link = tmp_path / "report.txt", tmp_path / "link.txt"
    report.write_text("old", encoding="utf-8")
    report.chmod(0o640)
    link.symlink_to(report)
    Output(link, "auto").write("new")
    assert (report.read_text(encoding="utf-8"), report.stat().st_mode & 0o777, link.is_symlink()) == (
        "new",
        0o640,
        True,
    )

    monkeypatch.setattr(Path, "replace", _fail)
    with pytest.raises(UserError, match=r"cannot write .*: No space left on device"):
        Output(report, "auto").write("half")
    assert report.read_text(encoding="utf-8") == "new"
    assert sorted(path.name for path in tmp_path.iterdir()) == ["link.txt", "report.txt"]


def _fail(*_: object) -> None:
    raise OSError(28, "No space left on device")


def test_a_device_is_written_to() -> None:
    Output(Path("/dev/null"), "auto").write("x")
    assert Path("/dev/null").is_char_device()
