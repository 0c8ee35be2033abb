from __future__ import annotations

import ast

import pytest

from promptlint.source.scopes import Module, Scope, name_key
from promptlint.source.text_file import parse


def module(source: str) -> Module:
    return Module(parse("a.py", source.encode()))


def scope(source: str, name: str) -> Scope:
    [found] = [inner for inner in module(source).scopes.values() if inner.qualified_name == name]
    return found


@pytest.mark.parametrize(
    ("statement", "names"),
    [
        ("a = b = 1", {"a", "b"}),
        ("a, (b, *c) = x", {"a", "b", "c"}),
        ("a: int = 1", {"a"}),
        ("a += 1", {"a"}),
        ("del a", {"a"}),
        ("for a, b in x: pass", {"a", "b"}),
        ("with x as a, y as (b, c): pass", {"a", "b", "c"}),
        ("import a.b.c, d as e", {"a", "e"}),
        ("from x import a, b as c", {"a", "c"}),
        ("try: pass\nexcept E as a: pass", {"a"}),
        ("def a(b=1): c = 2", {"a"}),
        ("class A(B): c = 2", {"A"}),
        ("match x:\n  case {'k': a, **b}: pass\n  case [c, *d] as e: pass", {"a", "b", "c", "d", "e"}),
        ("f = lambda a: (b := a)", {"f"}),
        ("[a for a in x]", set()),
        ("[(b := a) for a in x]", {"b"}),
        ("if (a := 1): pass", {"a"}),
        ("a.append(1)", {"a"}),
        ("a['k'] = 1", {"a"}),
        ("a[0]['k'].extend(x)", {"a"}),
        ("del a['k']", {"a"}),
        ("self.a = 1", {"self.a"}),
        ("self.a.append(1)", {"self.a"}),
        ("self.a['k'] += 'x'", {"self.a"}),
        ("self.a.b = 1", {"self.a"}),
        ("a.count(1)", set()),
        ("print(a)", set()),
    ],
)
def test_what_binds_or_changes_a_name(statement: str, names: set[str]) -> None:
    assert set(module(statement).scope.events) == names


def test_qualified_names() -> None:
    source = "class A:\n  def f(self):\n    def g():\n      return [lambda: x for x in y]\n"
    assert [inner.qualified_name for inner in module(source).scopes.values()] == [
        "",
        "A",
        "A.f",
        "A.f.g",
        "A.f.g",
        "A.f.g.<lambda>",
    ]


def test_what_a_node_is_evaluated_in() -> None:
    source = "@d\ndef f(a=b) -> r:\n    return [c for c in e for g in h]\nclass A(i):\n    j = 1\n"
    found = module(source)
    names = {
        node.id: found.scope_of(node).name
        for node in ast.walk(found.file.tree)
        if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Load)
    }
    assert names == {
        "d": "",
        "b": "",
        "r": "",
        "c": "<comprehension>",
        "e": "f",
        "h": "<comprehension>",
        "i": "",
    }


def test_changes_within_a_statement() -> None:
    found = module("a = 1\nif x:\n    a = 2\nb = 3\n")
    assert [found.scope.changes_within("a", statement) for statement in found.file.tree.body] == [True, True, False]


def test_a_global_is_an_event_of_both_scopes() -> None:
    source = "a = 1\ndef f():\n    global a\n    a = 2\n    b = 3\ndef g():\n    print(a)\n"
    found = module(source)
    writer = scope(source, "f")
    assert set(writer.events) == {"a", "b"}
    assert found.scope.events["a"] == [(1, 0), (4, 4)]
    assert [inner.name for inner in found.scope.writers["a"]] == ["f"]


def test_nonlocal_is_an_event_of_the_function_around() -> None:
    source = "def f():\n    a = 1\n    def g():\n        nonlocal a\n        a += 1\n"
    assert "a" not in module(source).scope.events
    assert scope(source, "f").events["a"] == [(2, 4), (5, 8)]
    assert [inner.name for inner in scope(source, "f").writers["a"]] == ["g"]


def test_ancestors_come_from_the_inside_out() -> None:
    found = module("def f():\n    return [g(x) for x in y]\n")
    call = next(node for node in ast.walk(found.file.tree) if isinstance(node, ast.Call))
    assert [type(node).__name__ for node in found.ancestors(call)] == ["ListComp", "Return", "FunctionDef", "Module"]


def test_name_keys() -> None:
    def key(source: str) -> str | None:
        return name_key(ast.parse(source, mode="eval").body)

    assert [key("x"), key("x.y"), key("x.y.z"), key("x[0]"), key("f().y")] == ["x", "x.y", None, None, None]


def test_deep_code_is_walked_without_recursion() -> None:
    source = "x = " + "+".join(["a"] * 2_900) + "\n"
    assert set(module(source).scope.events) == {"x"}
