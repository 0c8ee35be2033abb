"""Defaults of command line options."""

from __future__ import annotations

from pathlib import Path

import pytest

from promptlint.request import Hole
from tests.source.reading import asked, capped, modelled, only_call, read


def argparse(option: str, use: str) -> str:
    return (
        "import argparse\n"
        "def main():\n"
        "    parser = argparse.ArgumentParser()\n"
        f"    parser.add_argument({option})\n"
        "    args = parser.parse_args()\n"
        f"    {use}\n"
    )


@pytest.mark.parametrize(
    "option",
    [
        "'--model', default='claude-haiku-5-5'",
        "'-m', '--model', default='claude-haiku-5-5', help='which'",
        "'--llm', dest='model', default='claude-haiku-5-5'",
        "'model', nargs='?', default='claude-haiku-5-5'",
    ],
)
def test_argparse_defaults(tmp_path: Path, option: str) -> None:
    found = modelled(tmp_path, argparse(option, "use(args.model)"))
    assert (found.values, found.complete, found.how) == (("claude-haiku-5-5",), True, "cli-default")


def test_argparse_names_with_hyphens(tmp_path: Path) -> None:
    found = capped(tmp_path, argparse("'--max-tokens', type=int, default=512", "cap(args.max_tokens)"))
    assert (found.values, found.complete, found.how) == ((512,), True, "cli-default")


def test_argparse_group_and_parser_of_another_function(tmp_path: Path) -> None:
    source = (
        "import argparse\n"
        "def arguments():\n"
        "    parser = argparse.ArgumentParser()\n"
        "    group = parser.add_argument_group('model')\n"
        "    group.add_argument('--model', default='claude-haiku-5-5')\n"
        "    return parser.parse_args()\n"
        "def main():\n"
        "    args = arguments()\n"
        "    use(args.model)\n"
    )
    found = modelled(tmp_path, source)
    assert (found.only, found.how) == ("claude-haiku-5-5", "cli-default")


def test_argparse_known_args(tmp_path: Path) -> None:
    source = argparse("'--model', default='x'", "use(args.model)").replace("args = ", "args, rest = ")
    assert modelled(tmp_path, source.replace("parse_args()", "parse_known_args()")).only == "x"


def test_argparse_args_passed_on(tmp_path: Path) -> None:
    send = "def run(args):\n    anthropic.Anthropic().messages.create(model=args.model)\n"
    project = read(tmp_path, "import anthropic\n" + send + argparse("'--model', default='x'", "run(args)"))
    assert {call.request.model.values for call in project.calls} == {("x",)}


def test_argparse_without_a_default_is_unknown(tmp_path: Path) -> None:
    found = modelled(tmp_path, argparse("'--model', required=True", "use(args.model)"))
    assert (found.values, found.complete, found.present, found.reason) == ((), False, True, "given on the command line")


def test_argparse_input_is_fixed_for_the_process(tmp_path: Path) -> None:
    source = "import anthropic\n" + argparse(
        "'topic'", "anthropic.Anthropic().messages.create(model='m', system=f'On {args.topic}')"
    )
    hole = only_call(tmp_path, source).request.system.text.parts[1]
    assert isinstance(hole, Hole)
    assert (hole.name, hole.origin, hole.lifetime) == ("args.topic", "input", "process")


def test_a_switch_decides_nothing(tmp_path: Path) -> None:
    source = argparse("'--short', action='store_true'", "ask('a' if args.short else 'b')")
    assert asked(tmp_path, source) == "[a|b]"


def test_a_default_that_may_be_overridden_decides_nothing(tmp_path: Path) -> None:
    source = argparse("'--tone', default='kind'", "ask('a' if args.tone == 'kind' else 'b')")
    assert asked(tmp_path, source) == "[a|b]"


@pytest.mark.parametrize(
    "decorator",
    [
        "@click.option('--model', default='claude-haiku-5-5')",
        "@click.option('--model', '-m', default='claude-haiku-5-5', show_default=True)",
        "@click.option('-m', 'model', default='claude-haiku-5-5')",
        "@click.argument('model', default='claude-haiku-5-5')",
    ],
)
def test_click(tmp_path: Path, decorator: str) -> None:
    source = (
        f"import click\n@click.command()\n{decorator}\n@click.option('--other')\ndef f(model, other):\n    use(model)"
    )
    found = modelled(tmp_path, source)
    assert (found.values, found.complete, found.how) == (("claude-haiku-5-5",), True, "cli-default")


def test_click_without_default(tmp_path: Path) -> None:
    source = "import click\n@click.command()\n@click.option('--model')\ndef f(model):\n    use(model)"
    found = modelled(tmp_path, source)
    assert (found.values, found.complete, found.reason) == ((), False, "given on the command line")


@pytest.mark.parametrize(
    "parameter",
    [
        "model: str = typer.Option('claude-haiku-5-5')",
        "model: str = typer.Option('claude-haiku-5-5', '--model', help='which')",
        "model: str = typer.Option(default='claude-haiku-5-5')",
        "model: str = typer.Argument('claude-haiku-5-5')",
        "model: Annotated[str, typer.Option('--model')] = 'claude-haiku-5-5'",
    ],
)
def test_typer(tmp_path: Path, parameter: str) -> None:
    imports = "import typer\nfrom typing import Annotated\napp = typer.Typer()\n"
    source = f"{imports}@app.command()\ndef f({parameter}):\n    use(model)"
    found = modelled(tmp_path, source)
    assert (found.values, found.complete, found.how) == (("claude-haiku-5-5",), True, "cli-default")


def test_typer_without_default(tmp_path: Path) -> None:
    found = modelled(tmp_path, "import typer\ndef f(model: str = typer.Option(...)):\n    use(model)")
    assert (found.values, found.complete, found.reason) == ((), False, "given on the command line")


def test_defaults_set_afterwards(tmp_path: Path) -> None:
    source = (
        "import argparse\np = argparse.ArgumentParser()\np.add_argument('--model', default='a')\n"
        "p.set_defaults(model='b')\nuse(p.parse_args().model)"
    )
    found = modelled(tmp_path, source)
    assert (found.values, found.how) == (("b",), "cli-default")
