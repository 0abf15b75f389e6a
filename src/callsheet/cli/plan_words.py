"""A plan for people at a terminal: what would be done, to what, and why, field by field."""

from collections.abc import Collection, Iterator, Sequence
from itertools import groupby
from textwrap import wrap

from callsheet.cli.printing import printable
from callsheet.model.effect import Plan
from callsheet.render.plan import nothing_planned, what_follows
from callsheet.run.plan_views import Change
from callsheet.run.plan_words import facts, grouped

LONGEST_DIFF = 30
# In columns.
WIDTH = 80
MARGIN = " " * 6


def as_words(plan: Plan, found: Sequence[Change], unread: int, silent: Collection[str] = ()) -> Iterator[str]:
    """The plan, by kind of effect. `unread`: so many of the incidents that open were not read for it.

    `silent`: the sides that could not be read at all.
    """
    if not plan.effects and not plan.refused and not plan.blocked:
        yield nothing_planned(silent)
    for heading, changes in grouped(found):
        yield heading
        for within, some in groupby(changes, lambda change: change.within):
            if within:
                yield f"  {printable(within)}"
            for change in some:
                yield from _told(change, "    " if within else "  ")
        yield ""
    for blocked in plan.blocked:
        yield f"blocked {blocked.effect} “{printable(blocked.title)}” ({blocked.key}): {blocked.what}"
    yield from what_follows(plan, unread)
    for refusal in plan.refused:
        yield f"held back ({refusal.id}): {refusal.what}"


def _told(change: Change, margin: str) -> Iterator[str]:
    yield f"{margin}{printable(change.name)}{f': {change.reason}' if change.reason else ''}"
    for line in _packed(change):
        yield from _indented(line, MARGIN)
    if change.effect != "FileTicket" and change.text:
        yield from _indented(change.text, f"{MARGIN}| ")
    yield from _diff(change.diff)


def _packed(change: Change) -> Iterator[str]:
    """The fields: each that changes on a line of its own, those of something new side by side while they fit."""
    line = ""
    for name, was, now in facts(change):
        field = f"{name}: {now}" if was is None else f"{name}: {was} -> {now}"
        if line and was is None and len(f"{MARGIN}{line} · {field}") <= WIDTH and "\n" not in field:
            line = f"{line} · {field}"
            continue
        if line:
            yield line
        line = field
    if line:
        yield line


def _diff(lines: Sequence[str]) -> Iterator[str]:
    for line in lines[:LONGEST_DIFF]:
        yield f"{MARGIN}{printable(line)}".rstrip()
    if len(lines) > LONGEST_DIFF:
        yield f"{MARGIN}… {len(lines) - LONGEST_DIFF} more lines: `callsheet plan --html` shows them all"


def _indented(text: str, margin: str) -> Iterator[str]:
    """Each line of the text, in as many as it takes; an address is never broken."""
    for line in text.split("\n"):
        for part in wrap(printable(line), WIDTH - len(margin), break_long_words=False, break_on_hyphens=False) or [""]:
            yield f"{margin}{part}".rstrip()
