"""A plan for people at a terminal: what would be done, to what, and why, field by field."""

from collections.abc import Iterable, Iterator, Sequence

from callsheet.cli.printing import printable
from callsheet.model.effect import Plan
from callsheet.render.plan import what_follows
from callsheet.run.plan_views import Change
from callsheet.run.plan_words import facts, grouped

LONGEST_DIFF = 30


def as_words(plan: Plan, found: Sequence[Change]) -> Iterator[str]:
    """The plan, by kind of effect."""
    if not plan.effects and not plan.refused and not plan.blocked:
        yield "Nothing to do, as far as can be seen."
    for heading, changes in grouped(found):
        yield heading
        for change in changes:
            yield from _told(change)
        yield ""
    for blocked in plan.blocked:
        yield f"blocked {blocked.effect} {blocked.key}: {blocked.what}"
    yield from what_follows(plan)
    for refusal in plan.refused:
        yield f"held back ({refusal.id}): {refusal.what}"


def _told(change: Change) -> Iterator[str]:
    yield f"  {printable(change.name)}: {change.reason}"
    for name, was, now in facts(change):
        yield from _indented(f"{name}: {now}" if was is None else f"{name}: {was} -> {now}", "      ")
    if change.effect != "FileTicket" and change.text:
        yield from _indented(change.text, "      | ")
    yield from _diff(change.diff)


def _diff(lines: Sequence[str]) -> Iterator[str]:
    for line in lines[:LONGEST_DIFF]:
        yield f"      {printable(line)}".rstrip()
    if len(lines) > LONGEST_DIFF:
        yield f"      … {len(lines) - LONGEST_DIFF} more lines: `callsheet plan --html` shows them all"


def _indented(text: str, margin: str) -> Iterable[str]:
    return (f"{margin}{printable(line)}".rstrip() for line in text.split("\n"))
