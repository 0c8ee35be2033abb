"""Attributes that are set from outside of what has them."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.source.reading import Sources, modelled

CLASS = "class A:\n    model = 'a'\n    def go(self):\n        use(self.model)\n"
PLAIN = "class A:\n    model = 'a'\n"


@pytest.mark.parametrize(
    ("source", "values", "complete"),
    [
        (CLASS + "x = A()\nx.model = 'b'\nx.go()", ("a", "b"), True),
        (CLASS + "x = A()\nx.model: str = 'b'\nx.go()", ("a", "b"), True),
        (CLASS + "def tune(x):\n    x.model = 'b'\nx = A()\ntune(x)\nx.go()", ("a", "b"), True),
        (CLASS + "def tune(x: A, name):\n    x.model = name\n", ("a",), False),
        (CLASS + "setattr(A(), 'model', 'b')", ("a", "b"), True),
        (CLASS + "def tune(x: A, **more):\n    for k, v in more.items():\n        setattr(x, k, v)", ("a",), False),
        (CLASS + "x = A()\nx.model += 'b'", ("a",), False),
        (
            PLAIN + "    def __init__(self, **k):\n        self.__dict__.update(k)\nuse(A(model='b').model)",
            ("a",),
            False,
        ),
        (PLAIN + "    def __init__(self, **k):\n        vars(self).update(k)\nuse(A(model='b').model)", ("a",), False),
        (PLAIN + "    def __init__(self, **k):\n        self.more.update(k)\nuse(A(model='b').model)", ("a",), True),
        (PLAIN + "A.model = 'b'\ndef go():\n    use(A.model)", ("a", "b"), True),
        (PLAIN + "class B(A): ...\nB().model = 'b'\ndef go():\n    use(A.model)", ("a", "b"), True),
        (
            PLAIN + "    @classmethod\n    def tune(cls):\n        cls.model = 'b'\ndef go():\n    use(A.model)",
            ("a", "b"),
            True,
        ),
        # Nothing of these is the class or one of its objects.
        (CLASS + "class B: ...\nB().model = 'b'", ("a",), True),
        (CLASS + "reply().model = 'b'", ("a",), True),
        (CLASS + "x = A()\nx.other = 'b'", ("a",), True),
        (CLASS + "setattr(A(), 'other', 'b')", ("a",), True),
        # Nobody is expected to set a method, and an order that can be seen is followed.
        ("class A:\n    def name(self):\n        return 'a'\nA.name = None\nuse(A().name())", ("a",), True),
        (PLAIN + "x = A()\nx.model = 'b'\nuse(x.model)", ("b",), True),
    ],
)
def test_in_one_file(tmp_path: Path, source: str, values: tuple[str, ...], complete: bool) -> None:
    found = modelled(tmp_path, source)
    assert (found.values, found.complete) == (values, complete)


SETTINGS = "class Settings:\n    model = 'a'\nsettings = Settings()\nMODEL = 'a'\n"


@pytest.mark.parametrize(
    ("others", "values"),
    [
        ({"cli.py": "from config import settings\n\nsettings.model = 'b'\n"}, ("a", "b")),
        ({"cli.py": "import config\n\nconfig.settings.model = 'b'\n"}, ("a", "b")),
        ({"cli.py": "from config import Settings\n\nSettings.model = 'b'\n"}, ("a", "b")),
        ({"tests/test_cli.py": "from config import settings\n\nsettings.model = 'b'\n"}, ("a",)),
        ({"cli.py": "from other import settings\n\nsettings.model = 'b'\n"}, ("a",)),
    ],
)
def test_in_another_file(tmp_path: Path, others: Sources, values: tuple[str, ...]) -> None:
    source = "from config import settings\ndef go():\n    use(settings.model)"
    assert modelled(tmp_path, source, {"config.py": SETTINGS, **others}).values == values


def test_a_name_of_a_module(tmp_path: Path) -> None:
    others: Sources = {"config.py": SETTINGS, "cli.py": "import config\n\nconfig.MODEL = 'b'\n"}
    assert modelled(tmp_path, "import config\ndef go():\n    use(config.MODEL)", others).values == ("a", "b")
