"""Whatever a module looks like: fixed files parse, what was found is gone, nothing is new, the rest is as it was."""

from __future__ import annotations

import ast
import codecs
import tempfile
from collections import Counter
from pathlib import Path

from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from promptlint.fixes.bench import Judged
from tests.fixes.support import Project

SELECT = '["PL001", "PL105", "PL106", "PL201", "PL210", "PL301", "PL303", "PL606", "PL607", "PL901"]'
TOUCHED = (
    *("indent", "separators", "ensure_ascii", "temperature", "top_p", "top_k", "max_tokens", "claude-"),
    *("json.dumps", "usage", "promptlint:", "import logging", "client.messages.create", "return reply"),
)
"""Words of the lines that these fixes may change."""

_COMMENT = st.sampled_from(["", "  # why", "  # größer", "  # x, y)"])
_JSON = st.sampled_from(
    [
        "json.dumps(rows, indent=2)",
        "json.dumps(rows,indent = 4 , sort_keys=True)",
        "json.dumps(\n        rows,\n        indent=2,  # readable\n        default=str,\n    )",
        "json.dumps(rows, ensure_ascii=False, separators=(', ', ': '), indent=1)",
        "json.dumps(rows)",
    ]
)
_PARAMETER = st.sampled_from(["temperature=0.2", "top_p=0.9", "top_k=5", "max_tokens=300", "max_tokens=16_000", ""])
_MODEL = st.sampled_from(["claude-haiku-5-5", "claude-opus-5-5", "claude-3-haiku-20240307", "claude-sonnet-4-20250514"])


@st.composite
def _call(draw: st.DrawFn, index: int) -> str:
    arguments = [f'model="{draw(_MODEL)}"', 'messages=[{"role": "user", "content": prompt}]']
    arguments += filter(None, draw(st.lists(_PARAMETER, max_size=3, unique_by=lambda text: text.partition("=")[0])))
    arguments = draw(st.permutations(arguments))
    if draw(st.booleans()):
        body = ", ".join(arguments) + draw(st.sampled_from(["", ",", " "]))
    else:
        comma = draw(st.sampled_from([",", ""]))
        lines = [
            f"        {text}{',' if at < len(arguments) - 1 else comma}{draw(_COMMENT)}\n"
            for at, text in enumerate(arguments)
        ]
        body = "\n" + "".join(lines) + "    "
    text = draw(st.sampled_from(["{0}", "f'Rows: {{{0}}}!'", "'Rows: ' + {0}"]))
    value = draw(_JSON)
    prompt = text.format(value) if "\n" not in value or "f'" not in text else value
    unused = draw(st.sampled_from(["", "    # promptlint: ignore[PL210]\n"]))
    left = draw(st.sampled_from(["return ", "answer = "]))
    head = f"def ask{index}(rows: list[str]) -> object:\n    prompt = {prompt}\n"
    return f"{head}{unused}    {left}client.messages.create({body})\n\n\n"


@st.composite
def _module(draw: st.DrawFn) -> bytes:
    calls = [draw(_call(index)) for index in range(draw(st.integers(1, 3)))]
    noise = draw(st.sampled_from(["", "X = 1 ; Y = [ 1,2 ]   \n", "class A :\n\tb = 'ü'\n", "\n\n\n"]))
    text = f"import json\nimport anthropic\nclient = anthropic.Anthropic()\n{noise}\n\n{''.join(calls)}"
    text = text.replace("\n", draw(st.sampled_from(["\n", "\r\n"])))
    return draw(st.sampled_from([b"", codecs.BOM_UTF8])) + text.encode()


PHASES = (Phase.explicit, Phase.reuse, Phase.generate)
"""An example takes too long for a search for a smaller one."""


@settings(max_examples=10, deadline=None, phases=PHASES, suppress_health_check=[HealthCheck.too_slow])
@given(data=_module(), unsafe=st.booleans())
def test_fixes_do_what_they_should_and_nothing_else(data: bytes, unsafe: bool) -> None:
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        (folder / "app.py").write_bytes(data)
        (folder / "promptlint.toml").write_text(f"select = {SELECT}\n", encoding="utf-8")
        mended = Project(folder).mend(unsafe=unsafe)
        start = Project(folder).judge({})
        after = mended.changes.get("app.py", data)
        (folder / "app.py").write_bytes(after)
        again = Project(folder)
        ast.parse(after)
        assert untouched(after) == untouched(data)
        assert after.startswith(codecs.BOM_UTF8) == data.startswith(codecs.BOM_UTF8)
        assert (b"\r\n" in after) == (b"\r\n" in data)
        assert after.count(b"\n") == after.count(b"\r\n") or b"\r\n" not in after
        fixed = Counter(one.finding.rule.code for one in mended.applied)
        assert not codes(again.judge({})) - (codes(start) - fixed)
        assert again.mend(unsafe=unsafe).changes == {}


def untouched(data: bytes) -> list[bytes]:
    """The lines that no fix may change, but for the comma that a last argument gets where another one follows."""
    lines = data.removeprefix(codecs.BOM_UTF8).splitlines(keepends=True)
    return [line.replace(b"}],", b"}]") for line in lines if not any(word.encode() in line for word in TOUCHED)]


def codes(state: Judged) -> Counter[str]:
    return Counter(finding.rule.code for finding in state.active)
