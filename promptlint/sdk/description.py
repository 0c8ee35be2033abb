"""The descriptions of the SDKs, read from the TOML files beside this one."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from importlib.resources import files


@dataclass(frozen=True, slots=True)
class Method:
    """One way to send. `requests` names the argument that lists the requests of a batch, "" for a single request."""

    path: tuple[str, ...]
    streaming: bool = False
    priced: bool = True
    agent_loop: bool = False
    requests: str = ""

    @property
    def api(self) -> str:
        """The method as the report names it, without the SDK."""
        return ".".join(self.path)


@dataclass(frozen=True, slots=True)
class Sdk:
    """One SDK. `clients` maps a client class to the platform it talks to."""

    name: str
    packages: tuple[str, ...]
    words: tuple[bytes, ...]
    pattern: re.Pattern[bytes]
    transparent: frozenset[str]
    evidence: tuple[frozenset[str], ...]
    counter_evidence: frozenset[str]
    other_paths: frozenset[str]
    clients: dict[str, str]
    methods: tuple[Method, ...]

    @property
    def leaves(self) -> frozenset[str]:
        """The last words of the methods."""
        return frozenset(method.path[-1] for method in self.methods)

    def platform(self, name: str) -> str | None:
        """The platform of a client class by its full name; None where it is no client of this SDK."""
        package, _, rest = name.partition(".")
        if package not in self.packages:
            return None
        return self.clients.get(rest.rsplit(".", 1)[-1])

    def method(self, names: tuple[str, ...]) -> tuple[Method, int] | None:
        """The method that a path of attributes ends in, and how many of the path's words lead to it."""
        plain = [(index, name) for index, name in enumerate(names) if name not in self.transparent]
        for method in self.methods:
            size = len(method.path)
            if tuple(name for _, name in plain[-size:]) == method.path:
                start = plain[-size][0]
                while start > 0 and names[start - 1] in self.transparent:
                    start -= 1
                return method, start
        return None


@cache
def sdks() -> tuple[Sdk, ...]:
    """Every SDK that is described, by name."""
    import tomli

    folder = files("promptlint.sdk")
    tables = [tomli.loads(file.read_text("utf-8")) for file in folder.iterdir() if file.name.endswith(".toml")]
    found = [
        Sdk(
            name=table["name"],
            packages=tuple(table["packages"]),
            words=tuple(word.encode() for word in table["words"]),
            pattern=re.compile(table["pattern"].encode()),
            transparent=frozenset(table["transparent"]),
            evidence=tuple(frozenset(names) for names in table["evidence"]),
            counter_evidence=frozenset(table["counter_evidence"]),
            other_paths=frozenset(table["other_paths"]),
            clients=table["clients"],
            methods=tuple(
                Method(tuple(entry["path"].split(".")), **{k: v for k, v in entry.items() if k != "path"})
                for entry in table["methods"]
            ),
        )
        for table in tables
    ]
    return tuple(sorted(found, key=lambda sdk: sdk.name))
