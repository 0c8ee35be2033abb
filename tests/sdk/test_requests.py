"""What stands in the request of a call."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from promptlint.request import Hole, Place, Request
from tests.source.reading import Sources, only_call, read, spelled, written

IMPORTS = "from anthropic import NOT_GIVEN, NotGiven, omit, Anthropic\n"
CREATE = "Anthropic().messages.create"


def request(root: Path, arguments: str, before: str = "", inside: str = "x", others: Sources | None = None) -> Request:
    """The request of a call with these arguments, in a function of `inside`."""
    lines = [*before.splitlines(), f"return {CREATE}({arguments})"]
    source = IMPORTS + f"def f({inside}):\n" + "".join(f"    {line}\n" for line in lines)
    return only_call(root, {**(others or {}), "main.py": source}).request


@pytest.mark.parametrize(
    ("system", "present", "texts"),
    [
        ("'Be kind.'", True, ["Be kind."]),
        ("x", True, ["{x}"]),
        ("[{'type': 'text', 'text': 'a'}, {'type': 'text', 'text': x}]", True, ["a", "{x}"]),
        ("[{'type': 'text', 'text': 'a'}, *x]", True, ["a", "{x}"]),
        ("None", False, []),
        ("NOT_GIVEN", False, []),
        ("NotGiven()", False, []),
        ("omit", False, []),
        ("'a' if x else 'b'", True, ["[a|b]"]),
        ("'a' if x else 'a b'", True, ["[a|a b]"]),
        ("'a' + (' b' if x else '')", True, ["a[ b|]"]),
        ("('a ' 'b')", True, ["a b"]),
    ],
)
def test_system(tmp_path: Path, system: str, present: bool, texts: list[str]) -> None:
    found = request(tmp_path, f"system={system}").system
    assert found.present is present
    assert [written(block.text) for block in found.blocks if block.text] == texts


@pytest.mark.parametrize("system", ["'a' if x else NOT_GIVEN", "'a' if x else None", "x or NOT_GIVEN"])
def test_a_system_prompt_that_may_be_absent(tmp_path: Path, system: str) -> None:
    found = request(tmp_path, f"system={system}").system
    assert found.present is not False
    assert [written(block.text) for block in found.blocks if block.text] == ["{x}" if system[0] == "x" else "a"]


def test_no_system(tmp_path: Path) -> None:
    found = request(tmp_path, "model='m'").system
    assert (found.present, found.complete, found.blocks, found.keyword) == (False, True, (), None)


def test_system_behind_a_mapping_that_cannot_be_read(tmp_path: Path) -> None:
    found = request(tmp_path, "model='m', max_tokens=1, messages=[], **x")
    assert found.opaque == ("x",)
    assert (found.system.present, found.system.complete, found.system.reason) == (None, False, "**x cannot be read")
    assert (found.tools.present, found.tools.complete) == (None, False)
    assert found.model.only == "m"


def test_system_blocks_that_may_be_absent(tmp_path: Path) -> None:
    before = "s = [{'type': 'text', 'text': 'a'}]\nif x:\n    s.append({'type': 'text', 'text': 'b'})"
    found = request(tmp_path, "system=s", before).system
    assert [(written(block.text), block.optional) for block in found.blocks if block.text] == [
        ("a", False),
        ("b", True),
    ]
    assert written(found.text) == "a[|b]"


def test_places_of_an_argument(tmp_path: Path) -> None:
    source = IMPORTS + f"P = 'x'\n{CREATE}(\n    model='m', max_tokens=1,\n    messages=[], system=P,\n)\n"
    found = only_call(tmp_path, source).request
    assert found.system.keyword == Place("main.py", 5, 18, 5, 24)
    assert found.system.place == Place("main.py", 5, 25, 5, 26)
    assert found.model.keyword is not None
    assert spelled(source, found.model.keyword) == "model"
    assert found.model.place is not None
    assert spelled(source, found.model.place) == "'m'"
    assert found.insert_at == Place("main.py", 5, 26, 5, 26)
    [piece] = found.system.text.pieces()
    assert piece.place == Place("main.py", 2, 5, 2, 8)


def test_where_the_first_argument_would_go(tmp_path: Path) -> None:
    source = f"{IMPORTS}{CREATE}()\n"
    assert only_call(tmp_path, source).request.insert_at == Place("main.py", 2, 29, 2, 29)


@pytest.mark.parametrize(
    ("control", "ttl", "certain"),
    [
        ("{'type': 'ephemeral'}", "5m", True),
        ("{'type': 'ephemeral', 'ttl': '5m'}", "5m", True),
        ("{'type': 'ephemeral', 'ttl': '1h'}", "1h", True),
        ("{'type': 'ephemeral', 'ttl': x}", "unknown", True),
        ("{'type': 'ephemeral'} if x else None", "5m", False),
        ("x", "unknown", False),
    ],
)
def test_cache_control(tmp_path: Path, control: str, ttl: str, certain: bool) -> None:
    block = f"{{'type': 'text', 'text': 'a', 'cache_control': {control}}}"
    tool = f"{{'name': 't', 'input_schema': {{}}, 'cache_control': {control}}}"
    messages = f"[{{'role': 'user', 'content': [{block}]}}]"
    found = request(tmp_path, f"system=[{block}], tools=[{tool}], messages={messages}, cache_control={control}")
    markers = [
        found.system.blocks[0].cache,
        found.tools.tools[0].cache,
        found.messages.messages[0].blocks[0].cache,
        found.cache,
    ]
    assert [(marker.ttl, marker.certain) if marker else None for marker in markers] == [(ttl, certain)] * 4
    assert found.cache_breakpoints == (markers[1], markers[0], markers[2], markers[3])


def test_the_place_of_a_marker_is_its_key(tmp_path: Path) -> None:
    source = f"{IMPORTS}{CREATE}(system=[{{'type': 'text', 'text': 'a', 'cache_control': {{'type': 'ephemeral'}}}}])\n"
    [marker] = only_call(tmp_path, source).request.cache_breakpoints
    assert spelled(source, marker.place) == "'cache_control'"


@pytest.mark.parametrize("control", ["None", "NOT_GIVEN", "omit"])
def test_no_cache_control(tmp_path: Path, control: str) -> None:
    found = request(tmp_path, f"model='m', messages=[], cache_control={control}")
    assert found.cache_breakpoints == ()


def test_a_marker_that_is_set_later(tmp_path: Path) -> None:
    before = "s = [{'type': 'text', 'text': 'a'}]\ns[-1]['cache_control'] = {'type': 'ephemeral', 'ttl': '1h'}"
    [marker] = request(tmp_path, "system=s", before).cache_breakpoints
    assert (marker.ttl, marker.certain) == ("1h", True)


TOOL = {"name": "look_up", "description": "Looks up é.", "input_schema": {"type": "object", "properties": {}}}


def test_tools(tmp_path: Path) -> None:
    found = request(
        tmp_path, "tools=[TOOL, {'type': 'web_search_20250305', 'name': 'web_search'}, g]", f"TOOL = {TOOL!r}"
    )
    assert (found.tools.present, found.tools.complete) == (True, False)
    first, second = found.tools.tools
    assert (first.name, first.kind) == ("look_up", None)
    assert first.definition is not None
    assert json.loads(first.definition) == TOOL
    assert "é" in first.definition
    assert (second.name, second.kind) == ("web_search", "web_search_20250305")


def test_tool_definition_leaves_its_marker_out(tmp_path: Path) -> None:
    [tool] = request(tmp_path, "tools=[{'name': 't', 'cache_control': {'type': 'ephemeral'}}]").tools.tools
    assert tool.definition == '{"name": "t"}'


def test_tool_that_is_known_in_part(tmp_path: Path) -> None:
    [tool] = request(tmp_path, "tools=[{'name': 't', 'description': 'Looks up ' + x}]").tools.tools
    assert (tool.name, tool.definition, written(tool.static)) == ("t", None, "tLooks up {x}")


@pytest.mark.parametrize(
    ("tools", "present", "complete", "count"),
    [
        ("[]", True, True, 0),
        ("x", True, False, 0),
        ("[*x]", True, False, 0),
        ("NOT_GIVEN", False, True, 0),
        ("[{'name': n} for n in ('a', 'b')]", True, True, 2),
        ("[{'name': n} for n in x]", True, False, 0),
        ("[look_up]", True, True, 1),
    ],
)
def test_how_many_tools(tmp_path: Path, tools: str, present: bool, complete: bool, count: int) -> None:
    found = request(tmp_path, f"tools={tools}", "def look_up(a): pass").tools
    assert (found.present, found.complete, len(found.tools)) == (present, complete, count)


@pytest.mark.parametrize(
    ("tools", "complete", "count"),
    [("[{'name': 'a'}] if x else NOT_GIVEN", True, 1), ("x if x else None", False, 0)],
)
def test_tools_that_may_be_absent(tmp_path: Path, tools: str, complete: bool, count: int) -> None:
    found = request(tmp_path, f"tools={tools}").tools
    assert found.present is not False
    assert (found.complete, len(found.tools)) == (complete, count)


def test_tools_in_a_set_have_no_order(tmp_path: Path) -> None:
    found = request(tmp_path, "tools=[t for t in {a, b}]", "a = {'name': 'a'}\nb = {'name': 'b'}").tools
    assert found.unordered is not None
    assert request(tmp_path / "list", "tools=[a, b]", "a = {'name': 'a'}\nb = {'name': 'b'}").tools.unordered is None


@pytest.mark.parametrize(
    ("argument", "field", "values", "complete"),
    [
        ("tool_choice={'type': 'tool', 'name': 't'}", "tool_choice", ("tool",), True),
        ("tool_choice={'type': 'auto'}", "tool_choice", ("auto",), True),
        ("tool_choice=x", "tool_choice", (), False),
        ("thinking={'type': 'enabled', 'budget_tokens': 1024}", "thinking", ("enabled",), True),
        ("thinking={'type': 'adaptive'}", "thinking", ("adaptive",), True),
        ("thinking={'type': 'enabled'} if x else {'type': 'disabled'}", "thinking", ("enabled", "disabled"), True),
        ("thinking={'type': x}", "thinking", (), False),
        ("output_config={'effort': 'low'}", "effort", ("low",), True),
    ],
)
def test_kinds(tmp_path: Path, argument: str, field: str, values: tuple[str, ...], complete: bool) -> None:
    found = getattr(request(tmp_path, argument), field)
    assert (found.values, found.complete, found.present) == (values, complete, True)


def test_absent_arguments(tmp_path: Path) -> None:
    found = request(tmp_path, "model='m', thinking=NOT_GIVEN, tool_choice=omit, temperature=None")
    assert (found.thinking.present, found.tool_choice.present, found.max_tokens.present) == (False, False, False)
    assert found.effort.present is False


def test_all_other_arguments(tmp_path: Path) -> None:
    found = request(tmp_path, "model='m', temperature=0.2, stop_sequences=['a'], metadata={'user_id': x}, betas=['b']")
    assert set(found.others) == {"temperature", "stop_sequences", "metadata", "betas"}
    assert found.others["temperature"].only == 0.2


@pytest.mark.parametrize(
    ("content", "blocks"),
    [
        ("'hi'", [("text", "hi")]),
        ("x", [("unknown", "{x}")]),
        ("f'hi {x}'", [("text", "hi {x}")]),
        ("[{'type': 'text', 'text': 'hi'}]", [("text", "hi")]),
        ("[{'type': 'image', 'source': x}, {'type': 'text', 'text': 'hi'}]", [("image", None), ("text", "hi")]),
        ("[{'type': 'document', 'source': x}]", [("document", None)]),
        ("[{'type': 'tool_result', 'tool_use_id': x, 'content': 'done'}]", [("tool_result", "done")]),
        ("[{'type': 'tool_use', 'id': x, 'name': 'n', 'input': {}}]", [("tool_use", None)]),
        ("[{'type': x}]", [("unknown", None)]),
        ("[{'type': 'new_kind'}]", [("other", None)]),
    ],
)
def test_content_blocks(tmp_path: Path, content: str, blocks: list[tuple[str, str | None]]) -> None:
    [message] = request(tmp_path, f"messages=[{{'role': 'user', 'content': {content}}}]").messages.messages
    assert message.role == "user"
    assert [(block.kind, written(block.text) if block.text else None) for block in message.blocks] == blocks


def test_messages_from_a_parameter(tmp_path: Path) -> None:
    found = request(tmp_path, "messages=x").messages
    assert (found.messages, found.complete, found.reason) == ((), False, "a parameter of f")


def test_messages_with_a_history(tmp_path: Path) -> None:
    found = request(tmp_path, "messages=[*x, {'role': 'user', 'content': 'go on'}]").messages
    assert found.complete is False
    assert [(message.role, message.repeated) for message in found.messages] == [(None, True), ("user", False)]


def test_a_history_that_grows_in_a_loop(tmp_path: Path) -> None:
    source = (
        f"{IMPORTS}def f(x):\n    m = [{{'role': 'user', 'content': x}}]\n    while True:\n"
        f"        r = {CREATE}(model='m', messages=m)\n"
        "        m.append({'role': 'assistant', 'content': r.content})\n"
    )
    call = only_call(tmp_path, source)
    assert call.request.messages.grows is True
    assert call.context.agent_loop is True
    assert [(m.role, m.optional, m.repeated) for m in call.request.messages.messages] == [
        ("user", False, False),
        ("assistant", True, True),
    ]


def test_a_list_that_is_filled_before_the_call_does_not_grow(tmp_path: Path) -> None:
    before = "m = []\nfor y in x:\n    m.append({'role': 'user', 'content': y})"
    found = request(tmp_path, "messages=m", before).messages
    assert (found.grows, [message.repeated for message in found.messages]) == (False, [True])


@pytest.mark.parametrize(
    ("before", "arguments"),
    [
        ("kw = {'model': 'm', 'max_tokens': 5, 'system': 's'}", "**kw"),
        ("kw = dict(model='m', max_tokens=5, system='s')", "**kw"),
        ("kw = {'model': 'm'}\nkw['max_tokens'] = 5\nkw['system'] = 's'", "**kw"),
        ("kw = {'model': 'm', 'max_tokens': 1}\nkw.update(max_tokens=5, system='s')", "**kw"),
        ("base = {'model': 'm'}\nkw = {**base, 'max_tokens': 5}", "system='s', **kw"),
        ("base = {'model': 'm'}\nkw = base | {'max_tokens': 5, 'system': 's'}", "**kw"),
        ("a = {'model': 'm'}\nb = {'max_tokens': 5}", "**a, **b, system='s'"),
        ("def make():\n    return {'model': 'm', 'max_tokens': 5, 'system': 's'}", "**make()"),
    ],
)
def test_mappings_of_arguments(tmp_path: Path, before: str, arguments: str) -> None:
    found = request(tmp_path, arguments, before)
    assert (found.model.only, found.max_tokens.only, found.system.text.known) == ("m", 5, "s")
    assert found.opaque == ()
    assert (found.tools.present, found.tools.complete) == (False, True)


def test_keys_that_are_set_in_some_cases(tmp_path: Path) -> None:
    before = (
        "kw = {'model': 'm', 'max_tokens': 5}\nif x:\n    kw['system'] = 's'\n    kw['thinking'] = {'type': 'enabled'}"
    )
    found = request(tmp_path, "**kw", before)
    assert (found.model.present, found.thinking.present, found.thinking.values) == (True, None, ("enabled",))
    assert found.system.present is True
    assert written(found.system.text) == "[|s]"


def test_a_mapping_that_may_be_one_of_two(tmp_path: Path) -> None:
    before = "kw = {'model': 'a', 'max_tokens': 5} if x else {'model': 'b'}"
    found = request(tmp_path, "**kw", before)
    assert (found.model.values, found.model.present) == (("a", "b"), True)
    assert (found.max_tokens.values, found.max_tokens.present) == ((5,), None)


def test_a_key_from_a_mapping_has_the_place_of_its_key(tmp_path: Path) -> None:
    source = f"{IMPORTS}kw = {{'model': 'm'}}\nkw['max_tokens'] = 5\n{CREATE}(**kw)\n"
    found = only_call(tmp_path, source).request
    assert found.model.keyword is not None
    assert spelled(source, found.model.keyword) == "'model'"
    assert found.max_tokens.place == Place("main.py", 3, 20, 3, 21)


@pytest.mark.parametrize(
    ("before", "model", "values", "complete", "how"),
    [
        ("", "'m'", ("m",), True, "literal"),
        ("m = 'm'", "m", ("m",), True, "literal"),
        ("", "MODEL", ("m",), True, "constant"),
        ("", "imported.MODEL", ("m",), True, "import"),
        ("", "FAST", ("m",), True, "import"),
        ("", "A.model", ("m",), True, "attribute"),
        ("", "A().other", ("m",), True, "attribute"),
        ("", "os.getenv('M', 'm')", ("m",), True, "env-default"),
        ("", "os.getenv('M', MODEL)", ("m",), True, "env-default"),
        ("", "Settings().model", ("m",), True, "config"),
        ("", "x", ("m",), False, "parameter"),
        ("", "y", (), False, "parameter"),
        ("", "unknown()", (), False, "unknown"),
        ("", "'m' if y else 'n'", ("m", "n"), True, "literal"),
        ("", "y or 'm'", ("m",), False, None),
        ("", "MODELS['fast']", ("m",), True, "constant"),
    ],
)
def test_how_a_model_was_found(
    tmp_path: Path, before: str, model: str, values: tuple[str, ...], complete: bool, how: str | None
) -> None:
    others: Sources = {"imported.py": "MODEL = 'm'\n"}
    source = (
        f"{IMPORTS}import os, imported\nfrom imported import MODEL as FAST\n"
        "from pydantic_settings import BaseSettings\n"
        "MODEL = 'm'\nMODELS = {'fast': 'm'}\n"
        "class A:\n    model = 'm'\n    def __init__(self):\n        self.other = 'm'\n"
        "class Settings(BaseSettings):\n    model: str = 'm'\n"
        f"def f(y, x='m'):\n    {before or 'pass'}\n    return {CREATE}(model={model}, max_tokens=1)\n"
    )
    found = only_call(tmp_path, {**others, "main.py": source}).request.model
    assert (found.values, found.complete) == (values, complete)
    assert how is None or found.how == how


@pytest.mark.parametrize(
    ("cap", "values", "complete"),
    [
        ("1024", (1024,), True),
        ("1024 if x else 2048", (1024, 2048), True),
        ("int(os.getenv('CAP', '512'))", (512,), True),
        ("x", (), False),
        ("True", (), False),
        ("'1024'", (), False),
        ("None", (), True),
    ],
)
def test_caps(tmp_path: Path, cap: str, values: tuple[int, ...], complete: bool) -> None:
    found = request(tmp_path, f"max_tokens={cap}", "import os").max_tokens
    assert (found.values, found.complete) == (values, complete)


def test_typed_dictionaries(tmp_path: Path) -> None:
    source = (
        "from anthropic import Anthropic\nfrom anthropic.types import CacheControlEphemeralParam, TextBlockParam\n"
        "Anthropic().messages.create(model='m', system=[TextBlockParam(type='text', text='a',\n"
        "    cache_control=CacheControlEphemeralParam(type='ephemeral', ttl='1h'))])\n"
    )
    found = only_call(tmp_path, source).request
    assert found.system.text.known == "a"
    assert [marker.ttl for marker in found.cache_breakpoints] == ["1h"]


def test_reply_in_the_next_request_is_no_literal(tmp_path: Path) -> None:
    source = (
        f"{IMPORTS}def f():\n    first = Anthropic().messages.count_tokens(model='m', messages=[])\n"
        f"    return {CREATE}(model='m', system=f'Tokens: {{first.input_tokens}}')\n"
    )
    _, call = read(tmp_path, source).calls
    hole = call.request.system.text.parts[1]
    assert isinstance(hole, Hole)
    assert hole.name == "first.input_tokens"
