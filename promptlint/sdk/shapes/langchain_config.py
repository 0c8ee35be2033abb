"""The configuration of a model that `init_chat_model` makes: which model it is may be said at run time."""

from __future__ import annotations

from promptlint.source.operators import known
from promptlint.source.values import Const, Made, Map, Seq, Value, options


def configs(steps: tuple[Made, ...]) -> list[Value]:
    """What `with_config` was given, as mappings."""
    found: list[Value] = []
    for step in steps:
        if step.method == "with_config":
            config = step.arguments.get("config", 0)
            found += [config] if config is not None else []
            found += [value for key, value in step.arguments.keywords if key == "configurable"]
    return found


def configured(given: dict[str, Value], configs: list[Value]) -> dict[str, Value]:
    """What configurations set anew on a model of `init_chat_model`: the fields that may be set, without the prefix."""
    fields = given.get("configurable_fields")
    if "model" in given and (fields is None or (isinstance(fields, Const) and fields.value is None)):
        return {}
    allowed = {known(item.value) for item in fields.items} if isinstance(fields, Seq) else None
    prefix = known(given["config_prefix"]) if "config_prefix" in given else ""
    start = f"{str(prefix).removesuffix('_')}_" if prefix else ""
    found: dict[str, Value] = {}
    for config in configs:
        for option in options(config):
            if isinstance(option, Map):
                inner = option.get("configurable")
                maps = [option, *(o for o in options(inner.value) if isinstance(o, Map))] if inner else [option]
                found |= {entry.key: entry.value for one in maps for entry in one.entries}
    cut = {key.removeprefix(start): value for key, value in found.items() if key.startswith(start)}
    return {key: value for key, value in cut.items() if allowed is None or key in allowed}
