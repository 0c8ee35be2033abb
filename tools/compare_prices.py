"""Compare promptlint's price table with what three packages of the registry say.

    python tools/compare_prices.py              download the packages, and list the differences
    python tools/compare_prices.py *.whl        compare with wheels that are here already

The packages are genai-prices, litellm and anthropic. They are read, never installed or imported. Exit code 1 says that
something differs: the page that `sources` in models.toml names decides who is right.
"""

from __future__ import annotations

import ast
import json
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from zipfile import ZipFile

from promptlint.prices.model import Model, Prices
from promptlint.prices.table import PRICES_AS_OF, all_models, find

PACKAGES = ("genai-prices", "litellm", "anthropic")
MILLION = 1_000_000
TOLERANCE = 1e-9

Value = float | date
Facts = dict[str, Value]
"""What is said of a model, by the words below."""

_PRICES = {name: name.replace("_", " ") for name in Prices.__dataclass_fields__}
_LITELLM = {
    "input_cost_per_token": "input",
    "output_cost_per_token": "output",
    "cache_creation_input_token_cost": "cache write 5m",
    "cache_creation_input_token_cost_above_1hr": "cache write 1h",
    "cache_read_input_token_cost": "cache read",
    "input_cost_per_token_batches": "batch input",
    "output_cost_per_token_batches": "batch output",
    "input_cost_per_token_above_100k_tokens": "long input",
    "output_cost_per_token_above_100k_tokens": "long output",
    "cache_read_input_token_cost_above_100k_tokens": "long cache read",
    "max_input_tokens": "context window",
    "max_output_tokens": "max output",
    "prompt_cache_min_tokens": "min cacheable tokens",
}
_GENAI = {
    "input_mtok": "input",
    "output_mtok": "output",
    "cache_write_mtok": "cache write 5m",
    "cache_write_1h_mtok": "cache write 1h",
    "cache_read_mtok": "cache read",
}
_LONG = ("input_mtok", "output_mtok", "cache_read_mtok")


@dataclass(frozen=True, slots=True)
class Said:
    """What one package says of one model that it calls by a name."""

    package: str
    name: str
    facts: Facts


def main(arguments: list[str]) -> int:
    """Print the differences; 1 if there are any."""
    with tempfile.TemporaryDirectory() as folder:
        wheels = [Path(argument) for argument in arguments] or download(Path(folder))
        lines = [line for wheel in wheels for line in differences(wheel)]
    print("\n".join(lines) if lines else f"Nothing differs from the table of {PRICES_AS_OF}.")
    return int(bool(lines))


def download(folder: Path) -> list[Path]:
    """The newest wheels of the packages, through pip."""
    command = [sys.executable, "-m", "pip", "download", "--quiet", "--no-deps", "--only-binary", ":all:"]
    subprocess.run([*command, "--dest", str(folder), *PACKAGES], check=True)
    return sorted(folder.glob("*.whl"))


def differences(wheel: Path) -> Iterator[str]:
    """One line for each thing that a package says otherwise, and for each model that only one of the two knows."""
    package = "-".join(wheel.name.split("-")[:2]).replace("_", "-")
    with ZipFile(wheel) as archive:
        said = list(_said(package, archive))
    named = {model.id for each in said if (model := find(each.name)) is not None}
    for each in said:
        model = find(each.name)
        if model is None:
            yield f"{package}: {each.name} is not in the table"
        else:
            yield from (f"{package}: {line}" for line in _compared(model, each.facts))
    for model in all_models():
        if model.status == "active" and model.id not in named:
            yield f"{package}: does not know {model.id}"


def _compared(model: Model, said: Facts) -> Iterator[str]:
    ours = _ours(model)
    for what, theirs in said.items():
        mine = ours.get(what)
        if mine is None:
            yield f"{model.id}: {what} is {_shown(theirs)}, not known here"
        elif _differ(mine, theirs):
            yield f"{model.id}: {what} is {_shown(theirs)}, here {_shown(mine)}"


def _ours(model: Model) -> Facts:
    found: dict[str, Value | None] = {words: getattr(model.price, name) for name, words in _PRICES.items()}
    if model.batch_price is not None:
        found |= {"batch input": model.batch_price.input, "batch output": model.batch_price.output}
    if model.long_prompt is not None:
        long = model.long_prompt.price
        found |= {"long input": long.input, "long output": long.output, "long cache read": long.cache_read}
    found |= {
        "context window": model.context_window,
        "max output": model.max_output,
        "min cacheable tokens": model.min_cacheable_tokens,
        "retirement": model.retirement_date,
    }
    return {what: value for what, value in found.items() if value is not None}


def _differ(mine: Value, theirs: Value) -> bool:
    if isinstance(mine, date) or isinstance(theirs, date):
        return mine != theirs
    return abs(mine - theirs) > TOLERANCE


def _shown(value: Value) -> str:
    return str(value) if isinstance(value, date) else f"{value:,.10g}"


def _said(package: str, archive: ZipFile) -> Iterator[Said]:
    if package.startswith("litellm-"):
        yield from _of_litellm(package, archive)
    elif package.startswith("genai-prices"):
        yield from _of_genai_prices(package, archive)
    elif package.startswith("anthropic-"):
        yield from _of_anthropic(package, archive)
    else:
        raise SystemExit(f"{package}: not one of {', '.join(PACKAGES)}")


def _of_litellm(package: str, archive: ZipFile) -> Iterator[Said]:
    """Its price file, Anthropic's own API only."""
    table = json.loads(archive.read("litellm/model_prices_and_context_window_backup.json"))
    for name, row in table.items():
        if isinstance(row, dict) and row.get("litellm_provider") == "anthropic" and "claude" in name:
            given = {key: row[key] for key in _LITELLM if row.get(key) is not None}
            facts: Facts = {_LITELLM[key]: _in_units(key, value) for key, value in given.items()}
            yield Said(package, name, facts)


def _in_units(key: str, value: float) -> float:
    return value * MILLION if "cost" in key else value


def _of_genai_prices(package: str, archive: ZipFile) -> Iterator[Said]:
    """Its data module, a literal of constructors: read as a syntax tree."""
    tree = ast.parse(archive.read("genai_prices/data.py"))
    for provider in _calls(tree, "Provider"):
        if _text(provider, "id") == "anthropic":
            for model in _calls(provider, "ModelInfo"):
                facts = dict(_genai_facts(model))
                yield Said(package, _text(model, "id"), facts)


def _genai_facts(model: ast.Call) -> Iterator[tuple[str, Value]]:
    """The last of its prices: earlier ones held until a day."""
    prices = list(_calls(_argument(model, "prices"), "ModelPrice"))
    for keyword in prices[-1].keywords if prices else ():
        if keyword.arg in _GENAI:
            tiers = list(_numbers(keyword.value))
            yield _GENAI[keyword.arg], tiers[0]
            if len(tiers) > 1 and keyword.arg in _LONG:
                yield f"long {_GENAI[keyword.arg]}", tiers[-1]


def _calls(tree: ast.AST | None, name: str) -> Iterator[ast.Call]:
    for node in ast.walk(tree) if tree is not None else ():
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == name:
            yield node


def _argument(call: ast.Call, name: str) -> ast.AST | None:
    return next((keyword.value for keyword in call.keywords if keyword.arg == name), None)


def _text(call: ast.Call, name: str) -> str:
    value = _argument(call, name)
    return str(value.value) if isinstance(value, ast.Constant) else ""


def _numbers(tree: ast.AST) -> Iterator[float]:
    """The decimals of a price in the order in which they are written: the base, then the tiers."""
    found = [call for call in _calls(tree, "Decimal") if isinstance(call.args[0], ast.Constant)]
    for call in sorted(found, key=lambda call: (call.lineno, call.col_offset)):
        argument = call.args[0]
        if isinstance(argument, ast.Constant):
            yield float(str(argument.value))


def _of_anthropic(package: str, archive: ZipFile) -> Iterator[Said]:
    """The models that its types name, and the days on which it says that models retire."""
    names = _strings(archive.read("anthropic/types/model.py"))
    dates = ast.parse(archive.read("anthropic/_data/deprecated_models.py"))
    retiring = {
        str(key.value): _day(str(value.value))
        for table in ast.walk(dates)
        if isinstance(table, ast.Dict)
        for key, value in zip(table.keys, table.values, strict=True)
        if isinstance(key, ast.Constant) and isinstance(value, ast.Constant)
    }
    for name in dict.fromkeys((*names, *retiring)):
        yield Said(package, name, {"retirement": retiring[name]} if name in retiring else {})


def _strings(source: bytes) -> Iterator[str]:
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and node.value.startswith("claude-"):
            yield node.value


def _day(text: str) -> date:
    """`November 30th, 2026`."""
    month, day, year = text.replace(",", "").split()
    return datetime.strptime(f"{month} {day.rstrip('stndrh')} {year}", "%B %d %Y").date()


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
