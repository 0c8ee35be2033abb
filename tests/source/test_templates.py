"""Templates: Jinja by text, by path and by loader, and `string.Template`; parsed and never rendered."""

from __future__ import annotations

import time
from pathlib import Path

import pytest

from promptlint.request import CallSite, Hole, Piece, Place, Project, Variant
from tests.source.reading import SEND, Sources, read, written

START = (
    "import anthropic, jinja2, string\nfrom pathlib import Path\n"
    "from jinja2 import ChoiceLoader, DictLoader, Environment, FileSystemLoader, PackageLoader, Template\n"
)
ENV = "env = Environment(loader=FileSystemLoader(Path(__file__).parent / 'prompts'))\n"


def project(root: Path, source: str, others: Sources) -> Project:
    text = START + source.replace("ask(", f"{SEND}system=")
    return read(root, {**others, "app/__init__.py": "", "app/main.py": text})


def sent(root: Path, source: str, others: Sources | None = None) -> CallSite:
    found = project(root, source, others or {})
    assert found.problems == ()
    [call] = found.calls
    return call


def system(root: Path, source: str, others: Sources | None = None) -> str:
    return written(sent(root, source, others).request.system.text)


def rendered(root: Path, template: str, arguments: str = "", settings: str = "") -> str:
    """What a template makes, in a function whose parameter `x` is not known."""
    env = f"Environment(loader=FileSystemLoader('app/prompts'){settings})"
    source = f"def f(x):\n    ask({env}.get_template('t.j2').render({arguments}))"
    return system(root, source, {"app/prompts/t.j2": template})


@pytest.mark.parametrize(
    "expression",
    [
        "Template(Path('prompts/t.j2').read_text()).render(name='Ann')",
        "jinja2.Template(open('prompts/t.j2').read()).render({'name': 'Ann'})",
        "Template('Hi {{ name }}!').render(dict(name='Ann'))",
        "Environment().from_string('Hi {{ name }}!').render(**{'name': 'Ann'})",
        "env.from_string(Path('prompts/t.j2').read_text()).render(name='Ann')",
        "env.get_template('t.j2').render(name='Ann')",
        "env.select_template(['t.j2', 'u.j2']).render(name='Ann')",
        "Environment(loader=FileSystemLoader('app/prompts')).get_template('t.j2').render(name='Ann')",
        "Environment(loader=FileSystemLoader(['none', 'app'])).get_template('prompts/t.j2').render(name='Ann')",
        "Environment(loader=PackageLoader('app', 'prompts')).get_template('t.j2').render(name='Ann')",
        "Environment(loader=PackageLoader(__name__, package_path='prompts')).get_template('t.j2').render(name='Ann')",
        (
            "Environment(loader=ChoiceLoader([DictLoader({}), FileSystemLoader('app/prompts')])).get_template('t.j2')"
            ".render(name='Ann')"
        ),
        "Environment(loader=DictLoader({'a': 'Hi {{ name }}!'})).get_template('a').render(name='Ann')",
    ],
)
def test_a_template_is_found(tmp_path: Path, expression: str) -> None:
    assert system(tmp_path, f"{ENV}ask({expression})", {"app/prompts/t.j2": "Hi {{ name }}!"}) == "Hi Ann!"


def test_a_service_that_renders(tmp_path: Path) -> None:
    source = (
        "class Prompts:\n    def __init__(self):\n"
        "        self.env = Environment(loader=FileSystemLoader(str(Path(__file__).parent / 'prompts')))\n"
        "    def render(self, name, **values):\n        return self.env.get_template(f'{name}.j2').render(**values)\n"
        "prompts = Prompts()\ndef f(who):\n    ask(prompts.render('hello', who=who))"
    )
    assert system(tmp_path, source, {"app/prompts/hello.j2": "Hello {{ who }}."}) == "Hello {who}."


@pytest.mark.parametrize(
    ("template", "arguments", "text"),
    [
        ("a {# not sent #}b", "", "a b"),
        ("a {{ x }} b", "x=x", "a {x} b"),
        ("a {{ x }} b", "", "a {x} b"),
        ("{{ user.name }}", "user={'name': 'Ann'}", "Ann"),
        ("{{ user['name'] }}", "user={'name': 'Ann'}", "Ann"),
        ("{{ x.name }}", "x=x", "{x.name}"),
        ("{{ x|upper }}", "x=x", "{x|upper}"),
        ("{{ 'a'|upper }}", "", "{'a'|upper}"),
        ("{{ x|safe }}", "x='a'", "a"),
        ("{{ 'n=' ~ n }}", "n=3", "n=3"),
        ("{{ f(x) }}", "x=x", "{f(x)}"),
        ("{{ 1 + 2 }}", "", "{1 + 2}"),
        ("{{ n }}", "n=3", "3"),
        ("a{% if x %}b{% endif %}c", "x=x", "a[b|]c"),
        ("a{% if x %}b{% else %}d{% endif %}c", "x=x", "a[b|d]c"),
        ("{% if x %}a{% elif y %}b{% elif z %}c{% else %}d{% endif %}", "x=x", "[a|b|c|d]"),
        ("{% if n %}a{% else %}b{% endif %}", "n=3", "a"),
        ("{% if n %}a{% else %}b{% endif %}", "n=0", "b"),
        ("{% if not n %}a{% else %}b{% endif %}", "n=3", "b"),
        ("{% if k == 'v' %}a{% else %}b{% endif %}", "k='v'", "a"),
        ("{% if k != 'v' %}a{% else %}b{% endif %}", "k='v'", "b"),
        ("{% if k is defined %}a{% else %}b{% endif %}", "k='v'", "a"),
        ("{{ 'a' if x else 'b' }}", "x=x", "[a|b]"),
        ("{{ 'a' if n else 'b' }}", "n=1", "a"),
        ("{% for i in items %}- {{ i }}\n{% endfor %}", "items=['a', 'b']", "- a\n- b\n"),
        ("{% for k, v in items %}{{ k }}={{ v }} {% endfor %}", "items=[('a', 1), ('b', 2)]", "a=1 b=2 "),
        ("{% for i in [] %}a{% else %}none{% endfor %}", "", "none"),
        ("{% for i in x %}- {{ i }}\n{% endfor %}", "x=x", "[|- {i}\n]{{% for i in x %}}"),
        ("{% for i in x %}{{ loop.index }}{% else %}none{% endfor %}", "x=x", "[none|{loop.index}]{{% for i in x %}}"),
        ("{% set k = 'v' %}{{ k }}", "", "v"),
        ("{% set k = x|trim %}{{ k }}", "x=x", "{k}"),
        ("{% set k %}a {{ x }}{% endset %}{{ k }}", "x=x", "a {x}"),
        ("{% with k = 'v' %}{{ k }}{% endwith %}{{ k }}", "", "v{k}"),
        ("a\n  {%- if n %} b{% endif -%}\n c\n", "n=1", "a bc"),
        ("{% raw %}{{ x }}{% endraw %}", "", "{{ x }}"),
        ("a\n", "", "a"),
        ("a\r\nb{{ n }}\r\nc", "n=1", "a\nb1\nc"),
        ("{% filter upper %}a{% endfilter %}", "", "{...}"),
        ("{% macro m(x) %}a{% endmacro %}{{ m(1) }}", "", "{m(1)}"),
        ("{% do f(x) %}a{% trans %}b{% endtrans %}", "", "a{...}"),
        ("{% block b %}a{% endblock %}", "", "a"),
        ("", "", ""),
    ],
)
def test_jinja(tmp_path: Path, template: str, arguments: str, text: str) -> None:
    assert rendered(tmp_path, template, arguments) == text


@pytest.mark.parametrize(
    ("template", "settings", "text"),
    [
        ("a\n", ", keep_trailing_newline=True", "a\n"),
        ("{% if n %}\na\n{% endif %}\n", ", trim_blocks=True", "a\n"),
        ("  {% if n %}a{% endif %}", ", lstrip_blocks=True", "a"),
        ("[[ n ]] {{ n }}", ", variable_start_string='[[', variable_end_string=']]'", "1 {{ n }}"),
        ("# if n\na\n# endif\n", ", line_statement_prefix='#'", "a\n"),
        ("{{ k }}", ", autoescape=True", "{k}"),
        ("{{ n }}", ", autoescape=True", "1"),
        ("{{ k }}", ", autoescape=False", "<b>"),
        ("{{ k }}", ", trim_blocks=x", "{WHOLE}"),
    ],
)
def test_settings_of_the_environment(tmp_path: Path, template: str, settings: str, text: str) -> None:
    found = rendered(tmp_path, template, "n=1, k='<b>'", settings)
    assert (found if "Environment" not in found else "{WHOLE}") == text


def test_includes_and_inheritance(tmp_path: Path) -> None:
    files: Sources = {
        "app/prompts/t.j2": "{% include 'parts/rules.j2' %}\n{% include 'none.j2' ignore missing %}{{ name }}",
        "app/prompts/parts/rules.j2": "Rules for {{ name }}:{% include ['no.j2', 'parts/one.j2'] %}",
        "app/prompts/parts/one.j2": " be kind.",
        "app/prompts/base.j2": "Start {% block body %}nothing{% endblock %} end {{ k }}.",
        "app/prompts/child.j2": "{% extends 'base.j2' %}{% set k = 'k' %}{% block body %}of {{ name }}{% endblock %}",
    }
    call = sent(tmp_path, f"{ENV}ask(env.get_template('t.j2').render(name='Ann'))", files)
    assert written(call.request.system.text) == "Rules for Ann: be kind.\nAnn"
    paths = [piece.place.path.rpartition("/")[2] for piece in call.request.system.text.pieces()]
    assert paths == ["rules.j2", "main.py", "rules.j2", "one.j2", "t.j2", "main.py"]
    assert system(tmp_path, f"{ENV}ask(env.get_template('child.j2').render(name='Ann'))", files) == (
        "Start of Ann end k."
    )


def test_places_in_a_template(tmp_path: Path) -> None:
    template = "Hi {{ name }},\n{% if x %}\n  é be {{ x|upper }} kind.\n{% endif %}"
    source = f"{ENV}def f(x):\n    ask(env.get_template('t.j2').render(name='Ann', x=x))"
    text = sent(tmp_path, source, {"app/prompts/t.j2": template}).request.system.text
    first, name, comma, choice = text.parts
    assert isinstance(first, Piece)
    assert isinstance(name, Piece)
    assert isinstance(comma, Piece)
    assert isinstance(choice, Variant)
    path = "app/prompts/t.j2"
    assert (first.text, first.place) == ("Hi ", Place(path, 1, 1, 1, 4))
    assert (name.text, name.place.path) == ("Ann", "app/main.py")
    assert comma.text == ",\n"
    assert comma.locate(0, 1) == Place(path, 1, 14, 1, 15)
    start, hole, end = choice.options[0].parts
    assert isinstance(start, Piece)
    assert isinstance(hole, Hole)
    assert isinstance(end, Piece)
    assert start.locate(start.text.index("be"), start.text.index("be") + 2) == Place(path, 3, 5, 3, 7)
    assert (hole.name, hole.origin) == ("x|upper", "parameter")
    assert end.locate(end.text.index("kind"), end.text.index("kind") + 4) == Place(path, 3, 22, 3, 26)
    assert ("import", path) in [(step.how, step.name) for step in first.trail]


def test_the_places_of_holes(tmp_path: Path) -> None:
    source = f"{ENV}ask(env.get_template('t.j2').render())"
    template = "a\n{{ x }} {{ now()|lower }}{% for i in xs %}b{% endfor %}"
    holes = sent(tmp_path, source, {"app/prompts/t.j2": template}).request.system.text.holes()
    assert [(hole.name, hole.place.line, hole.place.column, hole.place.end_column) for hole in holes] == [
        ("x", 2, 1, 8),
        ("now()|lower", 2, 9, 26),
        ("{% for i in xs %}", 2, 26, 43),
    ]


@pytest.mark.parametrize(
    ("files", "path", "line", "message"),
    [
        ({"t.j2": "a\n{% if %}b"}, "t.j2", 2, "expected an expression, got 'end of statement block'"),
        ({"t.j2": "a\n{{ x"}, "t.j2", 2, "unexpected end of template, expected 'end of print statement'"),
        ({"t.j2": "a\n\n{% nonsense %}"}, "t.j2", 3, "encountered unknown tag 'nonsense'"),
        ({"t.j2": "a{% include 'u.j2' %}", "u.j2": "b\n{% for %}"}, "u.j2", 2, "expected an expression, got"),
    ],
    ids=["if", "end", "tag", "included"],
)
def test_a_template_with_a_syntax_error_is_one_problem(
    tmp_path: Path, files: dict[str, str], path: str, line: int, message: str
) -> None:
    source = f"{ENV}def f(): ask(env.get_template('t.j2').render())\ndef g(): ask(env.get_template('t.j2').render())"
    found = project(tmp_path, source, {f"app/prompts/{name}": text for name, text in files.items()})
    assert len(found.calls) == 2
    [problem] = found.problems
    assert (problem.path, problem.line) == (f"app/prompts/{path}", line)
    assert problem.message.startswith(f"this is not valid Jinja: {message}")
    [hole] = found.calls[0].request.system.text.parts
    assert isinstance(hole, Hole)
    assert hole.reason == f"{problem.path}: {problem.message}"


@pytest.mark.parametrize("name", ["../../secret.j2", "/etc/passwd", "parts/../../../secret.j2", "link.j2"])
def test_no_template_outside_of_the_project_is_read(tmp_path: Path, name: str) -> None:
    (tmp_path / "secret.j2").write_text("secret")
    prompts = tmp_path / "project/app/prompts"
    prompts.mkdir(parents=True)
    (prompts / "link.j2").symlink_to(tmp_path / "secret.j2")
    found = project(tmp_path / "project", f"{ENV}ask(env.get_template({name!r}).render())", {})
    assert isinstance(found.calls[0].request.system.text.parts[0], Hole)
    included = project(
        tmp_path / "project",
        f"{ENV}ask(env.get_template('t.j2').render())",
        {"app/prompts/t.j2": f"a{{% include {name!r} %}}"},
    )
    assert written(included.calls[0].request.system.text) == "a{...}"


@pytest.mark.parametrize(
    "template",
    [
        "{% include 't.j2' %}{% include 't.j2' %}",
        "{% for a in r %}" * 4 + "x" + "{% endfor %}" * 4,
        "{% set a = 'x' %}" + "{% set a = a ~ a %}" * 60 + "{{ a }}",
        "{% if x %}" * 80 + "a" + "{% endif %}" * 80,
        "{{ " + "(" * 500 + "x" + ")" * 500 + " }}",
        "{{ x }}" * 20_000,
        "{% extends 't.j2' %}",
        "{% for i in " + "[" * 200 + "]" * 200 + " %}{% endfor %}",
        "{{ 'a' * 10000000000 }}{{ 9 ** 9 ** 9 }}{% for i in range(10000000000) %}x{% endfor %}",
    ],
    ids=["itself", "loops", "doubling", "conditions", "parentheses", "many", "parent", "lists", "numbers"],
)
def test_hostile_templates_take_bounded_time(tmp_path: Path, template: str) -> None:
    started = time.process_time()
    source = f"{ENV}ask(env.get_template('t.j2').render(r={list('abcdefghij' * 3)!r}))"
    found = project(tmp_path, source, {"app/prompts/t.j2": template})
    assert time.process_time() - started < 10
    assert len(found.calls) == 1


@pytest.mark.parametrize(
    ("template", "call", "text"),
    [
        ("Hi $name, ${name}! $$5", "substitute(name='Ann')", "Hi Ann, Ann! $5"),
        ("Hi $name", "substitute({'name': 'Ann'})", "Hi Ann"),
        ("Hi $name", "substitute({'name': 'Bob'}, name='Ann')", "Hi Ann"),
        ("Hi $name", "substitute(name=x)", "Hi {x}"),
        ("Hi $name", "substitute(x)", "Hi {name}"),
        ("Hi $name", "substitute()", "Hi {name}"),
        ("Hi $name $other", "safe_substitute(name='Ann')", "Hi Ann $other"),
        ("Hi $name $other", "safe_substitute(x, name='Ann')", "Hi Ann {other}"),
        ("100 $ and $1", "safe_substitute()", "100 $ and $1"),
    ],
)
def test_string_templates(tmp_path: Path, template: str, call: str, text: str) -> None:
    source = f"def f(x):\n    ask(string.Template(Path('p.txt').read_text()).{call})"
    assert system(tmp_path, source, {"p.txt": template}) == text


def test_the_place_of_a_string_template(tmp_path: Path) -> None:
    source = "TEMPLATE = string.Template(open('p.txt').read())\nask(TEMPLATE.substitute(n=1))"
    call = sent(tmp_path, source, {"p.txt": "a\n$n b"})
    pieces = list(call.request.system.text.pieces())
    assert [(piece.text, piece.place.path) for piece in pieces] == [
        ("a\n", "p.txt"),
        ("1", "app/main.py"),
        (" b", "p.txt"),
    ]
    assert pieces[2].place == Place("p.txt", 2, 3, 2, 5)
