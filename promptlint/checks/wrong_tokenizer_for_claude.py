"""PL902: tokens of Claude's prompts, counted with another vendor's tokenizer."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from promptlint.findings import Hit

if TYPE_CHECKING:
    from collections.abc import Iterator

    from promptlint.audit import Audit
    from promptlint.request import Project

_OTHERS = ("tiktoken.", "litellm.")
_OTHER_VENDOR = re.compile(
    r"^\s*(?:from|import)\s+(?:openai|langchain_openai|mistralai|cohere|groq|google\.genai|google\.generativeai)\b|"
    r"\b(?:AsyncOpenAI|AzureOpenAI|OpenAI|ChatOpenAI)\(",
    re.MULTILINE,
)
_HELP = """\
Let the API count, which is free:
    client.messages.count_tokens(model=MODEL, messages=messages).input_tokens"""


def check_project(audit: Audit) -> Iterator[Hit]:
    """Report each such tokenizer of a project whose only models are Claude's."""
    project = audit.project
    if not _sends_to_claude(project) or any(map(_OTHER_VENDOR.search, project.sources.values())):
        return
    for use in project.tokenizers:
        if use.name.startswith(_OTHERS):
            yield Hit(
                place=use.place,
                message=f"{use.name} does not count as Claude does: the models here are Claude's",
                label="another vendor's tokenizer",
                cost="unknown, because what the count decides is; such a counter was found a third too low for Claude",
                help=_HELP,
            )


def _sends_to_claude(project: Project) -> bool:
    """Whether each call in the code names models of Claude, and there is one."""
    calls = [call for call in project.calls if call.role == "call" and not (call.is_prompt or call.is_body)]
    return bool(calls) and all(call.sdk in ("anthropic", "claude_agent_sdk", "bedrock") for call in calls)
