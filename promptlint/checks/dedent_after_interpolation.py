"""PL412: a value of several lines is put into a text before it is dedented, so that the indentation stays."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from promptlint.checks._cost import MILLION, UNKNOWN_MODEL, dollars, price_of, prices
from promptlint.checks._holes import blocks_of, named
from promptlint.checks._json import indent_of
from promptlint.checks._place import first_line, source_of
from promptlint.findings import Hit, Related
from promptlint.request import Hole, Piece, Variant

if TYPE_CHECKING:
    from collections.abc import Iterator

    from promptlint.audit import Audit
    from promptlint.request import CallSite, Dedent, Place, Project, Text

_WHOLE_FILE = re.compile(r"\.(?:read|read_text)\([^()]*\)(?:\.strip\(\))?$")


def check(call: CallSite, audit: Audit) -> Iterator[Hit]:
    """Report each call of `dedent` that leaves a prompt indented, with the first value that makes it do so."""
    found: dict[Place, Hit] = {}
    for block in blocks_of(call) if call.priced else ():
        for part in _values(block.text) if block.text is not None else ():
            if part.dedent is not None and _has_lines(part, audit.project) and part.dedent.place not in found:
                found[part.dedent.place] = _hit(call, part, part.dedent, block.text, audit)
    yield from found.values()


def _values(text: Text) -> Iterator[Piece | Hole]:
    for part in text.parts:
        if isinstance(part, Variant):
            for option in part.options:
                yield from _values(option)
        else:
            yield part


def _has_lines(part: Piece | Hole, project: Project) -> bool:
    """Whether a value is sure to have several lines, the later ones without the indentation."""
    if isinstance(part, Piece) or part.dedent is None or part.dedent.certain:
        return True
    made = source_of(part.trail[-1].place, project) if part.trail else part.name
    return bool(indent_of(part)) or (part.origin == "file" and _WHOLE_FILE.search(made) is not None)


def _hit(call: CallSite, part: Piece | Hole, dedent: Dedent, text: Text | None, audit: Audit) -> Hit:
    name = _name(part)
    field = name.lower() if name.isidentifier() else "value"
    return Hit(
        place=first_line(dedent.place, audit.project),
        message=f"{name or 'A value'} has several lines and is put in before {dedent.name}, "
        "which then finds no common margin: the prompt is sent with its indentation",
        call=call.id,
        label="takes no indentation away",
        cost=_cost(call, text, dedent, audit),
        help=f"Dedent the text first, and put the values in then; braces that are doubled stay so:\n"
        f'    {dedent.name}("""... {{{field}}} ...""").format({field}={name or field})',
        related=(Related(part.trail[-1].place if part.trail else part.place, "its lines begin further left"),),
    )


def _name(part: Piece | Hole) -> str:
    """What the value is called where it is put in."""
    if part.trail:
        return part.trail[-1].name
    return named(part) if isinstance(part, Hole) and part.name != "..." else ""


def _cost(call: CallSite, text: Text | None, dedent: Dedent, audit: Audit) -> str:
    """USD of the blanks in front of the lines that stand in the call."""
    own = "".join(piece.text for piece in (text.pieces() if text else ()) if dedent.place.contains(piece.place))
    plain = own.replace(f"\n{dedent.indent}", "\n")
    amounts = []
    for model in audit.ledger.models(call):
        price, spread = prices(call, model), audit.ledger.count(plain.replace("\n", f"\n{dedent.indent}"), model)
        meant = audit.ledger.count(plain, model)
        if price is not None and price.input is not None and spread.high is not None and meant.high is not None:
            tokens = (spread.low - meant.low, spread.high - meant.high)
            amounts += [max(0.0, count) * price.input / MILLION for count in tokens]
    if not amounts:
        return UNKNOWN_MODEL
    source = price_of(*audit.ledger.models(call))
    return f"{dollars(amounts)} for the blanks ({source}); what the model reads into them has no number"
