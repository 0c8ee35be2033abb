"""`promptlint tokens`: count the tokens of prompt files and request bodies."""

from __future__ import annotations

import re
import sys
from argparse import Namespace
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path

from promptlint.cli import exact
from promptlint.cli.options import Parser, add_configuration, add_output, today
from promptlint.cli.stream import Output, Stream, wants_color
from promptlint.errors import UserError
from promptlint.prices.table import PRICES_AS_OF, Model, all_models, find, is_claude, known, newest
from promptlint.prompts import inputs
from promptlint.prompts.inputs import Input
from promptlint.report import problems, tokens_json
from promptlint.report.checked import Paths
from promptlint.report.style import Palette
from promptlint.report.tallied import Counted, Tallied
from promptlint.request import Problem, Request
from promptlint.settings import load
from promptlint.tokens import tally
from promptlint.tokens.count import Counter
from promptlint.tokens.questions import Question, about
from promptlint.tokens.recorded import Recorded
from promptlint.tokens.tokenizer import VERSION

USAGE = "[OPTIONS] [PATH ...]"

_EXAMPLES = """\
examples:
  promptlint tokens prompts/triage.md                   for the newest model of each tier
  promptlint tokens prompts --model claude-haiku-5-5 --model claude-opus-5-5
  promptlint tokens body.json                           a request, as the model that it names reads it
  promptlint tokens --requests log.jsonl --output-format jsonl

A prompt file is counted as it stands and alone; a request with its tools, its system prompt and all that the API
puts around them.

exit codes:
  0  done
  2  wrong usage, or an input that is no request or cannot be read; the others are counted all the same
"""

_TIERS = ("opus", "sonnet", "haiku")
_NAME = re.compile(r"[\w.:/@~\[\]-]{1,100}")


def configure(parser: Parser) -> None:
    """Describe the command's arguments."""
    parser.epilog = _EXAMPLES
    parser.add_argument("paths", nargs="*", type=Path, metavar="PATH", help="prompt files, request bodies, directories")
    group = parser.add_argument_group("what to count")
    group.add_argument(
        "--requests", type=Path, metavar="FILE", help="a file of request bodies, one a line; - reads stdin"
    )
    group.add_argument(
        "--model",
        action="append",
        default=[],
        metavar="MODEL",
        help="count for this model, whatever a request names; repeatable [default: a request's own]",
    )
    add_output(parser, "table", "json", "jsonl")
    exact.add_exact(parser)
    add_configuration(parser)


def run(options: Namespace) -> int:
    """Count, and return the exit code."""
    settings = load(Path.cwd(), options.config, options.isolated)
    chosen = _chosen(options)
    counter = Counter()
    given: Iterable[Input]
    given = inputs.requests(options.requests) if options.requests is not None else inputs.inputs(options.paths)
    here = Path.cwd().resolve()
    asked: dict[Question, str] = {}
    if options.exact or options.update_lock:
        given = tuple(given)
        asked = _asked(given, chosen)
    counts = exact.of_inputs(options, settings.root, Paths(settings.root, here), asked)
    rows, found = _counted(given, chosen, counter, counts.recorded)
    tallied = Tallied(rows, (*counts.problems, *found), Paths(here, here), VERSION, PRICES_AS_OF)
    _write(tallied, options)
    counter.save()
    return 2 if tallied.problems else 0


def _chosen(options: Namespace) -> tuple[Model, ...]:
    """The models that the command line names. Raises `UserError` for what does not go together."""
    if bool(options.paths) == (options.requests is not None):
        raise UserError("give PATHs or --requests FILE", "`promptlint tokens prompts/triage.md` counts a prompt")
    if options.output_format == "jsonl" and (options.requests is None or len(options.model) > 1):
        raise UserError("jsonl answers --requests for one model at a time", "use --output-format json")
    return tuple({model.id: model for model in map(_named, options.model)}.values())


def _named(name: str) -> Model:
    model = find(name)
    if model is None:
        raise UserError(f"unknown model `{name}`", _advice(name))
    return model


def _advice(name: str) -> str:
    import difflib  # for mistakes only

    near = difflib.get_close_matches(name, [model.id for model in all_models()], n=1)
    return f"did you mean `{near[0]}`?" if near else "name a model of Claude, such as claude-sonnet-5-5"


def _counted(
    given: Iterable[Input], chosen: Sequence[Model], counter: Counter, recorded: Recorded
) -> tuple[tuple[Counted, ...], tuple[Problem, ...]]:
    rows: list[Counted] = []
    found: list[Problem] = []
    for one in given:
        row, problem = _row(one, chosen, counter, recorded)
        rows.append(row)
        found += [problem] if problem is not None else []
    return tuple(rows), tuple(found)


def _asked(given: Iterable[Input], chosen: Sequence[Model]) -> dict[Question, str]:
    """What the API can be asked about the inputs, each with where it stands."""
    return {
        question: f"{one.place.path}:{one.place.line}"
        for one in given
        if (what := one.text if one.request is None else one.request) is not None
        for question in about(what, _models(one, chosen), today(None))
    }


def _models(one: Input, chosen: Sequence[Model]) -> Sequence[Model]:
    """The models to count an input for: those chosen, else a request's own, or the newest of each tier for a text."""
    if one.request is not None:
        return chosen or known(one.request.model.values[:1])
    return chosen or tuple(filter(None, map(newest, _TIERS)))


def _row(one: Input, chosen: Sequence[Model], counter: Counter, recorded: Recorded) -> tuple[Counted, Problem | None]:
    models = _models(one, chosen)
    if one.text is not None:
        tallies = tuple(tally.of_text(one.text, model, counter, recorded) for model in models)
        return Counted(one.place, "text", "", len(one.text), tallies), None
    row = Counted(one.place, "request", one.name)
    if one.request is None:
        return replace(row, reason=one.problem.message if one.problem else ""), one.problem
    row = replace(row, characters=_characters(one.request))
    if not models:
        name = one.request.model.values[0]
        problem = Problem(one.place.path, _unknown(name), one.place.line, help=_advice(name))
        return replace(row, reason=problem.message), problem
    return replace(
        row, tallies=tuple(tally.of_request(one.request, model, counter, recorded) for model in models)
    ), None


def _unknown(name: str) -> str:
    """What to say of a model that is in no table; a name that is no name may be somebody's text."""
    shown = f"`{name}`" if _NAME.fullmatch(name) else "it names"
    if _NAME.fullmatch(name) and not is_claude(name):
        return f"{shown} is no model of Claude that is known: its tokens cannot be counted"
    return f"the model {shown} is not known"


def _characters(request: Request) -> int:
    """The characters of a request's texts and tool definitions."""
    texts: Iterator[str] = (text.static for text in (request.system.text, request.messages.text))
    return sum(map(len, texts)) + sum(len(tool.definition or "") for tool in request.tools.tools)


def _write(tallied: Tallied, options: Namespace) -> None:
    output = Output(options.output_file, options.color)
    if options.output_format == "json":
        output.write(tokens_json.render(tallied))
        return
    if options.output_format == "jsonl":
        output.write(tokens_json.answers(tallied))
    else:
        from promptlint.report import tokens_table  # brings rich, which JSON does not need

        output.write(tokens_table.render(tallied, output.palette, output.table_columns, quiet=options.quiet))
    palette = Palette(wants_color(options.color, sys.stderr))
    lines = problems.render(tallied.problems, tallied.paths, palette)
    Stream(sys.stderr).write("".join(f"{line}\n" for line in lines))
