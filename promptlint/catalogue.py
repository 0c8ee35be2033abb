"""The rules as data: rules/<family>/<rule-name>.toml -> Rule."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal, NoReturn, get_args

from promptlint import toml
from promptlint.errors import UserError

if TYPE_CHECKING:
    from promptlint.settings import Settings

Severity = Literal["error", "warning", "info"]
Confidence = Literal["high", "medium", "low"]
Status = Literal["preview", "stable", "deprecated"]

FAMILIES = {
    "meta": "PL0",
    "caching": "PL1",
    "output": "PL2",
    "model": "PL3",
    "prompt-text": "PL4",
    "workflow": "PL5",
    "context": "PL6",
    "reliability": "PL7",
    "security": "PL8",
    "observability": "PL9",
}
"""The folders of rules/, and how the codes of their rules begin. `meta` is about the use of promptlint itself."""

PATTERNS = {"existence": frozenset({"tokens"})}
"""The kinds of pattern rule, and what `[pattern]` holds for each."""


@dataclass(frozen=True, slots=True)
class Example:
    """Code that a rule reports (`at` has the places, "line:column") or, nearly the same, leaves alone.

    `files` are further files of the example by path; `settings` are what `[tool.promptlint]` would hold.
    """

    code: str
    at: tuple[str, ...] = ()
    path: str = "example.py"
    files: dict[str, str] = field(default_factory=dict)
    settings: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Rule:
    """One rule. `kind` is `code` for a rule with a check of its own, else the kind of pattern in `pattern`."""

    code: str
    name: str
    family: str
    kind: str
    severity: Severity
    confidence: Confidence
    since: str
    status: Status
    summary: str
    why: str
    fix: str
    savings: str = ""
    evidence: tuple[str, ...] = ()
    bad: tuple[Example, ...] = ()
    good: tuple[Example, ...] = ()
    pattern: dict[str, Any] = field(default_factory=dict)


def rules_root() -> Path:
    """Where the rule files are: one level up in a checkout, inside the package where it was installed from a wheel.

    An editable install may leave a copy of the rules beside other packages, which grows stale: the checkout
    that the code itself lies in comes first. Raises `UserError` where there are none.
    """
    package = Path(__file__).resolve().parent
    beside = package.parent / "rules"
    if beside.is_dir() and _is_ours(package.parent / "pyproject.toml"):
        return beside
    if (package / "rules").is_dir():
        return package / "rules"
    raise UserError(f"{package}: the rules are missing", "install promptlint again")


def _is_ours(pyproject: Path) -> bool:
    return pyproject.is_file() and re.search(r'(?m)^name = "promptlint"$', toml.read(pyproject)) is not None


@cache
def load_rules(root: Path | None = None) -> tuple[Rule, ...]:
    """Every rule, by code. Raises `UserError` naming the file and the key of what is wrong."""
    files = sorted((root or rules_root()).glob("*/*.toml"))
    rules = sorted((_read(file) for file in files), key=lambda rule: rule.code)
    for key in ("code", "name"):
        values = [getattr(rule, key) for rule in rules]
        double = next((value for value in values if values.count(value) > 1), None)
        if double is not None:
            raise UserError(f"two rules have the {key} `{double}`", "give one of them another")
    return tuple(rules)


def select(rules: Sequence[Rule], settings: Settings) -> tuple[Rule, ...]:
    """The rules that are on. `rules` are all there are; raises `UserError` for a selector that fits none of them.

    Where one selector wants a rule and another does not, the more specific one wins, and `ignore` of two that
    are equal. A preview rule is on only where it is wanted by its own code or name.
    """
    for key, selector in settings.selectors():
        if not any(selects(selector, rule) for rule in rules):
            raise UserError(
                f"{settings.where(key, selector)}unknown rule `{selector}` in `{key}`", suggestion(selector, rules)
            )
    wanted = (*settings.select, *settings.extend_select)
    return tuple(rule for rule in rules if _is_on(rule, wanted, settings.ignore))


def _is_on(rule: Rule, wanted: Iterable[str], unwanted: Iterable[str]) -> bool:
    for_it = max((_precision(selector, rule) for selector in wanted), default=0)
    against = max((_precision(selector, rule) for selector in unwanted), default=0)
    return for_it > against and (rule.status != "preview" or for_it == len(rule.code))


def selects(selector: str, rule: Rule) -> bool:
    """Whether a selector fits a rule: its code, the beginning of it, its name, or ALL."""
    return _precision(selector, rule) > 0


def _precision(selector: str, rule: Rule) -> int:
    if selector in (rule.code, rule.name):
        return len(rule.code)
    if selector.startswith("PL") and rule.code.startswith(selector):
        return len(selector)
    return int(selector == "ALL")


def suggestion(selector: str, rules: Sequence[Rule]) -> str:
    """What somebody may have meant who named a rule that is none."""
    import difflib  # for mistakes only

    known = {name.lower(): name for rule in rules for name in (rule.code, rule.name)}
    words = set(selector.lower().split("-"))
    common = max((len(words & set(name.split("-"))) for name in known), default=0)
    likely = [name for name in known if len(words & set(name.split("-"))) == common]
    cutoff = 0.0 if 2 * common >= len(words) else 0.6
    near = difflib.get_close_matches(selector.lower(), likely if cutoff == 0.0 else known, n=1, cutoff=cutoff)
    return f"did you mean `{known[near[0]]}`?" if near else "`promptlint rule --all` lists the rules"


_TEXTS = ("code", "name", "kind", "severity", "confidence", "since", "status", "summary")
_KEYS = {
    "": ({*_TEXTS, "docs", "bad", "good"}, {"pattern"}),
    "docs": ({"why", "fix"}, {"savings", "evidence"}),
    "bad": ({"code", "at"}, {"path", "files", "settings"}),
    "good": ({"code"}, {"path", "files", "settings"}),
}
_CHOICES = {"severity": get_args(Severity), "confidence": get_args(Confidence), "status": get_args(Status)}
_PLACE = re.compile(r"\d+:\d+")


def _read(path: Path) -> Rule:
    return _RuleFile(path).rule()


class _RuleFile:
    """One rule file while it is checked; every mistake is a `UserError` that names the file and the key."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.table = toml.parse(path, toml.read(path))

    def rule(self) -> Rule:
        self.check_keys("", self.table)
        docs = self.of_type("docs", self.table["docs"], dict)
        self.check_keys("docs", docs)
        texts: dict[str, Any] = {key: self.of_type(key, self.table[key], str) for key in _TEXTS}
        self.check_texts(texts)
        return Rule(
            **texts,
            family=self.path.parent.name,
            why=self.of_type("docs.why", docs["why"], str).strip(),
            fix=self.of_type("docs.fix", docs["fix"], str).strip(),
            savings=self.of_type("docs.savings", docs.get("savings", ""), str),
            evidence=self.strings("docs.evidence", docs.get("evidence", [])),
            bad=tuple(self.examples("bad")),
            good=tuple(self.examples("good")),
            pattern=self.pattern(texts["kind"]),
        )

    def wrong(self, message: str) -> NoReturn:
        raise UserError(f"{self.path.parent.name}/{self.path.name}: {message}", "correct the rule file")

    def check_keys(self, table: str, found: dict[str, Any]) -> None:
        required, optional = _KEYS[table]
        where = f" in `{table}`" if table else ""
        for key in sorted(required - found.keys()):
            self.wrong(f"`{key}` is missing{where}")
        for key in sorted(found.keys() - required - optional):
            self.wrong(f"unknown key `{key}`{where}")

    def check_texts(self, texts: dict[str, str]) -> None:
        family = self.path.parent.name
        for key, options in _CHOICES.items():
            if texts[key] not in options:
                self.wrong(f"`{key}` is `{texts[key]}`, but must be one of {', '.join(options)}")
        if texts["name"] != self.path.stem:
            self.wrong(f"`name` is `{texts['name']}`, but the file is named `{self.path.stem}`")
        if family not in FAMILIES:
            self.wrong(f"there is no family `{family}`")
        if not re.fullmatch(rf"{FAMILIES[family]}\d\d", texts["code"]):
            self.wrong(f"`code` is `{texts['code']}`, but those of `{family}` are {FAMILIES[family]}00 to 99")
        if texts["kind"] != "code" and texts["kind"] not in PATTERNS:
            self.wrong(f"`kind` is `{texts['kind']}`, but must be one of code, {', '.join(PATTERNS)}")

    def pattern(self, kind: str) -> dict[str, Any]:
        found = self.of_type("pattern", self.table.get("pattern", {}), dict)
        expected = PATTERNS.get(kind, frozenset())
        if found.keys() != expected:
            self.wrong(f"`pattern` of kind `{kind}` must hold {', '.join(sorted(expected)) or 'nothing'}")
        return {key: self.strings(f"pattern.{key}", value) for key, value in found.items()}

    def examples(self, key: str) -> Iterator[Example]:
        found = self.of_type(key, self.table[key], list)
        if not found:
            self.wrong(f"`{key}` has no example")
        for example in found:
            self.check_keys(key, self.of_type(key, example, dict))
            files = self.of_type(f"{key}.files", example.get("files", {}), dict)
            yield Example(
                code=self.of_type(f"{key}.code", example["code"], str),
                at=self.places(example) if key == "bad" else (),
                path=self.of_type(f"{key}.path", example.get("path", "example.py"), str),
                files={name: self.of_type(f"{key}.files", text, str) for name, text in files.items()},
                settings=self.of_type(f"{key}.settings", example.get("settings", {}), dict),
            )

    def places(self, example: dict[str, Any]) -> tuple[str, ...]:
        places = self.strings("bad.at", example["at"])
        if not places or not all(map(_PLACE.fullmatch, places)):
            self.wrong('`bad.at` must list places such as "4:5"')
        return places

    def strings(self, key: str, value: object) -> tuple[str, ...]:
        return tuple(self.of_type(key, item, str) for item in self.of_type(key, value, list))

    def of_type[T](self, key: str, value: object, kind: type[T]) -> T:
        if not isinstance(value, kind):
            self.wrong(f"`{key}` must be a {_TYPES[kind]}")
        return value


_TYPES: dict[type, str] = {str: "string", list: "list", dict: "table"}
