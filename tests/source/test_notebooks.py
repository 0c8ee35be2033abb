from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from promptlint.request import Place, Problem
from promptlint.source.notebooks import cells, code, parse
from promptlint.source.text_file import Cell, Unreadable
from tests.source.reading import SEND, only_call, read, spelled, written

CLIENT = "import anthropic\nclient = anthropic.Anthropic()\n"
ASK = "client.messages.create(model='claude-haiku-5-5', max_tokens=9, messages=[], system={})\n"


def notebook(*sources: str | dict[str, Any], **metadata: Any) -> str:
    """A notebook with these code cells; a mapping is a cell as it is."""
    made = [
        source
        if isinstance(source, dict)
        else {"cell_type": "code", "source": source.splitlines(keepends=True), "metadata": {}, "outputs": []}
        for source in sources
    ]
    return json.dumps({"cells": made, "metadata": metadata, "nbformat": 4, "nbformat_minor": 5}, indent=1)


def markdown(text: str) -> dict[str, Any]:
    return {"cell_type": "markdown", "source": [text], "metadata": {}}


def made_of(text: str) -> str:
    """The code that a cell is read as."""
    return code("a.ipynb", notebook(text).encode()).decode()


def failure(data: str | bytes) -> Problem:
    with pytest.raises(Unreadable) as caught:
        parse("a.ipynb", data if isinstance(data, bytes) else data.encode())
    return caught.value.problem


def test_cells_are_one_module_and_places_are_cell_and_line(tmp_path: Path) -> None:
    ask = f"# é\nreply = {ASK.format('RULES')}"
    text = notebook(markdown("# Title"), f"{CLIENT}RULES = 'Be brief.'", ask)
    project = read(tmp_path, {"a.ipynb": text})
    [call] = project.calls
    assert call.id == "a.ipynb::<module>"
    assert call.place == Place("a.ipynb", 2, 9, 2, 98, cell=3)
    assert spelled(ask, call.place) == ask.splitlines()[1].removeprefix("reply = ")
    [piece] = call.request.system.text.pieces()
    assert (piece.text, piece.locate(3, 8)) == ("Be brief.", Place("a.ipynb", 3, 13, 3, 18, cell=2))
    assert project.sources == {"a.ipynb:cell 2": f"{CLIENT}RULES = 'Be brief.'", "a.ipynb:cell 3": ask}
    assert list(project.digests) == ["a.ipynb"]


def test_a_prompt_of_several_lines_keeps_its_places(tmp_path: Path) -> None:
    text = notebook(CLIENT, f"TEXT = '''\nOne\nTwo\n'''\n{ASK.format('TEXT')}")
    [piece] = only_call(tmp_path, {"a.ipynb": text}).request.system.text.pieces()
    assert piece.locate(5, 8) == Place("a.ipynb", 3, 1, 3, 4, cell=2)


def test_a_notebook_uses_modules_and_calls_their_functions(tmp_path: Path) -> None:
    ask = f"{CLIENT}def ask(system):\n    {ASK.format('system')}"
    rules = "You are the one who answers. Answer in one sentence, and in the language of the question. " * 2
    text = notebook("from tools import ask\nfrom prompts import RULES", "ask(RULES)")
    project = read(tmp_path, {"a.ipynb": text, "tools.py": ask, "prompts.py": f"RULES = {rules!r}\n"})
    call, wrapper = project.calls
    assert (call.place, written(call.request.system.text)) == (Place("a.ipynb", 1, 1, 1, 11, cell=2), rules)
    assert (wrapper.role, wrapper.callers) == ("wrapper", ("a.ipynb::<module>",))


def test_nobody_imports_a_notebook(tmp_path: Path) -> None:
    files: dict[str, str | bytes] = {
        "prompts.ipynb": notebook("RULES = 'x'"),
        "main.py": f"{CLIENT}from prompts import RULES\n{ASK.format('RULES')}",
    }
    assert only_call(tmp_path, files).request.system.text.known is None


def test_a_name_that_a_later_cell_binds_again(tmp_path: Path) -> None:
    first, second = f"{CLIENT}r = 'one'\n{ASK.format('r')}", f"r = 'two'\n{ASK.format('r')}"
    texts = [call.request.system.text.known for call in read(tmp_path, {"a.ipynb": notebook(first, second)}).calls]
    assert texts == ["one", "two"]


def test_await_at_the_top_level(tmp_path: Path) -> None:
    text = notebook("import anthropic", f"reply = await {SEND.replace('Anthropic', 'AsyncAnthropic')}system='x')")
    assert only_call(tmp_path, {"a.ipynb": text}).asynchronous


def test_the_second_call_of_a_notebook_and_one_with_a_name(tmp_path: Path) -> None:
    named = f"# promptlint: id=triage\n{ASK.format('1')}"
    project = read(tmp_path, {"a.ipynb": notebook(CLIENT, ASK.format("1"), named, f"x = 1\n{ASK.format('1')}")})
    assert [call.id for call in project.calls] == ["a.ipynb::<module>", "triage", "a.ipynb::<module>#3"]
    assert [directive.place for directive in project.directives] == [Place("a.ipynb", 1, 1, 1, 24, cell=3)]


@pytest.mark.parametrize(
    ("written", "read_as"),
    [
        ("%matplotlib inline\nx = 1", "pass\nx = 1"),
        ("%%time\nx = 1", "pass\nx = 1"),
        ("\n%%timeit -n 1\nx = 1", "\npass\nx = 1"),
        ("%%bash\necho 'it\nls", "\n\n"),
        ("%%sql\nselect 1", "\n"),
        ("!pip install \\\n  anthropic\nx = 1", "pass\n\nx = 1"),
        ("if x:\n    !ls 'it\n    y = 1", "if x:\n    pass\n    y = 1"),
        ("a, b[0] = %time f()", "a, b[0] = get_ipython()"),
        ("files = !ls | grep '", "files = get_ipython()"),
        ("?print\nprint?\nx.y??\n%time?", "pass\npass\npass\npass"),
        ("x = 5 \\\n  % 3\ny = (5\n  % 3)", "x = 5 \\\n  % 3\ny = (5\n  % 3)"),
        ("x = '''\n!a\n%b\nc?\n'''\n!ls", "x = '''\n!a\n%b\nc?\n'''\npass"),
        ('x = "(" # [ """\n!ls', 'x = "(" # [ """\npass'),
        ("x = '\\'(' '''a\n\\'''(' b'''\n!ls", "x = '\\'(' '''a\n\\'''(' b'''\npass"),
        ("x = 3 != 4\n# what?", "x = 3 != 4\n# what?"),
    ],
)
def test_what_only_ipython_understands(written: str, read_as: str) -> None:
    assert made_of(written) == read_as


def test_a_magic_makes_a_value_that_nobody_knows(tmp_path: Path) -> None:
    text = notebook(f"{CLIENT}rules = !cat rules.md\n{ASK.format('rules')}")
    assert only_call(tmp_path, {"a.ipynb": text}).request.system.text.known is None


def test_a_cell_that_is_indented_as_a_whole(tmp_path: Path) -> None:
    text = notebook(f"{CLIENT}", "    rules = 'x'\n", f"\n  {ASK.format('rules')}")
    call = only_call(tmp_path, {"a.ipynb": text})
    assert (call.place.cell, call.place.line, call.place.column) == (3, 2, 3)
    assert call.request.system.text.known == "x"


def test_one_broken_cell_hides_no_other(tmp_path: Path) -> None:
    text = notebook(CLIENT, "x = 1\ndef f(:\n    pass", ASK.format("'x'"))
    project = read(tmp_path, {"a.ipynb": text})
    assert [call.place.cell for call in project.calls] == [3]
    [problem] = project.problems
    assert (problem.path, problem.cell, problem.line, problem.column) == ("a.ipynb", 2, 2, 7)
    assert problem.message == "syntax error: invalid syntax"


def test_a_cell_with_half_a_character_is_left_out() -> None:
    file, problems = parse("a.ipynb", notebook("x = '\ud800'", "y = 1").encode())
    assert [problem.cell for problem in problems] == [1]
    assert file is not None
    assert "y = 1" in file.text


@pytest.mark.parametrize(
    "metadata",
    [
        {"kernelspec": {"language": "R"}},
        {"language_info": {"name": "julia"}},
        {"kernelspec": {"name": "x"}, "language_info": {"name": "scala"}},
    ],
)
def test_other_languages_are_passed_over(tmp_path: Path, metadata: dict[str, Any]) -> None:
    text = notebook("library(x)\nclient.messages.create(", **metadata)
    assert read(tmp_path, {"a.ipynb": text}).problems == ()
    assert parse("a.ipynb", text.encode()) == (None, [])


@pytest.mark.parametrize(
    "metadata", [{}, {"kernelspec": {"language": "python"}}, {"kernelspec": 1, "language_info": {}}]
)
def test_python_unless_it_says_otherwise(metadata: dict[str, Any]) -> None:
    assert cells("a.ipynb", notebook("x", **metadata).encode()) == (Cell(1, "x"),)


def test_cells_of_other_languages_and_shapes() -> None:
    sql = {"cell_type": "code", "source": "select 1", "metadata": {"vscode": {"languageId": "sql"}}}
    text = notebook(sql, {"cell_type": "code"}, {"cell_type": "code", "source": [1]}, {"x": 1}, "y = 1")
    assert cells("a.ipynb", text.encode()) == (Cell(5, "y = 1"),)
    assert cells("a.ipynb", json.dumps({"cells": [7, None]}).encode()) == ()


def test_the_text_of_a_cell_may_be_one_string() -> None:
    text = notebook({"cell_type": "code", "source": "x = 1\ny = 2"})
    assert cells("a.ipynb", b"\xef\xbb\xbf" + text.encode()) == (Cell(1, "x = 1\ny = 2"),)


def test_the_worksheets_of_format_3() -> None:
    cell = {"cell_type": "code", "input": ["x = 1\n", "y = 2"], "language": "python"}
    text = json.dumps({"worksheets": [{"cells": [markdown("a"), cell]}, {}], "nbformat": 3})
    assert cells("a.ipynb", text.encode()) == (Cell(2, "x = 1\ny = 2"),)


def test_what_is_no_notebook() -> None:
    again = "save it again from Jupyter, or exclude it"
    wrong = "the notebook is not valid JSON: Expecting value"
    assert failure("") == Problem("a.ipynb", wrong, 1, 1, again)
    assert failure('{\n "cells": x}') == Problem("a.ipynb", wrong, 2, 11, again)
    merged = '{"cells": [\n<<<<<<< HEAD\n]}'
    assert failure(merged) == Problem("a.ipynb", wrong, 2, 1, "resolve the merge conflict")
    assert failure("[]") == Problem("a.ipynb", "the notebook has no list of cells", help=again)
    assert failure('{"cells": 3}') == Problem("a.ipynb", "the notebook has no list of cells", help=again)
    latin = Problem("a.ipynb", "byte 0xe9 is not valid utf-8", 1, help="save the file as UTF-8")
    assert failure('{"cells": ["é"]}'.encode("latin-1")) == latin
    assert failure("[" * 200_000).message == "the notebook's JSON is beyond reading"


def test_only_what_had_to_be_read_can_be_a_problem(tmp_path: Path) -> None:
    files: dict[str, str | bytes] = {"a.ipynb": "not JSON", "b.ipynb": "client.messages.create(", "c.ipynb": "{}"}
    assert [problem.path for problem in read(tmp_path, files).problems] == ["b.ipynb"]


def test_a_call_whose_method_stands_on_the_next_line_of_the_cell(tmp_path: Path) -> None:
    split = ASK.format("'x'").replace("messages.create", "messages\n    .create")
    assert only_call(tmp_path, {"a.ipynb": notebook(f"{CLIENT}({split})")}).request.system.text.known == "x"


def test_outputs_are_no_code(tmp_path: Path) -> None:
    shown = {"cell_type": "code", "source": "x = 1", "outputs": [{"text": f"{CLIENT}{ASK.format(1)}"}]}
    project = read(tmp_path, {"a.ipynb": notebook(shown, markdown(ASK))})
    assert (project.calls, project.sources) == ((), {})
