"""A plan for people at a terminal: what would be done, to what, and why, field by field."""

from collections.abc import Iterable, Iterator, Sequence
from itertools import groupby

from callsheet.cli.season_words import printable
from callsheet.model.effect import Plan
from callsheet.render.plan import what_follows
from callsheet.run.plan_views import Change

LONGEST_DIFF = 30
# In the order of a cycle: how many of what, and the sign of each.
HEADINGS = {
    "OpenPostmortem": "Open {} post-mortem{s}",
    "FileTicket": "File {} ticket{s}",
    "Adopt": "Take over {} ticket{s}",
    "UpdateTicket": "Change {} ticket{s}",
    "TransitionTicket": "Close {} ticket{s} of dropped items",
    "Comment": "Comment on {} ticket{s}",
    "LinkDuplicate": "Link {} duplicate{s}",
    "RecordStatus": "Take over what changed in {} ticket{s}",
    "PostNote": "Write {} note{s} on incidents",
    "Publish": "Write {} document{s}",
    "SendNudge": "Remind {} reader{s}",
    "SendReport": "Send {} report{s}",
}


def grouped(found: Sequence[Change]) -> Iterator[tuple[str, list[Change]]]:
    """The changes by kind of effect, each kind under its heading, in the order of a cycle."""
    order = list(HEADINGS)
    for effect, group in groupby(sorted(found, key=lambda c: order.index(c.effect)), key=lambda c: c.effect):
        changes = list(group)
        yield HEADINGS[effect].format(len(changes), s="" if len(changes) == 1 else "s"), changes


def facts(change: Change) -> list[tuple[str, str | None, str]]:
    """The fields of a change: name, what is there (None: nothing), what would be; without those that a diff tells."""
    before = change.before or {}
    told = []
    for name, value in change.after.items():
        now, was = shown(value), shown(before[name]) if name in before else None
        if (change.diff and name in {"note", "lines"}) or (now == "-" and was is None):
            continue
        told.append((name.replace("_", " "), was, now))
    return told


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


def shown(value: object) -> str:
    """A value of a change in words."""
    if isinstance(value, list):
        return "; ".join(str(part) for part in value) or "-"
    if isinstance(value, dict):
        return "; ".join(f"{name} = {part}" for name, part in value.items()) or "-"
    if isinstance(value, bool):
        return "yes" if value else "no"
    return "-" if value is None or value == "" else str(value)
