"""What LangChain's models and chains are called with, as `system` and `messages`."""

from __future__ import annotations

from pathlib import Path

import pytest

from promptlint.request import Request
from tests.source.reading import only_call, read, spelled, written

IMPORTS = """\
from operator import itemgetter
from langchain_anthropic import ChatAnthropic
from langchain_core.messages import AIMessage, ChatMessage, HumanMessage, SystemMessage, ToolMessage
from langchain_core.output_parsers import StrOutputParser
from langchain_core.prompts import ChatPromptTemplate, HumanMessagePromptTemplate, MessagesPlaceholder, PromptTemplate
from langchain_core.prompts import SystemMessagePromptTemplate
from langchain_core.runnables import RunnableLambda, RunnableParallel, RunnablePassthrough
from app import history, retriever
llm = ChatAnthropic(model="claude-sonnet-5-5")
"""
PROMPT = "ChatPromptTemplate.from_messages([('system', 'You are {who}.'), ('human', '{question}')])"


def request(root: Path, source: str, inside: str = "x") -> Request:
    lines = "".join(f"    {line}\n" for line in source.splitlines())
    return only_call(root, f"{IMPORTS}def f({inside}):\n{lines}").request


def system(found: Request) -> list[str]:
    return [written(block.text) if block.text else block.kind for block in found.system.blocks]


def said(found: Request) -> list[str]:
    return [
        f"{message.role}{'?' * message.optional}{'*' * message.repeated}: "
        + " + ".join(written(block.text) if block.text is not None else block.kind for block in message.blocks)
        for message in found.messages.messages
    ]


@pytest.mark.parametrize(
    ("passed", "prompt", "messages"),
    [
        ("'Hello ' + x", [], ["user: Hello {x}"]),
        ("input=f'Hello {x}'", [], ["user: Hello {x}"]),
        ("[SystemMessage('Be kind.'), HumanMessage(content=x)]", ["Be kind."], ["user: {x}"]),
        ("[('system', 'Be kind.'), ('human', x), ('ai', 'Yes?')]", ["Be kind."], ["user: {x}", "assistant: Yes?"]),
        (
            "[{'role': 'system', 'content': 'Be kind.'}, {'role': 'user', 'content': x}, ('ai', 'a')]",
            ["Be kind."],
            ["user: {x}", "assistant: a"],
        ),
        ("[{'type': 'human', 'content': 'a'}, {'role': 'developer', 'content': 'b'}]", ["b"], ["user: a"]),
        ("[ChatMessage(role='system', content='Be kind.'), 'hi']", ["Be kind."], ["user: hi"]),
        ("[SystemMessage('a'), SystemMessage('b'), HumanMessage('c')]", ["a", "b"], ["user: c"]),
        (
            "[HumanMessage('a'), AIMessage('b'), ToolMessage('c', tool_call_id='1')]",
            [],
            ["user: a", "assistant: b", "user: c"],
        ),
        ("[HumanMessage([{'type': 'text', 'text': 'a'}, {'type': 'image', 'source': x}])]", [], ["user: a + image"]),
        ("[HumanMessage('a' if x else 'b')]", [], ["user: [a|b]"]),
        ("[SystemMessage('a') if x else SystemMessage('b'), ('user', 'c')]", ["[a|b]"], ["user: c"]),
        ("[HumanMessage(PromptTemplate.from_template('Hi {a}').format(a=x))]", [], ["user: Hi {x}"]),
        ("[(HumanMessage, 'a')]", [], ["user: a"]),
    ],
)
def test_messages(tmp_path: Path, passed: str, prompt: list[str], messages: list[str]) -> None:
    found = request(tmp_path, f"llm.invoke({passed})")
    assert (system(found), said(found)) == (prompt, messages)
    assert (found.system.present, found.system.complete, found.messages.complete) == (bool(prompt), True, True)


def test_every_piece_keeps_its_place(tmp_path: Path) -> None:
    source = f"{IMPORTS}RULES = 'Be kind.'\nllm.invoke([SystemMessage(RULES), ('human', 'Hello')])\n"
    found = only_call(tmp_path, source).request
    [text] = [piece for block in found.system.blocks if block.text for piece in block.text.pieces()]
    [hello] = [piece for message in found.messages.messages for piece in message.blocks[0].text.pieces()]
    assert (spelled(source, text.place), spelled(source, hello.place)) == ("'Be kind.'", "'Hello'")


@pytest.mark.parametrize(
    ("passed", "absent", "complete", "messages"),
    [
        ("x", False, False, []),
        ("[*x, HumanMessage('a')]", False, False, ["None*: {x}", "user: a"]),
        ("[SystemMessage('s')] + x", False, True, ["None*: {x}"]),
        ("[HumanMessage('a')] + x", True, True, ["user: a", "None*: {x}"]),
    ],
)
def test_messages_that_are_not_all_seen(
    tmp_path: Path, passed: str, absent: bool, complete: bool, messages: list[str]
) -> None:
    found = request(tmp_path, f"llm.invoke({passed})")
    assert (found.system.present is False, found.system.complete) == (absent, complete)
    assert (said(found), found.messages.complete) == (messages, False)


def test_a_conversation_that_grows(tmp_path: Path) -> None:
    source = (
        "messages = [SystemMessage('s'), HumanMessage(x)]\nwhile True:\n"
        "    answer = llm.invoke(messages)\n    messages.append(answer)"
    )
    found = request(tmp_path, source)
    assert (system(found), found.messages.grows) == (["s"], True)
    assert said(found)[0] == "user: {x}"


@pytest.mark.parametrize(
    ("blocks", "ttl"),
    [
        ("{'type': 'text', 'text': 'long', 'cache_control': {'type': 'ephemeral', 'ttl': '1h'}}", "1h"),
        ("{'type': 'text', 'text': 'long', 'cache_control': {'type': 'ephemeral'}}", "5m"),
        ("{'text': 'long'}, {'cachePoint': {'type': 'default'}}", "5m"),
    ],
)
def test_cache_markers(tmp_path: Path, blocks: str, ttl: str) -> None:
    found = request(tmp_path, f"llm.invoke([SystemMessage(content=[{blocks}]), ('human', x)])")
    assert system(found) == ["long"]
    assert [marker.ttl for marker in found.cache_breakpoints] == [ttl]


@pytest.mark.parametrize(
    "chain",
    [
        "({0} | llm | StrOutputParser()).invoke({1})",
        "({0} | (llm | StrOutputParser())).invoke({1})",
        "({0} | llm.bind(stop=['x'])).with_retry().invoke({1})",
        "{0}.pipe(llm).invoke({1})",
        "llm.invoke({0}.invoke({1}))",
        "llm.invoke({0}.format_messages(**{1}))",
        "llm.invoke({0}.format_prompt(question=x, who='kind').to_messages())",
        "(RunnablePassthrough() | {0} | llm).invoke({1})",
        "({{'who': itemgetter('who'), 'question': itemgetter('question')}} | {0} | llm).invoke({1})",
        "(RunnableParallel(who=itemgetter('who'), question=lambda i: i['question']) | {0} | llm).invoke({1})",
        "(RunnablePassthrough.assign(who=lambda _: 'kind') | {0} | llm).invoke({{'question': x}})",
        "({0}.partial(who='kind') | llm).invoke({{'question': x}})",
        "(RunnableLambda(lambda i: {{'who': 'kind', 'question': i}}) | {0} | llm).invoke(x)",
        "({0} | llm).batch([{1}])",
    ],
)
def test_chains(tmp_path: Path, chain: str) -> None:
    found = request(tmp_path, chain.format(PROMPT, "{'who': 'kind', 'question': x}"))
    assert (system(found), said(found)) == (["You are kind."], ["user: {x}"])
    assert (found.model.only, found.system.present) == ("claude-sonnet-5-5", True)


def test_a_retrieval_chain(tmp_path: Path) -> None:
    source = (
        "prompt = ChatPromptTemplate.from_template('Context: {context}\\nQuestion: {question}')\n"
        "chain = {'context': retriever | str, 'question': RunnablePassthrough()} | prompt | llm | StrOutputParser()\n"
        "chain.invoke('Who?')"
    )
    found = request(tmp_path, source)
    assert found.system.present is False
    assert said(found)[0].startswith("user: Context: {")
    assert said(found)[0].endswith("}\nQuestion: Who?")


@pytest.mark.parametrize(
    ("prompt", "values", "expected", "messages"),
    [
        ("ChatPromptTemplate([('system', 'a {{b}} {c}'), 'd'])", "{'c': 1}", ["a {b} 1"], ["user: d"]),
        ("ChatPromptTemplate(messages=[('system', 'a'), ('user', '{b}')])", "{}", ["a"], ["user: {b}"]),
        ("ChatPromptTemplate.from_template('Tell {b}')", "{'b': x}", [], ["user: Tell {x}"]),
        ("ChatPromptTemplate.from_template('Tell {b}')", "'me'", [], ["user: Tell me"]),
        ("PromptTemplate(template='Tell {b}', input_variables=['b'])", "{'b': 'me'}", [], ["user: Tell me"]),
        ("PromptTemplate.from_template('{a} {b}', partial_variables={'a': 'A'})", "{'b': 'B'}", [], ["user: A B"]),
        (
            "ChatPromptTemplate([SystemMessage('a {b}'), HumanMessagePromptTemplate.from_template('{b}')])",
            "{'b': 'B'}",
            ["a {b}"],
            ["user: B"],
        ),
        (
            "ChatPromptTemplate.from_messages([SystemMessagePromptTemplate.from_template('a {b}'), ('ai', '{b}')])",
            "{'b': 'B'}",
            ["a B"],
            ["assistant: B"],
        ),
        (
            "ChatPromptTemplate.from_messages([('system', 's'), MessagesPlaceholder('h'), ('human', 'q')])",
            "{'h': [('human', 'a'), ('ai', 'b')]}",
            ["s"],
            ["user: a", "assistant: b", "user: q"],
        ),
        (
            "ChatPromptTemplate.from_messages([('system', 's'), ('placeholder', '{h}')])",
            "{'h': history}",
            ["s"],
            ["None*: {app.history}"],
        ),
        (
            "ChatPromptTemplate.from_messages([('system', 's'), MessagesPlaceholder(variable_name='h')])",
            "x",
            ["s"],
            ["None*: {h}"],
        ),
        (
            "ChatPromptTemplate.from_messages([('human', 'a {{ b }} {c}')], template_format='jinja2')",
            "{'b': 'B'}",
            [],
            ["user: a B {c}"],
        ),
        (
            "ChatPromptTemplate.from_messages([('human', 'a {% if b %}c{% endif %}')], template_format='jinja2')",
            "{}",
            [],
            ["user: {...}"],
        ),
        (
            "ChatPromptTemplate.from_messages([('human', [{'type': 'text', 'text': 'a {b}'}])])",
            "{'b': 'B'}",
            [],
            ["user: a B"],
        ),
    ],
)
def test_prompts(tmp_path: Path, prompt: str, values: str, expected: list[str], messages: list[str]) -> None:
    found = request(tmp_path, f"prompt = {prompt}\nchain = prompt | llm\nchain.invoke({values})")
    assert (system(found), said(found)) == (expected, messages)


def test_several_inputs_are_variants(tmp_path: Path) -> None:
    found = request(
        tmp_path, f"({PROMPT} | llm).batch([{{'who': 'a', 'question': 'b'}}, {{'who': 'c', 'question': 'b'}}])"
    )
    assert (system(found), said(found)) == (["You are [a|c]."], ["user: b"])
    assert said(request(tmp_path, "llm.batch(['a', 'b'])")) == ["user: [a|b]"]
    assert said(request(tmp_path, "llm.batch([f'a {y}' for y in x])")) == ["user: a {y}"]


def test_a_prompt_from_elsewhere(tmp_path: Path) -> None:
    found = request(tmp_path, "from langchain import hub\n(hub.pull('rlm/rag-prompt') | llm).invoke({'a': x})")
    assert found.system.present is not False
    assert (found.system.complete, found.messages.complete) == (False, False)


def test_a_wrapper_around_a_chain(tmp_path: Path) -> None:
    source = (
        f"{IMPORTS}def ask(rules, question):\n    return llm.invoke([('system', rules), ('human', question)])\n"
        "def go(x):\n    return ask('You sort mail into the folders orders, complaints and the rest.' * 3, x)\n"
    )
    wrapper, caller = read(tmp_path, source).calls
    assert (wrapper.role, caller.via is not None) == ("wrapper", True)
    assert system(caller.request)[0].startswith("You sort mail")
