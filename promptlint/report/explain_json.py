"""The explanation of calls as data: what `cost` says of each, and under `explain` how every part was resolved."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from promptlint.report import cost_json
from promptlint.report.checked import Paths
from promptlint.report.costed import Costed
from promptlint.report.trails import steps
from promptlint.request import Argument, Block, CacheMarker, CallSite, Hole, Message, Part, Piece, Place, Step, Tool
from promptlint.secrets import masked


def render(costed: Costed) -> str:
    """The document of `cost`, each of its calls with the key `explain`."""
    return cost_json.render(costed, lambda call: {"explain": _Explained(costed.paths).call(call)})


class _Explained:
    """Turns what the hall holds into plain data. Steps go from the call to the source; secrets are left out."""

    def __init__(self, paths: Paths) -> None:
        self._paths = paths

    def call(self, call: CallSite) -> dict[str, Any]:
        request = call.request
        named = {"tool_choice": request.tool_choice, "thinking": request.thinking, "effort": request.effort}
        return {
            "model": self._argument(request.model),
            "max_tokens": self._argument(request.max_tokens),
            "arguments": {
                name: self._argument(argument)
                for name, argument in (named | request.others).items()
                if argument.present is not False
            },
            "opaque": [masked(source) for source in request.opaque],
            "tools": {**self._section(request.tools), "tools": [self._tool(tool) for tool in request.tools.tools]},
            "system": {**self._section(request.system), "blocks": self._blocks(request.system.blocks)},
            "messages": {
                **self._section(request.messages),
                "messages": [self._message(message) for message in request.messages.messages],
            },
            "cache_control": self._marker(request.cache),
            "client": self._client(call),
            "context": self._context(call),
        }

    def _argument(self, argument: Argument[Any]) -> dict[str, Any]:
        return {
            "values": [_plain(value) for value in argument.values],
            "complete": argument.complete,
            "present": argument.present,
            "how": argument.how,
            "place": self._place(argument.place),
            "origins": [self._place(place) for place in argument.origins],
            "steps": self._steps(argument.trail),
            "reason": argument.reason,
        }

    def _section(self, part: Any) -> dict[str, Any]:
        return {
            "present": getattr(part, "present", True),
            "complete": part.complete,
            "place": self._place(part.place),
            "reason": masked(part.reason),
        }

    def _tool(self, tool: Tool) -> dict[str, Any]:
        where, marker = self._place(tool.place), self._marker(tool.cache)
        return {"name": tool.name, "type": tool.kind, "place": where, "cache_control": marker}

    def _message(self, message: Message) -> dict[str, Any]:
        return {
            "role": message.role,
            "optional": message.optional,
            "repeated": message.repeated,
            "place": self._place(message.place),
            "blocks": self._blocks(message.blocks),
        }

    def _blocks(self, blocks: Sequence[Block]) -> list[dict[str, Any]]:
        return [
            {
                "kind": block.kind,
                "optional": block.optional,
                "place": self._place(block.place),
                "cache_control": self._marker(block.cache),
                "parts": None if block.text is None else self._parts(block.text.parts),
            }
            for block in blocks
        ]

    def _parts(self, parts: Sequence[Part]) -> list[dict[str, Any]]:
        return [self._part(part) for part in parts]

    def _part(self, part: Part) -> dict[str, Any]:
        if isinstance(part, Piece):
            where, way = self._place(part.place), self._steps(part.trail)
            return {"kind": "literal", "text": masked(part.text), "place": where, "steps": way}
        if isinstance(part, Hole):
            return self._hole(part)
        return {"kind": "variant", "options": [self._parts(option.parts) for option in part.options]}

    def _hole(self, hole: Hole) -> dict[str, Any]:
        return {
            "kind": "hole",
            "expression": masked(hole.name),
            "place": self._place(hole.place),
            "origin": hole.origin,
            "lifetime": hole.lifetime,
            "detail": masked(hole.detail),
            "reason": masked(hole.reason),
            "steps": self._steps(hole.trail),
        }

    def _marker(self, marker: CacheMarker | None) -> dict[str, Any] | None:
        if marker is None:
            return None
        return {"ttl": marker.ttl, "certain": marker.certain, "place": self._place(marker.place)}

    def _client(self, call: CallSite) -> dict[str, Any]:
        client = call.client
        return {
            "name": masked(client.name),
            "platform": client.platform,
            "place": self._place(client.place),
            "max_retries": self._argument(client.max_retries),
            "timeout": self._argument(client.timeout),
            "base_url": self._argument(client.base_url),
        }

    def _context(self, call: CallSite) -> dict[str, Any]:
        loops = [
            {"kind": loop.kind, "over": masked(loop.over), "bound": loop.bound, "place": self._place(loop.place)}
            for loop in call.context.loops
        ]
        return {"entry": call.context.entry, "agent_loop": call.context.agent_loop, "loops": loops}

    def _steps(self, trail: Sequence[Step]) -> list[dict[str, Any]]:
        return [
            {
                "how": step.how,
                "name": masked(step.name),
                "place": self._place(step.place),
                "passed": self._place(step.passed),
            }
            for step in steps(trail)
        ]

    def _place(self, place: Place | None) -> dict[str, Any] | None:
        if place is None or not place.path:
            return None
        return {
            "path": self._paths.shown(place.path),
            "cell": place.cell or None,
            "line": place.line,
            "column": place.column,
        }


def _plain(value: object) -> object:
    """A value as JSON has it: what JSON has no word for is written out."""
    if value is None or isinstance(value, bool | int | float):
        return value
    if isinstance(value, list | tuple):
        return [_plain(item) for item in value]
    if isinstance(value, dict):
        return {masked(str(key)): _plain(item) for key, item in value.items()}
    return masked(str(value))
