"""The descriptions of the SDKs, read from the TOML files beside this one."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING, Any, Literal

from promptlint.request import Field

if TYPE_CHECKING:
    from promptlint.sinks import Sink
    from promptlint.source.scopes import Scope


@dataclass(frozen=True, slots=True)
class Method:
    """One way to send: a method of a client by its `path`, or a `function` by its full name.

    `requests` names the argument that lists the requests of a batch, "" for a single request; `shape` the file
    in `shapes/` that translates the arguments, "" where they are those of the Messages API. `asynchronous` has to
    be awaited whatever it is called on; `fan_out` sends one request for each item of its first argument, `batch` with
    others for less money. `sink` is the user's description of a wrapper, `scope` that function where it can be seen.
    Without `replies`, the reply is had from another method.
    """

    path: tuple[str, ...] = ()
    function: str = ""
    streaming: bool = False
    priced: bool = True
    agent_loop: bool = False
    requests: str = ""
    shape: str = ""
    asynchronous: bool = False
    fan_out: bool = False
    batch: bool = False
    sink: Sink | None = None
    scope: Scope | None = None
    replies: bool = True

    @property
    def words(self) -> tuple[str, ...]:
        """The path, or the words of the function's name."""
        return self.path or tuple(self.function.split("."))

    @property
    def api(self) -> str:
        """The method as the report names it, without the SDK."""
        if self.sink is not None:
            return self.sink.api
        return ".".join(self.path) or self.function.rpartition(".")[2]


@dataclass(frozen=True, slots=True)
class Reply:
    """The words by which an SDK's replies are read: attributes and keys.

    `through` lead to another part of the reply; any further word is nothing of interest, or `rest`.
    """

    usage: frozenset[str]
    stop_reason: frozenset[str]
    content: frozenset[str]
    through: frozenset[str]
    rest: Field | None = None

    def field(self, word: str) -> Field | None:
        """The field that a word reads; None where it reads none."""
        if word in self.usage:
            return "usage"
        if word in self.stop_reason:
            return "stop_reason"
        if word in self.content:
            return "content"
        return self.rest if word not in self.through else None


@dataclass(frozen=True, slots=True)
class Sdk:
    """One SDK.

    `clients` maps a class, or a function that makes a client, to the platform it talks to, "" where that depends
    on how it is made. A file that does not match `pattern` may hold a call all the same where it matches
    `elsewhere` and another file of the project matches `pattern`. `receiver` says what
    a method is taken for a send on: a `known` client only, an unknown one with `evidence` in the arguments, or
    `any` object, where the shape decides. With `many_vendors`, only the model says whose a call is. Without `reply`,
    nothing is known of what a call returns. `client_defaults` are what a client's class, or any (`*`), takes where it
    is not told: retries, and the timeout in seconds.
    """

    name: str
    packages: tuple[str, ...]
    words: tuple[bytes, ...]
    pattern: re.Pattern[bytes]
    methods: tuple[Method, ...]
    reply: Reply | None = None
    elsewhere: re.Pattern[bytes] | None = None
    many_vendors: bool = False
    receiver: Literal["known", "evidence", "any"] = "known"
    clients: dict[str, str] | None = None
    transparent: frozenset[str] = frozenset()
    evidence: tuple[frozenset[str], ...] = ()
    counter_evidence: frozenset[str] = frozenset()
    other_paths: frozenset[str] = frozenset()
    client_defaults: dict[str, dict[str, Any]] = field(default_factory=dict)

    @property
    def leaves(self) -> frozenset[str]:
        """The last words of the methods and functions."""
        return frozenset(method.words[-1] for method in self.methods)

    def platform(self, name: str) -> str | None:
        """The platform of a client by its class's full name; None where it is no client of this SDK."""
        package, _, rest = name.partition(".")
        if package not in self.packages or self.clients is None:
            return None
        return self.clients.get(rest.rsplit(".", 1)[-1])

    def method(self, names: tuple[str, ...]) -> tuple[Method, int] | None:
        """The method that a path of attributes ends in, and how many of the path's words lead to it."""
        plain = [(index, name) for index, name in enumerate(names) if name not in self.transparent]
        for method in self.methods:
            size = len(method.path)
            if size and tuple(name for _, name in plain[-size:]) == method.path:
                start = plain[-size][0]
                while start > 0 and names[start - 1] in self.transparent:
                    start -= 1
                return method, start
        return None

    def function(self, name: str) -> Method | None:
        """The function of a full name; modules in between may be left out (`litellm.main.completion`)."""
        package, _, rest = name.partition(".")
        last = rest.rsplit(".", 1)[-1]
        for method in self.methods:
            if method.function == name or method.function == f"{package}.{last}":
                return method
        return None


@cache
def sdks() -> tuple[Sdk, ...]:
    """Every SDK that is described, by name."""
    import tomli

    folder = files("promptlint.sdk")
    tables = [tomli.loads(file.read_text("utf-8")) for file in folder.iterdir() if file.name.endswith(".toml")]
    return tuple(sorted(map(_sdk, tables), key=lambda sdk: sdk.name))


def _sdk(table: dict[str, Any]) -> Sdk:
    shape = table.get("shape", "")
    return Sdk(
        name=table["name"],
        packages=tuple(table["packages"]),
        words=tuple(word.encode() for word in table["words"]),
        pattern=re.compile(table["pattern"].encode()),
        reply=_reply(table["reply"]),
        methods=tuple(_method({"shape": shape} | entry) for entry in table["methods"]),
        elsewhere=re.compile(table["elsewhere"].encode()) if "elsewhere" in table else None,
        many_vendors=table.get("many_vendors", False),
        receiver=table.get("receiver", "known"),
        clients=table.get("clients"),
        transparent=frozenset(table.get("transparent", ())),
        evidence=tuple(frozenset(names) for names in table.get("evidence", ())),
        counter_evidence=frozenset(table.get("counter_evidence", ())),
        other_paths=frozenset(table.get("other_paths", ())),
        client_defaults=table.get("client_defaults", {}),
    )


def _reply(table: dict[str, Any]) -> Reply:
    words = {name: frozenset(table[name]) for name in ("usage", "stop_reason", "content", "through")}
    return Reply(**words, rest=table.get("rest"))


def _method(entry: dict[str, Any]) -> Method:
    path = tuple(entry.pop("path", "").split(".")) if entry.get("path") else ()
    return Method(path, **entry)
