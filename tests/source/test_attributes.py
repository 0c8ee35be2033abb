"""Attributes of objects, classes and settings."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.source.reading import Sources, asked, capped, conversation, modelled


@pytest.mark.parametrize(
    ("source", "prompt"),
    [
        ("class A:\n    p = 'x'\n    def f(self):\n        ask(self.p)", "x"),
        ("class A:\n    p = 'x'\n    @classmethod\n    def f(cls):\n        ask(cls.p)", "x"),
        ("class A:\n    p = 'x'\nask(A.p)", "x"),
        ("class A:\n    p = 'x'\nask(A().p)", "x"),
        ("class A:\n    def __init__(self):\n        self.p = 'x'\n    def f(self):\n        ask(self.p)", "x"),
        ("class A:\n    def __init__(self, p):\n        self.p = p\n    def f(self):\n        ask(self.p)", "{p}"),
        ("class A:\n    def __init__(self, p='x'):\n        self.p = p\nask(A().p)", "x"),
        ("class A:\n    def __init__(self, p):\n        self.p = p\nask(A('x').p)", "x"),
        ("class A:\n    def __init__(self, p):\n        self.p = p + '!'\na = A(p='x')\nask(a.p)", "x!"),
        ("class A:\n    def f(self):\n        self.p = 'x'\n        ask(self.p)", "x"),
        ("class A:\n    p = 'x'\n    def f(self):\n        self.p = 'y'\n        ask(self.p)", "y"),
        (
            (
                "class A:\n    def __init__(self):\n        self.p = 'x'\n"
                "    def set(self):\n        self.p = 'y'\n    def f(self):\n        ask(self.p)"
            ),
            "[x|y]",
        ),
        (
            (
                "class A:\n    def __init__(self):\n        self.p = None\n"
                "    def load(self):\n        self.p = 'y'\n    def f(self):\n        ask(self.p)"
            ),
            "y",
        ),
        (
            (
                "class A:\n    def __init__(self):\n        self.setup()\n"
                "    def setup(self):\n        self.p = 'y'\n    def f(self):\n        ask(self.p)"
            ),
            "y",
        ),
        ("class A:\n    @property\n    def p(self):\n        return 'x'\n    def f(self):\n        ask(self.p)", "x"),
        (
            (
                "from functools import cached_property\n"
                "class A:\n    @cached_property\n    def p(self):\n        return 'x'\nask(A().p)"
            ),
            "x",
        ),
        ("class A:\n    def p(self):\n        return 'x'\n    def f(self):\n        ask(self.p())", "x"),
        (
            "class A:\n    @staticmethod\n    def p(a):\n        return a\n    def f(self):\n        ask(self.p('x'))",
            "x",
        ),
        ("class A:\n    @classmethod\n    def p(cls, a):\n        return a\nask(A.p('x'))", "x"),
        ("class A:\n    def p(self, a):\n        return self.q + a\n    q = 'x'\nask(A().p('y'))", "xy"),
        ("class B:\n    p = 'x'\nclass A(B):\n    pass\nask(A().p)", "x"),
        ("class B:\n    p = 'x'\nclass A(B):\n    p = 'y'\nask(A().p)", "y"),
        (
            "class B:\n    def text(self):\n        return self.p\nclass A(B):\n    p = 'y'\nask(A().text())",
            "y",
        ),
        (
            (
                "class B:\n    def __init__(self, p):\n        self.p = p\nclass A(B):\n"
                "    def __init__(self):\n        super().__init__('x')\nask(A().p)"
            ),
            "x",
        ),
        (
            (
                "class B:\n    def p(self):\n        return 'x'\nclass A(B):\n"
                "    def p(self):\n        return super().p() + 'y'\nask(A().p())"
            ),
            "xy",
        ),
        (
            (
                "class B:\n    def __init__(self, p, q='z'):\n        self.p = p + q\nclass A(B):\n"
                "    def __init__(self, who):\n        super().__init__(p='for ' + who)\n"
                "        self.p += '!'\nask(A('me').p)"
            ),
            "for mez!",
        ),
        (
            (
                "class C:\n    def __init__(self, p):\n        self.p = p\nclass B(C):\n  pass\nclass A(B):\n"
                "    def __init__(self, **kw):\n        super().__init__('x', **kw)\n    def f(self):\n     ask(self.p)"
            ),
            "x",
        ),
        (
            "class B:\n    p = 'x'\nclass A(B):\n    p = 'y'\n    def f(self):\n        ask(super().p + self.p)",
            "xy",
        ),
        ("class A:\n    class B:\n        p = 'x'\nask(A.B.p)", "x"),
        ("class A(A):\n    pass\nask(A().p)", "{A(...).p}"),
        ("import os\nos.p = 'x'\nask(os.p)", "x"),
    ],
)
def test_attributes(tmp_path: Path, source: str, prompt: str) -> None:
    assert asked(tmp_path, source) == prompt


@pytest.mark.parametrize(
    ("source", "prompt"),
    [
        ("from dataclasses import dataclass\n@dataclass\nclass A:\n    p: str = 'x'\nask(A().p)", "x"),
        ("from dataclasses import dataclass\n@dataclass\nclass A:\n    p: str = 'x'\nask(A(p='y').p)", "y"),
        ("from dataclasses import dataclass\n@dataclass\nclass A:\n    p: str\n    q: str\nask(A('x', 'y').q)", "y"),
        (
            "from dataclasses import dataclass, field\n@dataclass\nclass A:\n  p: str = field(default='x')\nask(A().p)",
            "x",
        ),
        (
            (
                "from dataclasses import dataclass, field\n@dataclass\nclass A:\n"
                "    p: str = field(default_factory=lambda: 'x')\nask(A().p)"
            ),
            "x",
        ),
        ("from typing import NamedTuple\nclass A(NamedTuple):\n    p: str\n    q: str = 'x'\nask(A('y').p)", "y"),
        ("from pydantic import BaseModel\nclass A(BaseModel):\n    p: str = 'x'\nask(A().p)", "x"),
        ("from pydantic import BaseModel, Field\nclass A(BaseModel):\n    p: str = Field('x')\nask(A().p)", "x"),
        ("from enum import Enum\nclass A(Enum):\n    P = 'x'\nask(A.P.value)", "x"),
        ("from enum import StrEnum\nclass A(StrEnum):\n    P = 'x'\nask(A.P)", "x"),
    ],
)
def test_fields(tmp_path: Path, source: str, prompt: str) -> None:
    assert asked(tmp_path, source) == prompt


BASE: Sources = {
    "app/__init__.py": "",
    "app/base.py": (
        "class Base:\n"
        "    model = 'claude-haiku-5-5'\n"
        "    def __init__(self, prompt='x'):\n"
        "        self.prompt = prompt\n"
        "        self.history = []\n"
    ),
}


def test_base_class_in_another_file(tmp_path: Path) -> None:
    source = "from app.base import Base\nclass A(Base):\n    def f(self):\n        {}\n"
    assert asked(tmp_path, source.format("ask(self.prompt)"), BASE) == "[x|{prompt}]"
    found = modelled(tmp_path, source.format("use(self.model)"), BASE)
    assert (found.only, found.how) == ("claude-haiku-5-5", "attribute")
    assert [(origin.path, origin.line) for origin in found.origins] == [("app/base.py", 2)]


def test_base_class_by_module_and_generic(tmp_path: Path) -> None:
    source = "import app.base as base\nclass A(base.Base[int]):\n    def f(self):\n        use(self.model)\n"
    assert modelled(tmp_path, source, BASE).only == "claude-haiku-5-5"


def test_settings(tmp_path: Path) -> None:
    files: Sources = {
        "config.py": (
            "from functools import lru_cache\n"
            "from pydantic_settings import BaseSettings\n"
            "class Settings(BaseSettings):\n"
            "    model: str = 'claude-haiku-5-5'\n"
            "@lru_cache\n"
            "def get_settings() -> Settings:\n"
            "    return Settings()\n"
            "settings = get_settings()\n"
        )
    }
    for source in (
        "from config import settings\nuse(settings.model)",
        "from config import get_settings\nuse(get_settings().model)",
        "from config import Settings\ndef f(settings: Settings):\n    use(settings.model)",
        "from config import Settings\nuse(Settings().model)",
        "import config\nuse(config.settings.model)",
        "from config import settings\nuse(getattr(settings, 'model', 'other'))",
    ):
        found = modelled(tmp_path, source, files)
        assert (found.values, found.complete, found.how) == (("claude-haiku-5-5",), True, "config"), source


def test_getattr(tmp_path: Path) -> None:
    assert asked(tmp_path, "class A:\n    p = 'x'\nask(getattr(A(), 'p', 'd'))") == "x"
    assert asked(tmp_path, "class A:\n    pass\nask(getattr(A(), 'p', 'd'))") == "[{A(...).p}|d]"
    assert asked(tmp_path, "class A:\n    pass\nask(getattr(A(), 'p', None) or 'd')") == "[{A(...).p}|d]"
    assert asked(tmp_path, "import conf\nask(getattr(conf, 'P', 'd'))") == "[{conf.P}|d]"


def test_model_of_self(tmp_path: Path) -> None:
    source = (
        "class A:\n"
        "    def __init__(self, model: str = 'claude-haiku-5-5', cap: int | None = None):\n"
        "        self.model = model\n"
        "    def f(self):\n"
        "        use(self.model)\n"
    )
    found = modelled(tmp_path, source)
    assert (found.values, found.complete, found.how) == (("claude-haiku-5-5",), False, "parameter")


def test_history_of_an_object(tmp_path: Path) -> None:
    source = (
        "class Chat:\n"
        "    def __init__(self):\n"
        "        self.m = []\n"
        "    def ask(self, text):\n"
        "        self.m.append({'role': 'user', 'content': text})\n"
        "        reply = say(self.m)\n"
        "        self.m.append({'role': 'assistant', 'content': 'ok'})\n"
    )
    assert conversation(tmp_path, source) == ["user?*: {text}", "assistant?*: ok", "user: {text}"]


@pytest.mark.parametrize(
    ("source", "models"),
    [
        (
            (
                "class A:\n    def m(self):\n        return 'a'\n    def go(self):\n        use(self.m())\n"
                "class B(A):\n    def m(self):\n        return 'b'"
            ),
            {"a", "b"},
        ),
        (
            (
                "class A:\n    def __init__(self, m):\n        self.m = m\n    @classmethod\n    def best(cls):\n"
                "        return cls('b')\n    def go(self):\n        use(self.m)\nA('a').go()"
            ),
            {"a", "b"},
        ),
        (
            (
                "class A:\n    def __init__(self, m):\n        self.m = m\nclass B(A):\n    def __init__(self, t):\n"
                "        A.__init__(self, 'b')\nuse(B('t').m)"
            ),
            {"b"},
        ),
        (
            (
                "class A:\n    def __init__(self):\n        self.m = 'a'\n        if x:\n            self.m = 'b'\n"
                "            return\n        self.m = 'c'\nuse(A().m)"
            ),
            {"b", "c"},
        ),
    ],
)
def test_every_way_to_an_attribute(tmp_path: Path, source: str, models: set[str]) -> None:
    found = modelled(tmp_path, source)
    assert (set(found.values), found.complete) == (models, True)


@pytest.mark.parametrize(
    "field",
    [
        "n: ClassVar[int] = 1",
        "n: typing.ClassVar = 1",
        "n: int = field(default=1, init=False)",
        "n: int = field(default=1, kw_only=True)",
    ],
)
def test_fields_that_take_no_position(tmp_path: Path, field: str) -> None:
    head = "import typing\nfrom dataclasses import dataclass, field\nfrom typing import ClassVar\n"
    source = f"{head}@dataclass\nclass C:\n    {field}\n    m: str = 'a'\nuse(C('b').m)"
    assert modelled(tmp_path, source).values == ("b",)


def test_fields_behind_the_mark_of_keyword_only_ones(tmp_path: Path) -> None:
    head = "from dataclasses import dataclass, KW_ONLY\n"
    source = f"{head}@dataclass\nclass C:\n    m: str = 'a'\n    _: KW_ONLY\n    n: str = 'x'\nuse(C('b', n='y').m)"
    assert modelled(tmp_path, source).values == ("b",)


TIER = "from enum import Enum\nclass T(Enum):\n    FAST = 'x'\n    NONE = ''\n"
TEXT_TIER = "from enum import Enum\nclass T(str, Enum):\n    FAST = 'x'\n    NONE = ''\n"


@pytest.mark.parametrize(
    ("source", "prompt"),
    [
        (TIER + "ask(T.FAST.value)", "x"),
        (TIER + "ask(f'{T.FAST.value}!')", "x!"),
        (TIER + "ask(f'{T.FAST}!')", "T.FAST!"),
        (TIER + "ask('{}!'.format(T.FAST))", "T.FAST!"),
        (TIER + "ask('%s!' % T.FAST)", "T.FAST!"),
        (TIER + "ask(str(T.FAST))", "T.FAST"),
        (TIER + "    def __str__(self):\n        return self.value\nask(f'{T.FAST}!')", "[x|{str()}]!"),
        (TIER + "t = T.FAST\nask('a' if t == 'x' else 'b')", "b"),
        (TIER + "t = T.FAST\nask('a' if t != 'x' else 'b')", "a"),
        (TIER + "t = T.FAST\nask('a' if t == T.FAST else 'b')", "a"),
        (TIER + "t = T.FAST\nask('a' if t == T.NONE else 'b')", "b"),
        (TIER + "ask('a' if T.NONE else 'b')", "a"),
        (TIER + "ask('a' if T.NONE.value else 'b')", "b"),
        # Python writes a member that is a string itself as its name since 3.12, and as its value before.
        (TEXT_TIER + "ask(T.FAST)", "x"),
        (TEXT_TIER + "ask(f'{T.FAST}!')", "[x|T.FAST]!"),
        (TEXT_TIER + "t = T.FAST\nask('a' if t == 'x' else 'b')", "a"),
        (TEXT_TIER + "ask('a' if T.NONE else 'b')", "b"),
        ("from enum import StrEnum\nclass T(StrEnum):\n    FAST = 'x'\nask(f'{T.FAST}!')", "x!"),
    ],
)
def test_members_of_enumerations(tmp_path: Path, source: str, prompt: str) -> None:
    assert asked(tmp_path, source) == prompt


def test_a_circle_of_methods_leaves_a_hole(tmp_path: Path) -> None:
    source = (
        "class A:\n    def __init__(self):\n        self.insights = str()\n"
        "    def run(self):\n        ask(self.prompt())\n        self.insights = self.reflect()\n"
        "    def reflect(self):\n        return self.prompt()\n"
        "    def prompt(self):\n        return f'{self.insights}'"
    )
    assert asked(tmp_path, source) == "[|{self.insights}]{...}"


COUNTER = """\
class A:
    limit = 4096
    def __init__(self):
        self.used = 0
    def ask(self):
        cap(min(self.limit, 8000 - self.used))
"""


def test_a_number_that_a_method_counts_up_is_not_the_first_one_only(tmp_path: Path) -> None:
    found = capped(tmp_path, f"{COUNTER}        self.used += count()\n")
    assert (found.values, found.complete) == ((4096,), False)
    assert capped(tmp_path, COUNTER).only == 4096
