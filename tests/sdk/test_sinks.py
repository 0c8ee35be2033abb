from __future__ import annotations

from pathlib import Path

from promptlint.analysis import analyse
from promptlint.files import Files
from promptlint.request import CallSite, Project
from promptlint.settings import Settings
from promptlint.sinks import Sink
from tests.source.reading import written

ASK = Sink(
    "acme_llm.ask",
    {"prompt": ("question", 0), "model": ("model", 1), "system": ("system",)},
    {"model": "claude-haiku-5-5", "max_tokens": 100},
)


def read(root: Path, sources: str | dict[str, str], *sinks: Sink) -> Project:
    files = sources if isinstance(sources, dict) else {"main.py": sources}
    for name, source in files.items():
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_text(source, encoding="utf-8")
    project = analyse(Files(root, sorted(files)), Settings(root, sinks=sinks or (ASK,)))
    assert project.problems == ()
    return project


def only_call(root: Path, sources: str | dict[str, str], *sinks: Sink) -> CallSite:
    [call] = read(root, sources, *sinks).calls
    return call


def said(call: CallSite) -> list[str]:
    return [
        f"{message.role}: {''.join(written(block.text) for block in message.blocks if block.text)}"
        for message in call.request.messages.messages
    ]


def test_a_function_from_outside(tmp_path: Path) -> None:
    source = "import acme_llm\ndef f(q):\n    acme_llm.ask(f'Q: {q}', system='Be brief.')\n"
    call = only_call(tmp_path, source)
    assert (call.id, call.api, call.sdk) == ("main.py::f", "anthropic.sink.acme_llm.ask", "anthropic")
    assert (said(call), call.request.messages.complete) == (["user: Q: {q}"], True)
    assert call.request.system.text.known == "Be brief."
    model, cap = call.request.model, call.request.max_tokens
    assert (model.only, model.how, model.place, model.origins) == (
        "claude-haiku-5-5",
        "config",
        call.place,
        (call.place,),
    )
    assert (cap.only, cap.how) == (100, "config")
    assert call.request.tools.present is False


def test_by_position_by_name_and_by_another_name(tmp_path: Path) -> None:
    source = (
        "from acme_llm import ask as put\nput('a', 'claude-opus-5-5')\nput(model='claude-sonnet-5-5', question='b')\n"
    )
    first, second = read(tmp_path, source).calls
    assert (first.request.model.only, said(first)) == ("claude-opus-5-5", ["user: a"])
    assert (second.request.model.only, said(second)) == ("claude-sonnet-5-5", ["user: b"])
    assert second.request.model.how == "literal"


def test_the_method_of_a_client(tmp_path: Path) -> None:
    sink = Sink("acme_llm.Client.chat", {"messages": (0,), "max_tokens": ("cap",), "stream": ("live",)}, sdk="litellm")
    turns = "[{'role': 'system', 'content': 'S'}, {'role': 'user', 'content': 'U'}]"
    files = {
        "clients.py": "from acme_llm import Client\nclass Mine(Client): pass\nclient = Mine()\n",
        "main.py": f"from clients import client\nclient.chat({turns}, cap=9, live=True)\nimport x\nx.y.chat('')\n",
    }
    call = only_call(tmp_path, files, sink)
    assert call.api == "litellm.sink.acme_llm.Client.chat"
    assert (call.request.system.text.known, said(call)) == ("S", ["user: U"])
    assert (call.request.max_tokens.only, call.request.streaming) == (9, True)
    assert (call.request.model.present, call.request.model.complete) == (True, False)
    assert call.request.model.reason == "the description of acme_llm.Client.chat does not tell it"


def test_a_text_as_messages_and_a_prompt_behind_a_history(tmp_path: Path) -> None:
    sink = Sink("acme_llm.ask", {"messages": ("history",), "prompt": (0,), "tools": ("tools",)})
    source = """\
import acme_llm
acme_llm.ask("now", history=[{"role": "user", "content": "a"}, {"role": "assistant", "content": "b"}])
acme_llm.ask("now", history="before", tools=[{"type": "function", "function": {"name": "look"}}])
def f(h): acme_llm.ask("now", history=h)
"""
    listed, text, hidden = read(tmp_path, source, sink).calls
    assert said(listed) == ["user: a", "assistant: b", "user: now"]
    assert said(text) == ["user: before", "user: now"]
    assert [tool.name for tool in text.request.tools.tools] == ["look"]
    assert [message.repeated for message in hidden.request.messages.messages] == [True, False]


def test_streams_and_batches(tmp_path: Path) -> None:
    sink = Sink("acme_llm.ask", {"prompt": (0,)}, streaming=True, batch=True)
    call = only_call(tmp_path, "import acme_llm\nacme_llm.ask('x')", sink)
    assert (call.request.streaming, call.request.batch) == (True, True)


def test_models_of_others_are_not_asked(tmp_path: Path) -> None:
    source = "import acme_llm\nacme_llm.ask('x', 'gpt-5')\nacme_llm.ask('x', 'claude-opus-5-5')\n"
    assert [call.place.line for call in read(tmp_path, source).calls] == [3]


def test_what_a_mapping_may_hide_is_unknown(tmp_path: Path) -> None:
    call = only_call(tmp_path, "import acme_llm\ndef f(**k): acme_llm.ask('x', **k)")
    request = call.request
    assert (request.model.values, request.max_tokens.complete, request.system.present) == ((), False, None)


def test_a_caller_that_brings_the_prompt_is_the_call_site(tmp_path: Path) -> None:
    rules = "You are the one who answers. Answer in one sentence, and in the language of the question. "
    source = f"import acme_llm\ndef put(rules, q):\n    acme_llm.ask(q, system=rules)\nput({rules!r}, input())\n"
    caller, wrapper = read(tmp_path, source).calls[::-1]
    assert (wrapper.role, wrapper.place.line, wrapper.callers) == ("wrapper", 3, (caller.id,))
    assert (caller.via is not None, caller.request.system.text.known) == (True, rules)


METHOD = """\
import importlib
class Client:
    def ask(self, question, system="Be nice.", *, model="claude-haiku-5-5", cap=None):
        return importlib.import_module("hidden").go(question, system, model)
"""
OWN = Sink(
    "app.llm.Client.ask", {"prompt": ("question",), "system": ("system",), "model": ("model",), "max_tokens": (2,)}
)


def test_a_method_of_the_project_with_its_own_defaults(tmp_path: Path) -> None:
    asks = "c.ask('a')\n    d.ask('b', 'S', model='claude-opus-5-5')"
    main = f"from app.llm import Client\ndef f(c, d: Client):\n    {asks}\n"
    first, second = read(tmp_path, {"app/llm.py": METHOD, "main.py": main}, OWN).calls
    assert (said(first), first.request.system.text.known) == (["user: a"], "Be nice.")
    assert first.request.model.only == "claude-haiku-5-5"
    assert (said(second), second.request.system.text.known) == (["user: b"], "S")
    assert second.request.model.only == "claude-opus-5-5"


def test_a_function_that_a_package_takes_from_a_module_of_its_own(tmp_path: Path) -> None:
    files = {
        "src/app/__init__.py": "from app.inner import ask",
        "src/app/inner.py": "def ask(x): ...",
        "src/main.py": "from app import ask\nask('a')\nask(x='b')",
    }
    calls = read(tmp_path, files, Sink("app.ask", {"prompt": (0,)})).calls
    assert [said(call) for call in calls] == [["user: a"], ["user: b"]]


def test_a_name_that_two_methods_have_is_neither_of_an_unknown_object(tmp_path: Path) -> None:
    files = {"app/llm.py": METHOD, "main.py": "class Other:\n    def ask(self): ...\ndef f(c): c.ask('a')\n"}
    assert read(tmp_path, files, OWN).calls == ()


def test_what_sends_inside_of_a_sink_is_its_wrapper(tmp_path: Path) -> None:
    sends = "anthropic.Anthropic().messages.create(model=model, max_tokens=9, system=s, messages=hidden(q))"
    files = {
        "app.py": f"import anthropic\ndef ask(q, s, model='claude-haiku-5-5'):\n    return {sends}\n",
        "main.py": f"from app import ask\nask('a', {'Rule. ' * 20!r})\nask('b', 'short', 'claude-opus-5-5')\n",
    }
    sink = Sink("app.ask", {"prompt": ("q",), "system": ("s",), "model": ("model",)})
    wrapper, *calls = read(tmp_path, files, sink).calls
    assert (wrapper.api, wrapper.role) == ("anthropic.messages.create", "wrapper")
    assert wrapper.callers == ("main.py::<module>", "main.py::<module>#2")
    assert [(call.api, call.role, said(call)) for call in calls] == [
        ("anthropic.sink.app.ask", "call", ["user: a"]),
        ("anthropic.sink.app.ask", "call", ["user: b"]),
    ]


def test_a_sink_that_nobody_calls_changes_nothing(tmp_path: Path) -> None:
    sends = "anthropic.Anthropic().messages.create(model='claude-haiku-5-5', messages=[])"
    source = f"import anthropic\ndef ask():\n    {sends}\n"
    call = only_call(
        tmp_path, {"app.py": source}, Sink("app.ask", {"prompt": (0,)}), Sink("app.other", {"prompt": (0,)})
    )
    assert (call.api, call.role) == ("anthropic.messages.create", "call")
