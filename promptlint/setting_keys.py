"""The keys of the configuration: what the value of each must be, and what was meant where it is not that."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from typing import Literal, get_args

from promptlint import budgets, own_prices, workloads
from promptlint.rule import Confidence, Severity
from promptlint.setting_text import written
from promptlint.sinks import read_sinks
from promptlint.toml import WrongValue

Caching = Literal["none", "external"]
"""`external`: a gateway between the code and Claude adds the caching."""

_TEST_FILES = ("tests/**", "**/tests/**", "test_*.py", "*_test.py", "conftest.py")
TESTS: dict[str, tuple[str, ...]] = dict.fromkeys(_TEST_FILES, ("PL1", "PL302", "PL4"))
"""What `per-file-ignores` holds for tests unless the configuration says otherwise.

A test sends little, and seldom: what caching, a smaller model or another wording would save there is
nothing (PL1, PL302, PL4). What breaks a call, leaks or runs away is reported in tests as everywhere else.
A configuration that names one of these globs decides about tests itself, and replaces all five.
"""


def _strings(value: object) -> tuple[str, ...]:
    if isinstance(value, str):
        raise WrongValue("must be a list of strings", f"write [{json.dumps(value, ensure_ascii=False)}]")
    if not isinstance(value, list) or not all(isinstance(item, str) and item for item in value):
        raise WrongValue(f"must be a list of strings, not {written(value)}")
    return tuple(value)


def _flag(value: object) -> bool:
    if not isinstance(value, bool):
        raise WrongValue(f"must be true or false, not {written(value)}", "write true, without quotation marks")
    return value


def _per_file(value: object) -> dict[str, tuple[str, ...]]:
    if not isinstance(value, dict):
        raise WrongValue(f"must be a table, not {written(value)}", 'write { "scripts/*" = ["PL1"] }')
    given: dict[str, tuple[str, ...]] = {}
    for glob, selectors in value.items():
        try:
            given[glob] = _strings(selectors)
        except WrongValue as error:
            raise WrongValue(f"for `{glob}` {error}", error.help) from None
    return given if TESTS.keys() & given.keys() else {**TESTS, **given}


def _sizes(value: object) -> dict[str, int]:
    if not isinstance(value, dict):
        raise WrongValue(f"must be a table, not {written(value)}", "write { ticket = 400 }")
    for name, size in value.items():
        if type(size) is not int or size < 0:
            raise WrongValue(f"for `{name}` must be a number of tokens, not {written(size)}", f"write {name} = 400")
    return dict(value)


def _one_of(options: tuple[str, ...]) -> Callable[[object], str]:
    def read(value: object) -> str:
        if isinstance(value, str) and value in options:
            return value
        raise WrongValue(f"must be {' or '.join(json.dumps(option) for option in options)}, not {written(value)}")

    return read


_CHOICES: Mapping[str, tuple[str, ...]] = {
    "fail-on": get_args(Severity),
    "min-severity": get_args(Severity),
    "min-confidence": get_args(Confidence),
    "caching": get_args(Caching),
}

READERS: Mapping[str, Callable[[object], object]] = {
    "select": _strings,
    "extend-select": _strings,
    "ignore": _strings,
    "per-file-ignores": _per_file,
    "pedantic": _flag,
    "preview": _flag,
    "extra-rules": _strings,
    "exclude": _strings,
    "src": _strings,
    "prompts": _strings,
    "prompt-models": _strings,
    "holes": _sizes,
    **{key: _one_of(words) for key, words in _CHOICES.items()},
    "sinks": read_sinks,
    "workloads": workloads.read,
    "prices": own_prices.read,
    "budget": budgets.read,
}
"""What reads the value of each key; raises `WrongValue`, for sinks `WrongSinkError`."""


def nearest(key: str) -> str:
    """What to say of a key that there is not."""
    import difflib  # for mistakes only

    near = difflib.get_close_matches(key, READERS, n=1)
    return f"did you mean `{near[0]}`?" if near else f"the keys are {', '.join(READERS)}"


def meant(value: object, key: str) -> str:
    """The word of the key that may have been meant, or else that of another key."""
    import difflib  # for mistakes only

    own = {word: json.dumps(word) for word in _CHOICES.get(key, ())}
    other = {word: f"{name} = {json.dumps(word)}" for name, words in _CHOICES.items() for word in words}
    given = value.lower() if isinstance(value, str) and own else ""
    found = ((words, difflib.get_close_matches(given, words, n=1)) for words in (own, other))
    return next((f"did you mean `{words[near[0]]}`?" for words, near in found if near), "")
