"""Pydantic AI: the agent, its model, its decorators and the run make the request together."""

from __future__ import annotations

from pathlib import Path

import pytest

from promptlint.request import CallSite, Request
from tests.source.reading import only_call, read, spelled, written

HEAD = """\
from pydantic_ai import Agent, CachePoint, ImageUrl, RunContext, Tool
from pydantic_ai.capabilities import Caching
from pydantic_ai.models.anthropic import AnthropicModel, AnthropicModelSettings
from pydantic_ai.models.bedrock import BedrockConverseModel
from pydantic_ai.models.fallback import FallbackModel
from pydantic_ai.models.openai import OpenAIChatModel
from pydantic_ai.models.test import TestModel
"""


def only(root: Path, source: str) -> CallSite:
    return only_call(root, HEAD + source)


def ran(root: Path, agent: str, run: str = "'Hi'") -> Request:
    """What `Agent(<agent>).run_sync(<run>)` sends."""
    return only(root, f"agent = Agent({agent})\nagent.run_sync({run})").request


def test_hello_world(tmp_path: Path) -> None:
    source = f"""{HEAD}
agent = Agent('anthropic:claude-sonnet-4-6', instructions='Be concise, reply with one sentence.')
result = agent.run_sync('Where does "hello world" come from?')
"""
    call = only_call(tmp_path, source)
    request = call.request
    assert spelled(source, call.place) == """agent.run_sync('Where does "hello world" come from?')"""
    assert (call.api, call.asynchronous, call.context.agent_loop) == ("pydantic_ai.run_sync", False, False)
    assert (call.client.name, call.client.platform) == ("Agent", None)
    assert (request.model.values, request.model.how) == (("anthropic:claude-sonnet-4-6",), "literal")
    assert (request.max_tokens.values, request.max_tokens.how) == ((128_000,), "default")
    assert written(request.system.text) == "Be concise, reply with one sentence."
    assert request.system.place is not None
    assert spelled(source, request.system.place) == "'Be concise, reply with one sentence.'"
    assert [message.role for message in request.messages.messages] == ["user"]
    assert written(request.messages.text) == 'Where does "hello world" come from?'
    assert (request.tools.present, request.streaming, request.cache_breakpoints) == (False, False, ())


BANK = f"""{HEAD}
support_agent = Agent[SupportDependencies, SupportOutput](
    'anthropic:claude-sonnet-4-5',
    deps_type=SupportDependencies,
    output_type=SupportOutput,
    system_prompt='You are a support agent in our bank.',
    model_settings=AnthropicModelSettings(max_tokens=1024, temperature=0.2),
)

@support_agent.system_prompt
async def add_customer_name(ctx: RunContext[SupportDependencies]) -> str:
    return f"The customer's name is {{ctx.deps.name}}."

@support_agent.instructions
def add_date() -> str:
    return 'Speak plainly.'

@support_agent.tool
async def customer_balance(ctx: RunContext[SupportDependencies], include_pending: bool) -> float:
    return 1.0

@support_agent.tool_plain(retries=2)
def roll_dice() -> str:
    return '4'

@other.tool
def not_ours() -> str: ...

async def main(history):
    RUN
"""


def test_decorators_add_prompts_and_tools(tmp_path: Path) -> None:
    call = only_call(tmp_path, BANK.replace("RUN", "await support_agent.run('What is my balance?', deps=deps)"))
    request = call.request
    assert (request.max_tokens.values, request.max_tokens.how) == ((1024,), "literal")
    assert [written(block.text) for block in request.system.blocks if block.text] == [
        "You are a support agent in our bank.\n\nThe customer's name is {ctx.deps.name}.",
        "Speak plainly.",
    ]
    assert [tool.name for tool in request.tools.tools] == ["customer_balance", "roll_dice"]
    assert (request.tools.complete, call.context.agent_loop, call.asynchronous) == (True, True, True)
    assert request.others.keys() == {"temperature", "output_type"}


def test_a_run_has_the_last_word(tmp_path: Path) -> None:
    run = (
        "async with support_agent.run_stream('And now?', message_history=history, model='anthropic:claude-haiku-4-5', "
        "model_settings={'max_tokens': 50}, instructions='Be quick.') as result: print(result)"
    )
    call = only_call(tmp_path, BANK.replace("RUN", run))
    request = call.request
    assert (call.api, request.streaming) == ("pydantic_ai.run_stream", True)
    assert (request.model.values, request.max_tokens.values) == (("anthropic:claude-haiku-4-5",), (50,))
    assert [written(block.text) for block in request.system.blocks if block.text][1:] == ["Be quick.", "Speak plainly."]
    past, now = request.messages.messages
    assert (past.role, past.repeated, now.role) == (None, True, "user")
    assert (request.messages.grows, request.messages.complete) == (True, False)


@pytest.mark.parametrize(
    ("model", "values", "cap"),
    [
        ("'anthropic:claude-opus-4-8'", ("anthropic:claude-opus-4-8",), (128_000,)),
        ("'gateway/anthropic:claude-haiku-4-5'", ("gateway/anthropic:claude-haiku-4-5",), (64_000,)),
        ("'anthropic:claude-sonnet-4-0'", ("anthropic:claude-sonnet-4-0",), (4_096,)),
        ("'anthropic:claude-9'", ("anthropic:claude-9",), (16_384,)),
        ("AnthropicModel('claude-3-5-haiku-latest')", ("claude-3-5-haiku-latest",), (4_096,)),
        (
            "AnthropicModel('claude-opus-4-8', settings={'max_tokens': 7})",
            ("claude-opus-4-8",),
            (7,),
        ),
        (
            "BedrockConverseModel('us.anthropic.claude-sonnet-4-5-20250929-v1:0')",
            ("us.anthropic.claude-sonnet-4-5-20250929-v1:0",),
            (64_000,),
        ),
        ("'bedrock:us.anthropic.claude-3-haiku'", ("bedrock:us.anthropic.claude-3-haiku",), ()),
        ("'openrouter:anthropic/claude-opus-4-8'", ("openrouter:anthropic/claude-opus-4-8",), ()),
        (
            "FallbackModel(OpenAIChatModel('gpt-4o'), AnthropicModel('claude-opus-4-8'), 'anthropic:claude-haiku-4-5')",
            ("claude-opus-4-8", "anthropic:claude-haiku-4-5"),
            (64_000, 128_000),
        ),
    ],
)
def test_models_and_their_default_caps(
    tmp_path: Path, model: str, values: tuple[str, ...], cap: tuple[int, ...]
) -> None:
    request = ran(tmp_path, model)
    assert (request.model.values, request.model.complete) == (values, True)
    assert request.max_tokens.values == cap
    assert request.max_tokens.how == ("literal" if cap == (7,) else "default")


def test_thinking_raises_a_low_default(tmp_path: Path) -> None:
    settings = "{'anthropic_thinking': {'type': 'enabled', 'budget_tokens': 8000}}"
    request = ran(tmp_path, f"'anthropic:claude-3-7-sonnet-latest', model_settings={settings}")
    assert (request.max_tokens.values, request.thinking.values) == ((12_096,), ("enabled",))


@pytest.mark.parametrize(
    "agent",
    [
        "'openai:gpt-5'",
        "'anthropic:gpt-4o'",
        "OpenAIChatModel('gpt-4o')",
        "OpenAIChatModel(NAME)",
        "TestModel()",
        "'test'",
    ],
)
def test_agents_of_other_models(tmp_path: Path, agent: str) -> None:
    assert read(tmp_path, f"{HEAD}agent = Agent({agent})\nagent.run_sync('Hi')").calls == ()


@pytest.mark.parametrize(
    "source",
    [
        "import asyncio\nasyncio.run(main())",
        "import subprocess\nsubprocess.run(['ls'])",
        "runner.run('Hi')",
        "agent = Agent('anthropic:claude-opus-4-8')\nagent.run_sync('Hi', model='openai:gpt-5')",
        "agent = Agent('anthropic:claude-opus-4-8')\nagent.to_file('x').run()",
    ],
)
def test_what_is_no_run_of_claude(tmp_path: Path, source: str) -> None:
    assert read(tmp_path, HEAD + source).calls == ()


def test_the_default_of_another_provider_is_no_model_of_claude(tmp_path: Path) -> None:
    source = f"""import typer
{HEAD}
def named(provider: str, name: str) -> str:
    return f"anthropic:{{name}}" if provider == "anthropic" else f"openai:{{name}}"

def main(own: str = typer.Option(None), provider: str = typer.Option("openai"), name: str = typer.Option("gpt-4o")):
    model = f"anthropic:{{own}}" if own else named(provider, name)
    Agent(model).run_sync("Hi")

typer.run(main)
"""
    model = only_call(tmp_path, source).request.model
    assert (model.values, model.complete) == ((), False)


def test_a_model_that_cannot_be_seen_may_be_claude(tmp_path: Path) -> None:
    request = ran(tmp_path, "settings.model")
    assert (request.model.values, request.model.complete) == ((), False)
    assert (request.max_tokens.values, request.max_tokens.how) == ((), "default")


@pytest.mark.parametrize(
    ("settings", "marks"),
    [
        ("{'anthropic_cache_instructions': True}", ["system 5m"]),
        ("{'anthropic_cache_tool_definitions': '1h'}", ["tool 1h"]),
        ("{'anthropic_cache': True, 'anthropic_cache_instructions': '1h'}", ["system 1h", "request 5m"]),
        ("{'anthropic_cache_messages': '5m'}", ["request 5m"]),
        ("{'cache': True}", ["tool 5m", "system 5m", "request 5m"]),
        ("{'cache': {'retention': '1h', 'messages': False}}", ["tool 1h", "system 1h"]),
        ("{'cache': True, 'anthropic_cache_instructions': False}", []),
        ("{'bedrock_cache_instructions': True}", ["system 5m"]),
        ("{'anthropic_cache_instructions': FLAG}", ["system unknown ?"]),
        ("{'cache': False}", []),
    ],
)
def test_settings_that_cache(tmp_path: Path, settings: str, marks: list[str]) -> None:
    request = ran(
        tmp_path, f"'anthropic:claude-opus-4-8', instructions='A', tools=[Tool(f), g], model_settings={settings}"
    )
    sections = {id(tool.cache): "tool" for tool in request.tools.tools} | {
        id(block.cache): "system" for block in request.system.blocks
    }
    found = [
        f"{sections.get(id(marker), 'request')} {marker.ttl}{'' if marker.certain else ' ?'}"
        for marker in request.cache_breakpoints
    ]
    assert found == marks
    assert not any("cache" in name for name in request.others) or marks


def test_a_marker_stands_before_what_functions_give(tmp_path: Path) -> None:
    source = (
        "agent = Agent('anthropic:claude-opus-4-8', instructions=['A', 'B'], capabilities=[Caching(messages=False)])\n"
        "@agent.instructions\ndef today(): return f'Today is {day}'\nagent.run_sync('Hi')"
    )
    blocks = only(tmp_path, source).request.system.blocks
    assert [(written(block.text), block.cache is not None) for block in blocks if block.text] == [
        ("A", False),
        ("B", True),
        ("Today is {day}", False),
    ]


def test_parts_of_a_prompt(tmp_path: Path) -> None:
    [message] = ran(
        tmp_path, "'anthropic:claude-opus-4-8'", "['Look:', ImageUrl(url='u'), CachePoint(ttl='1h'), question]"
    ).messages.messages
    assert [(block.kind, block.cache.ttl if block.cache else None) for block in message.blocks] == [
        ("text", None),
        ("image", "1h"),
        ("unknown", None),
    ]


def test_an_agent_made_in_another_file(tmp_path: Path) -> None:
    project = read(
        tmp_path,
        {
            "made.py": f"{HEAD}agent = Agent('anthropic:claude-opus-4-8', toolsets=[server])",
            "used.py": "from made import agent\nasync def ask():\n    async with agent.iter('Hi') as run: print(run)",
        },
    )
    [call] = project.calls
    assert (call.place.path, call.place.line, call.api) == ("used.py", 3, "pydantic_ai.iter")
    assert (call.request.tools.present, call.request.tools.complete, call.context.agent_loop) == (True, False, True)


def test_an_agent_that_is_passed_in(tmp_path: Path) -> None:
    source = (
        "async def ask(agent: Agent[None, str], question: str):\n    return await agent.run(question)\n"
        "writer = Agent('anthropic:claude-haiku-4-5', system_prompt='You write.')\n"
        "async def main():\n    await ask(writer, 'A haiku')\n"
    )
    wrapper, call = read(tmp_path, HEAD + source).calls
    assert (wrapper.role, call.role, call.place.line) == ("wrapper", "call", 12)
    assert (call.request.model.values, written(call.request.system.text)) == (
        ("anthropic:claude-haiku-4-5",),
        "You write.",
    )


def test_an_agent_that_nobody_passes_in(tmp_path: Path) -> None:
    request = only(tmp_path, "async def ask(agent: Agent):\n    return await agent.run('Hi')").request
    assert (request.model.values, request.model.complete, request.system.present) == ((), False, None)


@pytest.mark.parametrize(
    ("handed", "api"),
    [
        ("agent.to_cli_sync()", "to_cli_sync"),
        ("asyncio.run(agent.to_cli(prog_name='x'))", "to_cli"),
        ("app = agent.to_web()", "to_web"),
        ("app = agent.to_ag_ui(deps=state)", "to_ag_ui"),
        ("app = agent.to_a2a()", "to_a2a"),
        (
            "async def chat(request):\n    return await VercelAIAdapter.dispatch_request(request, agent=agent)",
            "dispatch_request",
        ),
        ("async def chat(request):\n    return await handle_ag_ui_request(agent, request)", "handle_ag_ui_request"),
    ],
)
def test_an_agent_that_is_handed_to_an_app(tmp_path: Path, handed: str, api: str) -> None:
    source = (
        "import asyncio\nfrom pydantic_ai.ag_ui import handle_ag_ui_request\n"
        "from pydantic_ai.ui.vercel_ai import VercelAIAdapter\n"
        f"agent = Agent('anthropic:claude-opus-4-8', instructions='Be kind.')\n{handed}"
    )
    call = only(tmp_path, source)
    assert (call.api, call.request.model.values) == (f"pydantic_ai.{api}", ("anthropic:claude-opus-4-8",))
    assert written(call.request.system.text) == "Be kind."
    assert (call.request.messages.grows, call.request.messages.text.static) == (True, "")


def test_an_agent_of_another_model_that_is_handed_to_an_app(tmp_path: Path) -> None:
    assert read(tmp_path, f"{HEAD}Agent('openai:gpt-5').to_cli_sync()").calls == ()
    assert read(tmp_path, f"{HEAD}from elsewhere import Adapter\nAdapter.dispatch_request(x, agent=1)").calls == ()
