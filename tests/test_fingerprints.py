from __future__ import annotations

from dataclasses import replace
from itertools import pairwise

from promptlint.catalogue import Rule
from promptlint.fingerprints import SHAPE, Fingerprints
from promptlint.request import Argument, Block, CallSite, Piece, Place, Request, System, Text

RULE = Rule("PL103", "made-up", "caching", "code", "warning", "high", "0.1.0", "stable", "summary", "why", "fix")
SOURCE = "import x\nf(model='a')\nf(model='b')\n"


def at(line: int, end_line: int = 0, path: str = "a.py", column: int = 1, end_column: int = 5) -> Place:
    return Place(path, line, column, end_line or line, end_column)


def fingerprint(source: str, place: Place, call: CallSite | None = None, rule: Rule = RULE) -> str:
    return Fingerprints({place.path: source}).next(rule, place, call)


def calling(place: Place, function: str = "g", prompt: str = "", block: Place | None = None) -> CallSite:
    system = System(True, (Block("text", Text((Piece(prompt, Place("p.py", 1, 1, 1, 9)),)), block or place),))
    return CallSite(f"{place.path}::{function}", place, function, "anthropic.messages.create", Request(system=system))


def test_it_outlives_moved_lines_and_new_blanks() -> None:
    first = fingerprint(SOURCE, at(2, end_column=13))
    assert fingerprint("\n\n" + SOURCE, at(4, end_column=13)) == first
    assert fingerprint("f(\n  model = 'a'\n)", Place("a.py", 1, 1, 3, 2)) == first
    assert len(first) == 64
    assert int(first, 16) > 0


def test_it_outlives_a_renamed_file() -> None:
    old, new = at(2), at(2, path="b/c.py")
    for wide in (5, 20):  # the call itself, and something in it
        calls = [calling(replace(place, end_column=wide)) for place in (old, new)]
        assert fingerprint(SOURCE, old, calls[0]) == fingerprint(SOURCE, new, calls[1])


def test_it_tells_findings_apart() -> None:
    place, around = at(2, end_column=13), at(2, end_column=20)
    names = [
        fingerprint(SOURCE, place),
        fingerprint(SOURCE, at(3, end_column=13)),
        fingerprint(SOURCE, at(2, end_column=12)),
        fingerprint(SOURCE, place, calling(around)),
        fingerprint(SOURCE, place, calling(around, "h")),
        fingerprint(SOURCE, place, replace(calling(around), api="anthropic.messages.stream")),
        fingerprint(SOURCE, place, rule=replace(RULE, code="PL104")),
    ]
    assert len(set(names)) == len(names)


def test_it_changes_with_the_text_that_is_sent_from_the_place() -> None:
    source, argument = "f(system=RULES)", at(1, column=10, end_column=15)
    whole, model = at(1, end_column=16), at(1, column=3, end_column=9)
    kind, curt = (calling(whole, prompt=prompt, block=argument) for prompt in ("Be kind.", "Be curt."))
    assert fingerprint(source, argument, kind) != fingerprint(source, argument, curt)
    assert fingerprint(source, whole, kind) == fingerprint(source, whole, curt)
    assert fingerprint(source, model, kind) == fingerprint(source, model, curt)
    elsewhere = at(9, path="p.py")
    kind, curt = (
        replace(site, request=replace(site.request, system=replace(site.request.system, place=argument)))
        for site in (calling(whole, prompt=prompt, block=elsewhere) for prompt in ("Be kind.", "Be curt."))
    )
    assert fingerprint(source, argument, kind) != fingerprint(source, argument, curt)


def test_of_a_whole_call_the_arguments_count_not_what_they_say() -> None:
    place = at(1, end_column=14)
    site = calling(place, prompt="Be kind.")
    first = fingerprint("f(model=ONE)", place, site)
    assert fingerprint("f(model=TWO)", place, site) == first
    warm = replace(site, request=replace(site.request, others={"temperature": Argument((1,), present=True)}))
    assert fingerprint("f(model=ONE)", place, warm) != first
    loop = Place("a.py", 1, 1, 3, 9)
    assert fingerprint("for x in y:", loop, site) == first


def test_a_prompt_that_several_calls_send_is_one_whichever_call_comes_first() -> None:
    prompt = at(1, path="p.py")
    assert fingerprint("RULES", prompt, calling(at(1), "g")) == fingerprint("RULES", prompt, calling(at(9), "h"))


def test_a_file_that_is_a_prompt_is_known_by_its_text() -> None:
    whole = Place("a.md", 1, 1, 1, 1)
    site = replace(calling(whole, "<prompt>", "Be kind."), api="prompt.file")
    renamed = replace(site, place=replace(whole, path="b.md"))
    first = fingerprint("Be kind.", whole, site)
    assert fingerprint("Be kind.", renamed.place, renamed) == first
    assert fingerprint("Be curt.", whole, replace(calling(whole, "<prompt>", "Be curt."), api="prompt.file")) != first


def test_equal_findings_are_numbered() -> None:
    fingerprints = Fingerprints({"a.py": "f()\nf()\nf()\n"})
    names = [fingerprints.next(RULE, at(line, end_column=4)) for line in (1, 2, 3)]
    assert all(a != b for a, b in pairwise(names))
    assert {name[:SHAPE] for name in names} == {names[0][:SHAPE]}
    assert [name[SHAPE:] for name in names] == ["00000001", "00000002", "00000003"]


def test_a_place_whose_source_is_not_kept() -> None:
    assert fingerprint("", at(7, path="p.md")) == fingerprint("", at(7, path="q.md"))
