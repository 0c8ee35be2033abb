"""`promptlint estimate`: what a design would cost that is not code yet."""

from __future__ import annotations

from argparse import Namespace
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from promptlint import toml
from promptlint.cli import numbers
from promptlint.cli.options import Parser, add_configuration, add_output, add_today, today
from promptlint.cli.stream import Output
from promptlint.errors import UserError
from promptlint.prices.arrivals import HOURS, Arrivals
from promptlint.prices.book import PriceBook
from promptlint.prices.design import Design
from promptlint.prices.model import Model
from promptlint.prices.router import Candidate, route
from promptlint.prices.scenarios import compare
from promptlint.prices.terms import Terms, is_regional
from promptlint.report import estimate as report
from promptlint.settings import load
from promptlint.tokens.count import Counter
from promptlint.tokens.structure import frame

USAGE = "--model MODEL [OPTIONS]"

_EXAMPLES = """\
examples:
  promptlint estimate --model claude-sonnet-5-5 --model claude-haiku-5-5 --input-tokens 2000 --output-tokens 500
  promptlint estimate --model claude-sonnet-5-5 --input-tokens 8200 --cached-tokens 8000 --calls-per-day 5000
  promptlint estimate --model claude-haiku-5-5 --prompt prompts/triage.md --output-tokens 5
  promptlint estimate --model claude-opus-5-5 --input-tokens 2000 --turns 20 --tokens-per-turn 400
  promptlint estimate --route claude-haiku-5-5:0.7,claude-opus-5-5:0.3 --classifier claude-haiku-5-5 --input-tokens 1500

The cached prefix is read by the share of calls h = 1 - exp(-lambda T) that come within T, the lifetime, of the one
before; calls arrive at random, lambda an hour and key, around the clock. With --active-hours, h is that of whole days,
in which each key is cold in the morning. A call is one request: in a conversation the i-th sends the input and i - 1
times the tokens per turn, and what is shown is the average. A month has 365/12 days.

exit codes:
  0  done
  2  wrong usage or configuration, an unknown model, a number that cannot be
"""


def configure(parser: Parser) -> None:
    """Describe the command's arguments."""
    parser.epilog = _EXAMPLES
    parser.add_argument(
        "--model", action="append", default=[], metavar="MODEL", help="the model; repeat it to compare several"
    )
    _add_prompt(parser)
    _add_conversation(parser)
    _add_traffic(parser)
    _add_router(parser)
    add_output(parser, "table", "json")
    add_today(parser)
    add_configuration(parser)


def _add_prompt(parser: Parser) -> None:
    group = parser.add_argument_group("one call, in tokens")
    length = group.add_mutually_exclusive_group(required=True)
    length.add_argument("--input-tokens", type=numbers.tokens, metavar="N", help="all that is sent, the prefix too")
    length.add_argument("--prompt", type=Path, metavar="FILE", help="count the input in this text")
    group.add_argument("--output-tokens", type=numbers.tokens, metavar="N", help="what the model writes, thinking too")
    group.add_argument(
        "--cached-tokens", type=numbers.tokens, metavar="N", help="the part of the input that is a cached prefix"
    )
    group.add_argument("--ttl", choices=("5m", "1h"), help="how long the cache keeps it [default: 5m]")
    group.add_argument("--documents", type=numbers.count, metavar="N", help="documents that each call sends on top")
    group.add_argument("--document-tokens", type=numbers.tokens, metavar="N", help="the length of one of them")
    group.add_argument("--batch", action="store_true", help="sent with the Message Batches API, at half the price")


def _add_conversation(parser: Parser) -> None:
    group = parser.add_argument_group("a conversation, where each call sends again what was said before")
    group.add_argument("--turns", type=numbers.turns, metavar="N", help="the calls of one conversation")
    group.add_argument(
        "--tokens-per-turn", type=numbers.tokens, metavar="N", help="by how much the input grows from call to call"
    )


def _add_traffic(parser: Parser) -> None:
    group = parser.add_argument_group("traffic")
    group.add_argument("--calls-per-day", type=numbers.calls, metavar="N", help="requests; without it no totals")
    group.add_argument(
        "--keys", type=numbers.count, metavar="N", help="how many different prefixes the calls spread over [default: 1]"
    )
    group.add_argument(
        "--active-hours", type=numbers.hours, metavar="N", help="the hours of the day that have calls [default: 24]"
    )
    group.add_argument(
        "--hit-rate", type=numbers.share, metavar="SHARE", help="the share of calls that read the prefix, if known"
    )


def _add_router(parser: Parser) -> None:
    group = parser.add_argument_group("a router")
    group.add_argument(
        "--route", type=numbers.shares, metavar="MODEL:SHARE,..", help="the models, and the share of calls each gets"
    )
    group.add_argument("--classifier", metavar="MODEL", help="the model that decides; it reads the whole input")


def run(options: Namespace) -> int:
    """Print what it costs, and return the exit code."""
    _check(options)
    book = PriceBook(load(Path(), options.config, options.isolated).prices)
    design = _designs(options)

    def candidate(name: str) -> Candidate:
        model = book.model(name)
        return Candidate(name, model, design(name, model))

    candidates = [candidate(name) for name in options.model]
    routed = None
    if options.route is not None:
        tiers = [(candidate(name), portion) for name, portion in options.route]
        routed = route(tiers, candidate(options.classifier) if options.classifier else None)
    found = compare(candidates, routed, today(options.today))
    output = Output(options.output_file, options.color)
    if options.output_format == "json":
        output.write(report.to_json(found))
    else:
        output.write("\n".join(report.to_table(found, output.palette, quiet=options.quiet)) + "\n")
    return 0


def _check(options: Namespace) -> None:
    """What only makes sense together. Raises `UserError`."""
    if not options.model and options.route is None:
        raise UserError("no model is given", "name one with --model, or several with --route")
    for one, other in (
        ("turns", "tokens_per_turn"),
        ("tokens_per_turn", "turns"),
        ("documents", "document_tokens"),
        ("document_tokens", "documents"),
        ("classifier", "route"),
    ):
        if getattr(options, one) is not None and getattr(options, other) is None:
            raise UserError(f"{_option(one)} goes with {_option(other)}", "give both of them, or neither")
    for name in ("keys", "active_hours"):
        if getattr(options, name) is not None and options.hit_rate is not None:
            raise UserError(f"{_option(name)} has no effect: --hit-rate says what it would tell", "give one of them")
        if getattr(options, name) is not None and options.calls_per_day is None:
            raise UserError(f"{_option(name)} goes with --calls-per-day", "say how many calls there are")
    _check_cache(options)


def _check_cache(options: Namespace) -> None:
    """What tells of a cache has no effect without a cached prefix. Raises `UserError`."""
    if options.cached_tokens is not None:
        return
    # A conversation is shown cached as well, for which the lifetime counts.
    talks = bool(options.model) and (options.turns or 1) > 1 and not options.batch
    for name in ("hit_rate", "keys", "active_hours", *(() if talks else ("ttl",))):
        if getattr(options, name) is not None:
            message = f"{_option(name)} has no effect without --cached-tokens: nothing is cached"
            raise UserError(message, "say with --cached-tokens how much of the input is a cached prefix")


def _option(name: str) -> str:
    return f"--{name.replace('_', '-')}"


def _designs(options: Namespace) -> Callable[[str, Model], Design]:
    """What is sent to a model, by its name; a text is counted by the model's own tokenizer."""
    documents = (options.documents or 0) * (options.document_tokens or 0)
    general = _design(options, (options.input_tokens or 0) + documents)
    counted = None if options.prompt is None else _counted(toml.read(options.prompt))

    def of(name: str, model: Model) -> Design:
        own = replace(general, terms=replace(general.terms, regional=is_regional(name)))
        if counted is not None:
            own = replace(own, input_tokens=documents + counted(model))
        _check_prefix(own)
        return own

    return of


def _counted(text: str) -> Callable[[Model], float]:
    """The tokens of a text as the only message, by model."""
    counter = Counter()
    return lambda model: (counter.raw(text, model).value or 0) + (frame(model).value or 0)


def _design(options: Namespace, input_tokens: float) -> Design:
    arrivals = None
    if options.calls_per_day is not None:
        arrivals = Arrivals(options.calls_per_day, options.keys or 1, options.active_hours or HOURS)
    return Design(
        input_tokens,
        options.output_tokens,
        options.cached_tokens or 0,
        options.turns or 1,
        options.tokens_per_turn or 0,
        arrivals,
        options.hit_rate,
        options.ttl or "5m",
        Terms(options.batch),
    )


def _check_prefix(design: Design) -> None:
    if design.cached_tokens > design.input_tokens:
        message = (
            f"--cached-tokens {design.cached_tokens:,.0f} is more than the input, {design.input_tokens:,.0f} tokens"
        )
        raise UserError(message, "it is the part of the input that lies in the cached prefix")
