"""A rule file is read: TOML -> Rule, every mistake named with its file and line."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import Any, NoReturn, get_args

from promptlint import toml
from promptlint.errors import UserError
from promptlint.rule import FAMILIES, OWN, Confidence, Example, FixExample, Pattern, Rule, Scope, Severity, Status, Unit


@dataclass(frozen=True, slots=True)
class _Keys:
    """The keys that a table must hold, and those that it may."""

    required: frozenset[str]
    optional: frozenset[str]


def _keys(required: str, optional: str = "") -> _Keys:
    return _Keys(frozenset(required.split()), frozenset(optional.split()))


_EXAMPLES = {"bad": _keys("code at", "path files settings"), "good": _keys("code", "path files settings")}
_OURS = {
    "": _keys("code name kind severity confidence since status summary docs bad good", "pattern pedantic fix"),
    "fix": _keys("before after safe", "path files fixed_files settings"),
    "docs": _keys("why fix savings evidence"),
    **_EXAMPLES,
}
_USERS = {
    "": _keys("code name kind severity summary docs pattern bad good", "confidence since status pedantic"),
    "docs": _keys("fix", "why savings evidence"),
    **_EXAMPLES,
}
_MATCHING = "scope ignore-case whole-words"
PATTERNS = {
    "existence": _keys("tokens", _MATCHING),
    "substitution": _keys("swap", _MATCHING),
    "repetition": _keys("tokens", _MATCHING),
    "occurrence": _keys("tokens max", _MATCHING),
    "conditional": _keys("second", f"first {_MATCHING}"),
    "length": _keys("max", "unit scope"),
}
"""The kinds of pattern rule, and what `[pattern]` holds for each."""

_TEXTS = ("code", "name", "kind", "severity", "confidence", "since", "status", "summary")
_DEFAULTS = {"confidence": "high", "since": "", "status": "stable"}
_CHOICES = {
    "severity": get_args(Severity),
    "confidence": get_args(Confidence),
    "status": get_args(Status),
    "pattern.scope": get_args(Scope),
    "pattern.unit": get_args(Unit),
}
_PLACE = re.compile(r"\d+:\d+")
_NAME = re.compile(r"[a-z][a-z0-9]*(-[a-z0-9]+)*")
_OWN_CODE = re.compile(r"[A-Z]{2,10}[0-9]{1,5}")


def read(path: Path) -> Rule:
    """One of promptlint's rules. Raises `UserError`."""
    return _RuleFile(path, f"{path.parent.name}/{path.name}", path.parent.name).rule()


def read_own(path: Path) -> Rule:
    """A rule that a user has written. Raises `UserError`."""
    return _RuleFile(path, toml.shown(path), OWN).rule()


class _RuleFile:
    """One rule file while it is checked."""

    def __init__(self, path: Path, shown: str, family: str) -> None:
        self.path, self.shown, self.family = path, shown, family
        self.keys = _USERS if family == OWN else _OURS
        self.text = toml.read(path)
        self.table = toml.parse(path, self.text)

    def rule(self) -> Rule:
        self.check_keys("", self.table)
        docs = self.of_type("docs", self.table["docs"], dict)
        self.check_keys("docs", docs)
        texts: dict[str, Any] = {key: self.of_type(key, self.table.get(key, _DEFAULTS.get(key)), str) for key in _TEXTS}
        for key in ("severity", "confidence", "status"):
            self.one_of(key, texts[key])
        self.check_name(texts["name"])
        self.check_code(texts["code"])
        return Rule(
            **texts,
            family=self.family,
            why=self.of_type("docs.why", docs.get("why", ""), str).strip(),
            fix=self.of_type("docs.fix", docs["fix"], str).strip(),
            savings=self.of_type("docs.savings", docs.get("savings", ""), str),
            evidence=self.strings("docs.evidence", docs.get("evidence", [])),
            bad=tuple(self.examples("bad")),
            good=tuple(self.examples("good")),
            pattern=self.pattern(texts["kind"]),
            pedantic=self.of_type("pedantic", self.table.get("pedantic", False), bool),
            path=self.shown if self.family == OWN else "",
            fixes=tuple(self.fix_examples()),
        )

    def wrong(self, message: str, key: str = "", nth: int = 1, help: str = "correct the rule file") -> NoReturn:
        """Raise `UserError`. `key` is what is wrong: "severity", "docs.fix", "bad.at" of the `nth` example."""
        table, _, name = key.rpartition(".")
        raise UserError(f"{self.shown}:{toml.line_of(self.text, table, name, nth) or 1}: {message}", help)

    def check_keys(self, table: str, found: dict[str, Any], nth: int = 1) -> None:
        keys = self.keys[table]
        where = f" in `{table}`" if table else ""
        for key in sorted(keys.required - found.keys()):
            self.wrong(f"`{key}` is missing{where}", f"{table}.", nth)
        for key in sorted(found.keys() - keys.required - keys.optional):
            self.wrong(f"unknown key `{key}`{where}", f"{table}.{key}", nth)

    def one_of(self, key: str, value: str) -> Any:
        if value not in _CHOICES[key]:
            self.wrong(f"`{key}` is `{value}`, but must be one of {', '.join(_CHOICES[key])}", key)
        return value

    def check_name(self, name: str) -> None:
        if not _NAME.fullmatch(name):
            self.wrong(f"`name` is `{name}`, but must be words in lower case with hyphens between", "name")
        if self.family != OWN and name != self.path.stem:
            self.wrong(f"`name` is `{name}`, but the file is named `{self.path.stem}`", "name")

    def check_code(self, code: str) -> None:
        if self.family == OWN:
            self.check_own_code(code)
        elif self.family not in FAMILIES:
            self.wrong(f"there is no family `{self.family}`")
        elif not re.fullmatch(rf"{FAMILIES[self.family]}\d\d", code):
            family = f"those of `{self.family}` are {FAMILIES[self.family]}00 to 99"
            self.wrong(f"`code` is `{code}`, but {family}", "code")

    def check_own_code(self, code: str) -> None:
        letters = code.rstrip("0123456789")
        if letters == "PL":
            whose = "codes that begin with PL are promptlint's own"
            self.wrong(f"`code` is `{code}`, but {whose}", "code", help="give it letters of your own, such as ACME001")
        if not _OWN_CODE.fullmatch(code) or letters == "ALL":
            self.wrong(f"`code` is `{code}`, but must be capital letters and a number, such as ACME001", "code")

    def pattern(self, kind: str) -> Pattern:
        found = self.of_type("pattern", self.table.get("pattern", {}), dict)
        if kind == "code" and self.family != OWN:
            if found:
                self.wrong("a rule of kind `code` has no `pattern`", "pattern.")
            return Pattern()
        if kind not in PATTERNS:
            kinds = ", ".join(PATTERNS) if self.family == OWN else f"code, {', '.join(PATTERNS)}"
            self.wrong(f"`kind` is `{kind}`, but must be one of {kinds}", "kind")
        keys = PATTERNS[kind]
        for key in sorted(keys.required - found.keys()):
            self.wrong(f"`{key}` is missing in `pattern`, which is of kind `{kind}`", "pattern.")
        for key in sorted(found.keys() - keys.required - keys.optional):
            self.wrong(f"unknown key `{key}` in `pattern` of kind `{kind}`", f"pattern.{key}")
        return self.checked(self.pattern_of(found))

    def pattern_of(self, found: dict[str, Any]) -> Pattern:
        swap = self.of_type("pattern.swap", found.get("swap", {}), dict)
        if "swap" in found and not all(swap or ("",)):
            self.wrong("`pattern.swap` must say of at least one phrase what to write instead", "pattern.swap")
        return Pattern(
            tokens=self.phrases("tokens", found),
            swap=tuple((phrase, self.of_type("pattern.swap", instead, str)) for phrase, instead in swap.items()),
            first=self.phrases("first", found),
            second=self.phrases("second", found),
            max=self.amount(found.get("max", 0)),
            unit=self.one_of("pattern.unit", self.of_type("pattern.unit", found.get("unit", "characters"), str)),
            scope=self.one_of("pattern.scope", self.of_type("pattern.scope", found.get("scope", "any"), str)),
            ignore_case=self.of_type("pattern.ignore-case", found.get("ignore-case", True), bool),
            whole_words=self.of_type("pattern.whole-words", found.get("whole-words", True), bool),
        )

    def checked(self, pattern: Pattern) -> Pattern:
        """The pattern, when each of its regular expressions is one."""
        for phrase in (*pattern.tokens, *(phrase for phrase, _ in pattern.swap), *pattern.first, *pattern.second):
            from promptlint import phrases  # the engine takes a while, and is needed for pattern rules only

            problem = phrases.problem(phrase)
            if problem:
                line = toml.line_of(self.text, "pattern", "", word=phrase)
                message = f"{self.shown}:{line}: `{phrase}` cannot be searched for: {problem}"
                raise UserError(message, "write it as RE2 has it: https://github.com/google/re2/wiki/Syntax")
        return pattern

    def phrases(self, key: str, found: dict[str, Any]) -> tuple[str, ...]:
        phrases = self.strings(f"pattern.{key}", found.get(key, []))
        if key in found and not all(phrases or ("",)):
            self.wrong(f"`pattern.{key}` must list at least one phrase, and no empty one", f"pattern.{key}")
        return phrases

    def amount(self, value: object) -> int:
        if type(value) is not int or value < 0:
            self.wrong("`pattern.max` must be a whole number, not below 0", "pattern.max")
        return value

    def examples(self, key: str) -> Iterator[Example]:
        found = self.of_type(key, self.table[key], list)
        if not found:
            self.wrong(f"`{key}` has no example", key)
        for nth, example in enumerate(found, 1):
            self.check_keys(key, self.of_type(key, example, dict), nth)
            files = self.of_type(f"{key}.files", example.get("files", {}), dict, nth)
            path = self.of_type(f"{key}.path", example.get("path", "example.py"), str, nth)
            self.check_paths(key, (path, *files), nth)
            yield Example(
                code=self.of_type(f"{key}.code", example["code"], str, nth),
                at=self.places(example, nth) if key == "bad" else (),
                path=path,
                files={name: self.of_type(f"{key}.files", text, str, nth) for name, text in files.items()},
                settings=self.of_type(f"{key}.settings", example.get("settings", {}), dict, nth),
                line=self.example_line(key, nth),
            )

    def fix_examples(self) -> Iterator[FixExample]:
        for nth, example in enumerate(self.of_type("fix", self.table.get("fix", []), list), 1):
            self.check_keys("fix", self.of_type("fix", example, dict), nth)
            yield FixExample(
                before=self.of_type("fix.before", example["before"], str, nth),
                after=self.of_type("fix.after", example["after"], str, nth),
                safe=self.of_type("fix.safe", example["safe"], bool, nth),
                path=self.of_type("fix.path", example.get("path", "example.py"), str, nth),
                files=self.of_type("fix.files", example.get("files", {}), dict, nth),
                fixed_files=self.of_type("fix.fixed_files", example.get("fixed_files", {}), dict, nth),
                settings=self.of_type("fix.settings", example.get("settings", {}), dict, nth),
            )

    def example_line(self, key: str, nth: int) -> int:
        """Looked for in the user's own files only: each run of promptlint reads all of ours."""
        return toml.line_of(self.text, key, "", nth) or 1 if self.family == OWN else 0

    def check_paths(self, key: str, paths: tuple[str, ...], nth: int) -> None:
        for path in paths:
            parts = PurePosixPath(path.replace("\\", "/"))
            if not path or parts.is_absolute() or ".." in parts.parts or ":" in path:
                self.wrong(f"`{path}` must be the path of a file below the example's folder", f"{key}.", nth)

    def places(self, example: dict[str, Any], nth: int) -> tuple[str, ...]:
        places = self.strings("bad.at", example["at"], nth)
        if not places or not all(map(_PLACE.fullmatch, places)):
            self.wrong('`bad.at` must list places such as "4:5"', "bad.at", nth)
        return places

    def strings(self, key: str, value: object, nth: int = 1) -> tuple[str, ...]:
        return tuple(self.of_type(key, item, str, nth) for item in self.of_type(key, value, list, nth))

    def of_type[T](self, key: str, value: object, kind: type[T], nth: int = 1) -> T:
        if not isinstance(value, kind):
            self.wrong(f"`{key}` must be {_TYPES[kind]}", key, nth)
        return value


_TYPES: dict[type, str] = {str: "a string", list: "a list", dict: "a table", bool: "true or false"}
