"""The hall between the two wings: what a call will send, as values.

The left wing (`source`, `sdk`) fills these values in, the right wing (`tokens`, `prices`, `checks`)
judges them. Everything here is frozen and picklable; no syntax node ever enters.
"""

from __future__ import annotations

from promptlint.request.blocks import Block, Bulk, CacheMarker, Media, Message, Messages, System, Tool, Tools
from promptlint.request.call import (
    Arm,
    CallSite,
    Client,
    Context,
    Field,
    Growth,
    Loop,
    Parse,
    Read,
    Request,
    Response,
    Retry,
    Role,
    Via,
)
from promptlint.request.place import Place
from promptlint.request.project import TEMPLATES, CostMath, Directive, Problem, Project, TokenizerUse, UnsentPrompt
from promptlint.request.text import Dedent, Hole, How, Lifetime, Origin, Part, Piece, Run, Step, Text, Variant
from promptlint.request.values import Argument

__all__ = [
    "TEMPLATES",
    "Argument",
    "Arm",
    "Block",
    "Bulk",
    "CacheMarker",
    "CallSite",
    "Client",
    "Context",
    "CostMath",
    "Dedent",
    "Directive",
    "Field",
    "Growth",
    "Hole",
    "How",
    "Lifetime",
    "Loop",
    "Media",
    "Message",
    "Messages",
    "Origin",
    "Parse",
    "Part",
    "Piece",
    "Place",
    "Problem",
    "Project",
    "Read",
    "Request",
    "Response",
    "Retry",
    "Role",
    "Run",
    "Step",
    "System",
    "Text",
    "TokenizerUse",
    "Tool",
    "Tools",
    "UnsentPrompt",
    "Variant",
    "Via",
]
