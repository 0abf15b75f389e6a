"""A plan in groups and fields, for whoever shows it: the terminal, and pages."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import groupby
from typing import Final

from callsheet.run.plan_views import TO_BE_FILED, Change

# In the order of a cycle: how many of what, and the sign of each.
HEADINGS: Final = {
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
    """The changes by kind of effect, each kind under its heading, in the order of a cycle.

    A reason that all of a kind share is in the heading, and not said again with each.
    """
    order = list(HEADINGS)
    for effect, group in groupby(sorted(found, key=lambda c: order.index(c.effect)), key=lambda c: c.effect):
        changes = list(group)
        heading = HEADINGS[effect].format(len(changes), s="" if len(changes) == 1 else "s")
        if len({change.reason for change in changes}) == 1:
            heading = f"{heading}: {changes[0].reason}"
            changes = [replace(change, reason="") for change in changes]
        yield heading, changes


def facts(change: Change) -> list[tuple[str, str | None, str]]:
    """The fields of a change: name, what is there (None: nothing), what would be.

    Without those that the change's name or diff tells, and without what every new ticket lacks.
    """
    before = change.before or {}
    told: list[tuple[str, str | None, str]] = []
    for name, value in change.after.items():
        if name == "backfilled":
            told += [("from the past", None, "its items are held")] if value else []
            continue
        now, was = shown(value), shown(before[name]) if name in before else None
        if (change.diff and name in {"note", "lines"}) or (now == "-" and was is None):
            continue
        if now == TO_BE_FILED or (was is None and change.name == f"“{now}”"):
            continue
        told.append((name.replace("_", " "), was, now))
    return told


def shown(value: object) -> str:
    """A value of a change in words."""
    if isinstance(value, list):
        return "; ".join(str(part) for part in value) or "-"
    if isinstance(value, dict):
        return "; ".join(f"{name} = {part}" for name, part in value.items()) or "-"
    if isinstance(value, bool):
        return "yes" if value else "no"
    return "-" if value is None or value == "" else str(value)
