"""How to cache a prefix: the change to make, as code, for the SDK that a call goes through."""

from __future__ import annotations

from typing import TYPE_CHECKING

from promptlint.checks._place import constant_of, own_place
from promptlint.checks._prefix import last_section, on_bedrock
from promptlint.tokens.prefix import constant_prefix

if TYPE_CHECKING:
    from promptlint.request import CallSite, Place, Project

_MARK = '"cache_control": {"type": "ephemeral"}'
_LONGEST_NAME = 60
_BY_SETTING = {
    "pydantic_ai": """Pass
    model_settings=AnthropicModelSettings(anthropic_cache_instructions=True, anthropic_cache_tool_definitions=True)""",
}
_BLOCK_AS = {
    "langchain": "SystemMessage(content=[{block}])",
    "strands": 'system_prompt=[{{"text": {name}}}, {{"cachePoint": {{"type": "default"}}}}]',
    "litellm": '{{"role": "system", "content": [{block}]}}',
    **dict.fromkeys(("request", "batch"), '"system": [{block}]'),
}


def place_of(call: CallSite) -> Place:
    """The value that ends with the constant prefix."""
    request, section = call.request, last_section(call.request)
    if section == "system":
        return own_place(call, request.system.place)
    if section == "tool":
        return own_place(call, request.tools.place)
    blocks = [block for message in request.messages.messages for block in message.blocks]
    return own_place(call, blocks[0].place if blocks else request.messages.place)


def advice(call: CallSite, project: Project, share: float = 1.0) -> str:
    """The change that makes the prefix of this call cached; by name if a constant is this share of it."""
    lines = [_BY_SETTING.get(call.sdk) or _change(call, project, share)]
    if call.request.messages.grows and call.sdk == "anthropic" and not on_bedrock(call):
        lines.append('For the conversation behind it, pass cache_control={"type": "ephemeral"} to the call as well')
    if call.via is not None:
        sender = f"{call.via.function} ({call.via.place.path}:{call.via.place.row})"
        lines.append(f"Let {sender} pass the block on: it sends the request")
    return "\n".join(lines)


def _change(call: CallSite, project: Project, share: float) -> str:
    section = last_section(call.request)
    if section == "tool":
        return f"Mark the last tool: {{..., {_MARK}}}"
    if section == "message":
        return f"""Send what never changes as a block of its own, first, and mark it:
    {{"type": "text", "text": {_name(call, "", share)}, {_MARK}}}"""
    source = _source(call.request.system.place, project)
    if source.startswith("["):
        return f"Mark the last system block that never changes: {{..., {_MARK}}}"
    name = _name(call, source, share)
    block = f'{{"type": "text", "text": {name}, {_MARK}}}'
    written = _BLOCK_AS.get(call.sdk, "system=[{block}]").format(block=block, name=name)
    if constant_prefix(call.request).kept.system.text == call.request.system.text:
        return f"Write\n    {written}"
    return f"Send what never changes as a block of its own, before the rest, and mark it:\n    {written}"


def _name(call: CallSite, source: str, share: float) -> str:
    """What stands for the prompt in the change."""
    if call.is_body:
        return '"..."'
    if source.replace(".", "").isidentifier() and len(source) <= _LONGEST_NAME:
        return source
    kept, section = constant_prefix(call.request).kept, last_section(call.request)
    return constant_of((kept.system if section == "system" else kept.messages).text.pieces(), share) or "INSTRUCTIONS"


def _source(place: Place | None, project: Project) -> str:
    """The source text of a value that stands on one line; of a longer one its first line."""
    if place is None or place.source not in project.sources:
        return ""
    line = project.sources[place.source].splitlines()[place.line - 1]
    return line[place.column - 1 : place.end_column - 1 if place.line == place.end_line else None]
