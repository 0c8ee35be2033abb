"""Prompts that stand in files of their own: which file is meant, what of it is sent, and what is never read."""

from __future__ import annotations

import os
import time
from pathlib import Path

import pytest

from promptlint.request import CallSite, Hole, Piece, Place, Problem, Step
from tests.source.reading import SEND, Sources, asked, only_call, read, spelled, written

PROMPT = "Be kind.\nBe brief, é.\n"
FILES: Sources = {"app/__init__.py": "", "app/prompts/x.md": PROMPT}
START = "import anthropic, os, os.path as osp\nfrom pathlib import Path\n"


def calls(root: Path, source: str, others: Sources | None = None) -> tuple[list[CallSite], tuple[Problem, ...]]:
    """The calls of `app/main.py`, in which `ask(..)` sends a system prompt; and the problems of the project."""
    text = START + source.replace("ask(", f"{SEND}system=")
    project = read(root, {**FILES, **(others or {}), "app/main.py": text})
    return list(project.calls), project.problems


def system(root: Path, source: str, others: Sources | None = None) -> str:
    found, problems = calls(root, source, others)
    assert problems == ()
    return written(found[0].request.system.text)


@pytest.mark.parametrize(
    "expression",
    [
        "(Path(__file__).parent / 'prompts' / 'x.md').read_text()",
        "(Path(__file__).parent / 'prompts/x.md').read_text(encoding='utf-8')",
        "Path(__file__).resolve().parent.joinpath('prompts', 'x.md').read_text('utf-8')",
        "(Path(__file__).resolve().parents[1] / 'app' / 'prompts' / 'x.md').read_text()",
        "Path(__file__).parent.parent.joinpath('app/prompts/x.md').absolute().read_text()",
        "Path(__file__).with_name('prompts').joinpath('y.md').with_name('x.md').read_text()",
        "(Path(__file__).parent / 'prompts' / 'x').with_suffix('.md').read_text()",
        "(Path(__file__).parent / 'prompts' / 'y.md').with_stem('x').open().read()",
        "Path(os.path.dirname(__file__), 'prompts', 'x.md').read_text()",
        "Path('app/prompts/x.md').read_text()",
        "Path('prompts/x.md').read_text()",
        "Path('./prompts/x.md').resolve().read_text()",
        "(Path.cwd() / 'app' / 'prompts' / 'x.md').read_text()",
        "(Path(__file__).parent / 'prompts' / 'x.md').read_bytes().decode()",
        "(Path(__file__).parent / 'prompts' / 'x.md').read_bytes().decode('utf-8')",
        "open(os.path.join(os.path.dirname(__file__), 'prompts', 'x.md')).read()",
        "open(osp.join(osp.dirname(osp.abspath(__file__)), 'prompts/x.md'), 'r', encoding='utf-8').read()",
        "open(osp.join(osp.dirname(osp.dirname(osp.realpath(__file__))), 'app', 'prompts', 'x.md')).read()",
        "open(osp.join(os.getcwd(), 'prompts', 'x.md'), mode='rt').read()",
        "open(osp.normpath(osp.dirname(__file__) + '/../app/prompts/x.md')).read()",
        "open(f'{osp.dirname(__file__)}/prompts/x.md').read()",
        "open(f'{Path(__file__).parent}/prompts/x.md').read()",
        "open(str(Path(__file__).parent / 'prompts' / 'x') + '.md').read()",
        "open('prompts/' + 'x' + '.md', 'rb').read().decode()",
        "open(os.fspath(Path('prompts') / 'x.md')).read()",
        "open('../app/prompts/x.md').read()",
    ],
)
def test_a_file_is_found_and_read(tmp_path: Path, expression: str) -> None:
    assert system(tmp_path, f"ask({expression})") == PROMPT


@pytest.mark.parametrize(
    "expression",
    [
        "resources.files('app').joinpath('prompts/x.md').read_text()",
        "(resources.files('app.prompts') / 'x.md').read_text(encoding='utf-8')",
        "(resources.files(__package__) / 'prompts' / 'x.md').read_text()",
        "(resources.files(__name__) / 'prompts' / 'x.md').read_bytes().decode()",
        "(resources.files() / 'prompts' / 'x.md').read_text()",
        "(resources.files(app) / 'prompts' / 'x.md').read_text()",
        "resources.read_text('app.prompts', 'x.md')",
        "resources.read_binary('app.prompts', 'x.md').decode()",
        "resources.open_text('app.prompts', 'x.md').read()",
        "resources.path('app.prompts', 'x.md').read_text()",
        "resources.as_file(resources.files('app') / 'prompts/x.md').read_text()",
        "pkgutil.get_data('app', 'prompts/x.md').decode('utf-8')",
        "pkgutil.get_data(__name__, 'prompts/x.md').decode()",
        "open(Path(app.__file__).parent / 'prompts/x.md').read()",
    ],
)
def test_a_file_of_a_package(tmp_path: Path, expression: str) -> None:
    source = f"import app, pkgutil\nfrom importlib import resources\nask({expression})"
    assert system(tmp_path, source) == PROMPT


@pytest.mark.parametrize(
    "source",
    [
        "with open('prompts/x.md') as f:\n    TEXT = f.read()\nask(TEXT)",
        "with Path('prompts/x.md').open() as f:\n    ask(f.read())",
        "async def f():\n    async with aiofiles.open('prompts/x.md') as f:\n        ask(await f.read())",
        "def load(name):\n    return (Path(__file__).parent / 'prompts' / f'{name}.md').read_text()\nask(load('x'))",
        (
            "DIR = Path('prompts')\ndef load(name, folder=DIR):\n    with open(folder / (name + '.md')) as f:\n"
            "        return f.read()\nPROMPT = load('x')\ndef f():\n    ask(PROMPT)"
        ),
        (
            "class Prompts:\n    def __init__(self, folder):\n        self.folder = Path(folder)\n"
            "    def get(self, name):\n        path = self.folder / f'{name}.md'\n        if not path.exists():\n"
            "            raise KeyError(name)\n        return path.read_text()\nask(Prompts('app/prompts').get('x'))"
        ),
        "def f(p):\n    if os.path.exists(p):\n        return open(p).read()\n    return ''\nask(f('prompts/x.md'))",
    ],
    ids=["with", "path with", "async", "helper", "default folder", "class", "fallback"],
)
def test_a_file_is_read_by_a_helper(tmp_path: Path, source: str) -> None:
    assert system(tmp_path, f"import aiofiles\n{source}") == PROMPT


def test_the_places_lie_in_the_file(tmp_path: Path) -> None:
    source = "PATH = Path(__file__).parent / 'prompts' / 'x.md'\nask(PATH.read_text())"
    [call], _ = calls(tmp_path, source)
    [piece] = call.request.system.text.parts
    assert isinstance(piece, Piece)
    assert (piece.text, piece.place) == (PROMPT, Place("app/prompts/x.md", 1, 1, 2, 14))
    at = PROMPT.index("brief")
    assert piece.locate(at, at + 5) == Place("app/prompts/x.md", 2, 4, 2, 9)
    assert piece.locate(PROMPT.index("é"), PROMPT.index("é") + 1) == Place("app/prompts/x.md", 2, 11, 2, 12)
    step = piece.trail[-1]
    assert (step.how, step.name, step.place.path, step.place.line) == ("import", "app/prompts/x.md", "app/main.py", 4)
    assert Step("constant", "PATH", step.place) not in piece.trail


def test_the_project_has_the_files_text_and_digest(tmp_path: Path) -> None:
    source = f"import anthropic\n{SEND}system=open('x.md').read())\n{SEND}system=open('x.md').read())"
    project = read(tmp_path, {"main.py": source, "x.md": "A\r\nB"})
    assert project.sources["x.md"] == "A\r\nB"
    assert len(project.digests["x.md"]) == 64
    assert [call.request.system.text.known for call in project.calls] == ["A\nB", "A\nB"]
    assert spelled(project.sources["x.md"], next(project.calls[0].request.system.text.pieces()).locate(2, 3)) == "B"


def test_placeholders_are_replaced(tmp_path: Path) -> None:
    source = "def f(name):\n    ask(open('p.md').read().replace('{{name}}', name).replace('$n', 'Ann').strip())"
    found, _ = calls(tmp_path, source, {"p.md": "Hi {{name}},\nI am $n.\n"})
    text = found[0].request.system.text
    assert written(text) == "Hi {name},\nI am Ann."
    assert [(piece.text, piece.place.path, piece.place.line, piece.place.column) for piece in text.pieces()] == [
        ("Hi ", "p.md", 1, 1),
        (",\nI am ", "p.md", 1, 12),
        ("Ann", "app/main.py", 4, text_column(tmp_path, "'Ann'")),
        (".", "p.md", 2, 8),
    ]


def text_column(root: Path, wanted: str) -> int:
    line = (root / "app/main.py").read_text(encoding="utf-8").splitlines()[3]
    return line.index(wanted) + 1


def test_one_of_several_files(tmp_path: Path) -> None:
    source = "def f(k):\n    name = 'a' if k else 'b'\n    ask(Path('prompts', name + '.md').read_text())"
    assert system(tmp_path, source, {"prompts/a.md": "A", "prompts/b.md": "B"}) == "[A|B]"


def test_a_path_from_the_environment_has_its_default(tmp_path: Path) -> None:
    source = "DIR = os.getenv('PROMPTS', 'prompts')\nask(open(os.path.join(DIR, 'x.md')).read())"
    [call], _ = calls(tmp_path, source)
    [piece] = call.request.system.text.pieces()
    assert piece.text == PROMPT
    assert [step.how for step in piece.trail].count("env-default") == 1


def test_a_path_from_the_command_line_is_what_a_run_works_on(tmp_path: Path) -> None:
    source = (
        "import argparse\nparser = argparse.ArgumentParser()\nparser.add_argument('--file', default='prompts/x.md')\n"
        "args = parser.parse_args()\nask(open(args.file).read())"
    )
    [call], problems = calls(tmp_path, source)
    [hole] = call.request.system.text.parts
    assert isinstance(hole, Hole)
    assert (hole.origin, hole.reason, problems) == ("file", "the command line says which file is read", ())


@pytest.mark.parametrize(
    ("expression", "reason"),
    [
        ("open(x).read()", "which file is read is not known"),
        ("Path('prompts', x).read_text()", "which file is read is not known"),
        ("open(f'{x}.md').read()", "which file is read is not known"),
        ("open('prompts/none.md').read()", "there is no file prompts/none.md in the project"),
        ("open('prompts').read()", "there is no file prompts in the project"),
        ("open('').read()", "there is no file . in the project"),
        ("open('a\\0b').read()", "there is no file a\0b in the project"),
        ("open('\\ud800').read()", "there is no file \ud800 in the project"),
        ("open('prompts/x.md').read(100)", ""),
        ("open('prompts/x.md', 'w').read()", ""),
        ("open('prompts/x.md', 'rb').read()", ""),
        ("open('a' * 5000).read()", f"there is no file {'a' * 5000} in the project"),
    ],
)
def test_what_is_read_is_not_known(tmp_path: Path, expression: str, reason: str) -> None:
    found, problems = calls(tmp_path, f"def f(x):\n    ask({expression})")
    [hole] = found[0].request.system.text.parts
    assert isinstance(hole, Hole)
    assert (hole.origin, hole.reason, problems) == ("file", reason, ())


@pytest.mark.parametrize(
    ("expression", "shown"),
    [
        ("open('../../etc/passwd').read()", "../../etc/passwd"),
        ("open(os.path.dirname(__file__) + '/../../secret').read()", "/app/../../secret"),
        ("(Path(__file__).parent / '..' / '..' / 'secret').read_bytes().decode()", "/app/../../secret"),
    ],
)
def test_nothing_outside_of_the_project_is_read(tmp_path: Path, expression: str, shown: str) -> None:
    (tmp_path / "secret").write_text("secret")
    found, problems = calls(tmp_path / "project", f"ask({expression})")
    assert isinstance(found[0].request.system.text.parts[0], Hole)
    [problem] = problems
    assert problem.message == f"reads {shown!r}, which lies outside of the project's root"
    assert (problem.path, problem.line, problem.help) == ("app/main.py", 3, "keep prompt files in the project")


@pytest.mark.parametrize(
    "expression",
    [
        "open('/etc/passwd').read()",
        "Path('/etc', 'passwd').read_text()",
        "(Path(__file__).parents[5] / 'etc/passwd').read_text()",
    ],
)
def test_a_file_of_the_machine_is_not_read_and_no_problem(tmp_path: Path, expression: str) -> None:
    found, problems = calls(tmp_path / "project", f"ask({expression})")
    [hole] = found[0].request.system.text.parts
    assert isinstance(hole, Hole)
    assert hole.reason == "'/etc/passwd' lies outside of the project's root"
    assert problems == ()


def test_an_absolute_path_into_the_project_is_read(tmp_path: Path) -> None:
    assert system(tmp_path, f"ask(open({str(tmp_path / 'app/prompts/x.md')!r}).read())") == PROMPT


@pytest.mark.parametrize("linked", ["prompts/link.md", "folder/secret.md"])
def test_no_link_is_followed_out_of_the_project(tmp_path: Path, linked: str) -> None:
    outside = tmp_path / "outside"
    outside.mkdir()
    (outside / "secret.md").write_text("secret")
    root = tmp_path / "project"
    (root / "prompts").mkdir(parents=True)
    (root / "prompts/link.md").symlink_to(outside / "secret.md")
    (root / "folder").symlink_to(outside)
    found, problems = calls(root, f"ask(open({linked!r}).read())")
    assert isinstance(found[0].request.system.text.parts[0], Hole)
    assert [problem.message for problem in problems] == [
        f"reads {linked!r}, which leads through a link out of the project's root"
    ]


def test_a_link_within_the_project_is_followed(tmp_path: Path) -> None:
    (tmp_path / "prompts").mkdir()
    (tmp_path / "prompts/link.md").symlink_to(tmp_path / "app/prompts/x.md")
    assert system(tmp_path, "ask(open('prompts/link.md').read())") == PROMPT


@pytest.mark.parametrize(
    ("data", "line", "message"),
    [
        (b"ok\n\xff\xfe", 2, "byte 0xff is not valid utf-8"),
        (b"a\nb\0c", 2, "is read as text, but is a binary file"),
        (b"x" * 1_000_001, None, "the file is larger than 1 MB"),
    ],
    ids=["not utf-8", "binary", "large"],
)
def test_a_file_that_is_no_prompt_is_one_problem(tmp_path: Path, data: bytes, line: int | None, message: str) -> None:
    source = "def f(): ask(open('p.bin').read())\ndef g(): ask('Say ' + Path('p.bin').read_text())"
    found, problems = calls(tmp_path, source, {"p.bin": data})
    assert [(problem.path, problem.line, problem.message) for problem in problems] == [("p.bin", line, message)]
    assert [call.request.system.text.static for call in found] == ["", "Say "]
    [hole] = found[0].request.system.text.parts
    assert isinstance(hole, Hole)
    assert hole.reason == f"p.bin: {message}"


def test_a_very_large_file_is_not_read_at_all(tmp_path: Path) -> None:
    with (tmp_path / "huge.md").open("wb") as file:
        file.truncate(50_000_000_000)
    started = time.process_time()
    found, problems = calls(tmp_path, "ask(open('huge.md').read())")
    assert time.process_time() - started < 5
    assert (len(found), [problem.message for problem in problems]) == (1, ["the file is larger than 1 MB"])


def test_a_named_pipe_is_not_waited_for(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    found, problems = calls(tmp_path, "ask(open('pipe').read())")
    assert (len(found), problems) == (1, ())


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read everything")
def test_a_file_without_permission_is_a_problem(tmp_path: Path) -> None:
    (tmp_path / "p.md").write_text("x")
    (tmp_path / "p.md").chmod(0)
    assert [problem.path for problem in calls(tmp_path, "ask(open('p.md').read())")[1]] == ["p.md"]


@pytest.mark.parametrize(
    ("arguments", "data", "text"),
    [
        ("encoding='latin-1'", b"\xe9", "é"),
        ("encoding='utf-8-sig'", b"\xef\xbb\xbfx", "x"),
        ("encoding='utf-8'", b"\xef\xbb\xbfx", "\ufeffx"),
        ("errors='ignore'", b"a\xffb", "ab"),
        ("newline=''", b"a\r\nb", "a\r\nb"),
        ("", b"a\r\nb\rc", "a\nb\nc"),
        ("", b"", ""),
    ],
)
def test_encodings_and_line_ends(tmp_path: Path, arguments: str, data: bytes, text: str) -> None:
    assert system(tmp_path, f"ask(open('p.md', {arguments}).read())", {"p.md": data}) == text


def test_an_encoding_that_makes_no_text_is_a_problem(tmp_path: Path) -> None:
    _, problems = calls(tmp_path, "ask(open('p.md', encoding='zlib').read())", {"p.md": "x"})
    assert [problem.message.split(":")[0] for problem in problems] == ["the encoding it is read with cannot be used"]


def test_a_prompt_of_a_megabyte_with_many_fields(tmp_path: Path) -> None:
    data = "{a} b\n" * 160_000
    started = time.process_time()
    found, problems = calls(tmp_path, "ask(open('p.md').read().replace('{a}', 'x'))", {"p.md": data})
    assert time.process_time() - started < 10
    assert (len(found), problems) == (1, ())


def test_a_path_in_a_prompt_is_no_file(tmp_path: Path) -> None:
    assert asked(tmp_path, "ask(f'You are in {__file__}.')") == "You are in {__file__}/main.py."
    assert asked(tmp_path, "from pathlib import Path\nask(f\"Read {Path('docs') / 'x.md'}.\")") == "Read docs/x.md."


def test_the_name_of_a_module_is_not_known(tmp_path: Path) -> None:
    source = "P = 'a'\nif __name__ == '__main__':\n    P = 'b'\nask(P)"
    assert asked(tmp_path, source) == "[b|a]"


LOADER = """\
def load(path, default=None):
    try:
        with open(path) as file:
            return file.read()
    except FileNotFoundError:
        if default is not None:
            return default
        raise
"""


@pytest.mark.parametrize(
    ("name", "prompt"),
    [("here.txt", "x"), ("beside.txt", "y"), ("missing.txt", "[{file.read()}|z]")],
)
def test_a_helper_in_another_folder_with_a_fallback(tmp_path: Path, name: str, prompt: str) -> None:
    files: Sources = {"lib/files.py": LOADER, "here.txt": "x", "app/beside.txt": "y"}
    source = f"import anthropic\nfrom lib.files import load\n{SEND}system=load('{name}', default='z'))\n"
    assert written(only_call(tmp_path, files | {"app/main.py": source}).request.system.text) == prompt


def test_a_fallback_for_more_than_a_missing_file_stays(tmp_path: Path) -> None:
    files: Sources = {"lib.py": LOADER.replace("FileNotFoundError", "Exception"), "here.txt": "x"}
    assert asked(tmp_path, "from lib import load\nask(load('here.txt', 'z'))", files) == "[x|z]"
