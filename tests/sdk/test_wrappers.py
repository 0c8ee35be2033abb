"""Functions that send what their callers fix, and the callers as call sites."""

from __future__ import annotations

from pathlib import Path

import pytest

from promptlint.request import CallSite
from tests.source.reading import Sources, read, written

ASK = "from pydantic_ai import Agent\n"


def sites(root: Path, sources: str | Sources) -> list[CallSite]:
    project = read(root, sources)
    assert project.problems == ()
    return list(project.calls)


def test_a_callers_provider_goes_with_its_own_name(tmp_path: Path) -> None:
    source = f"""{ASK}
def run(provider, name):
    Agent(f"{{provider}}:{{name}}").run_sync("Hi")

run("openai", "gpt-4o")
run("anthropic", "claude-opus-5-5")
"""
    sender, caller = sites(tmp_path, source)
    assert (sender.role, sender.request.model.values) == ("wrapper", ())
    assert (caller.place.line, caller.request.model.values) == (7, ("anthropic:claude-opus-5-5",))


def test_a_part_of_a_name_does_not_fix_it(tmp_path: Path) -> None:
    source = f"""{ASK}
def run(name):
    Agent(f"anthropic:{{name}}").run_sync("Hi")

run(input())
"""
    [sender] = sites(tmp_path, source)
    assert (sender.role, sender.request.model.values, sender.request.model.complete) == ("call", (), False)


NORMALIZED = """from langchain_anthropic import ChatAnthropic

class Normalized(ChatAnthropic):
    def invoke(self, input, config=None, **kwargs):
        return normalize(super().invoke(input, config, **kwargs))
"""


def test_a_subclass_of_an_sdks_class_sends_by_the_method_that_it_overrides(tmp_path: Path) -> None:
    source = """from llms import Normalized
from langchain_core.prompts import ChatPromptTemplate

def node(llm):
    return lambda state: llm.invoke("Summarize what happened: " + state)

node(Normalized(model="claude-haiku-5-5", max_tokens=7))
prompt = ChatPromptTemplate.from_messages([("system", "Be brief."), ("user", "{x}")])
(prompt | Normalized(model="claude-opus-5-5", max_tokens=8)).invoke({"x": "Hi"})
"""
    sender, caller, chained = sites(tmp_path, {"llms.py": NORMALIZED, "main.py": source})
    assert (sender.role, sender.client.name, sender.client.platform) == ("wrapper", "Normalized", "anthropic")
    assert (caller.place.line, caller.via is not None, caller.request.max_tokens.values) == (5, True, (7,))
    assert caller.request.model.values == ("claude-haiku-5-5",)
    assert written(caller.request.messages.text) == "Summarize what happened: {state}"
    assert (chained.place.line, chained.via, chained.request.max_tokens.values) == (9, None, (8,))
    assert written(chained.request.system.text) == "Be brief."


def test_another_vendors_model_is_a_default_to_be_changed_where_only_claude_answers(tmp_path: Path) -> None:
    source = (
        "CONFIG = {'model': 'gpt-5.5'}\nfrom llms import Normalized\nNormalized(model=CONFIG['model']).invoke('Hi')"
    )
    _, caller = sites(tmp_path, {"llms.py": NORMALIZED, "main.py": source})
    assert (caller.request.model.values, caller.request.model.complete) == ((), False)


TABLE = """import anthropic, openai

def claude(system, **settings):
    return anthropic.Anthropic().messages.create(system=system, messages=[], **settings)

def gpt(system, **settings):
    return openai.OpenAI().chat.completions.create(messages=[], **settings)

BACKENDS = {"openai": gpt, "anthropic": claude}

def provider(model):
    return "anthropic" if model.startswith("claude") else "openai"
"""


@pytest.mark.parametrize(
    "dispatch",
    [
        "    return BACKENDS[provider(model)](system, model=model, max_tokens=7)",
        "    backend = BACKENDS[provider(model)]\n    return backend(system, **{'model': model, 'max_tokens': 7})",
        "    return BACKENDS.get(provider(model))(system, model=model, max_tokens=7)",
        (
            "    backend = {'a': {'anthropic': claude, 'openai': gpt}}['a'][provider(model)]\n"
            "    return backend(system, model=model, max_tokens=7)"
        ),
    ],
)
def test_callers_that_take_the_function_out_of_a_table(tmp_path: Path, dispatch: str) -> None:
    calls = "query('One', 'claude-haiku-5-5')\nquery('Two', 'gpt-4o')\n"
    source = f"{TABLE}\ndef query(system, model):\n{dispatch}\n\n{calls}"
    sender, caller = [site for site in sites(tmp_path, source) if site.sdk == "anthropic"]
    assert (sender.function, sender.role) == ("claude", "wrapper")
    assert (written(caller.request.system.text), caller.request.max_tokens.values) == ("One", (7,))


def test_a_key_that_is_known_decides_which_function_of_a_table_is_called(tmp_path: Path) -> None:
    calls = "BACKENDS['anthropic']('One', model='claude-haiku-5-5')\nBACKENDS['openai']('Two', model='gpt-4o')\n"
    _, caller = [site for site in sites(tmp_path, f"{TABLE}\n{calls}") if site.sdk == "anthropic"]
    assert written(caller.request.system.text) == "One"
