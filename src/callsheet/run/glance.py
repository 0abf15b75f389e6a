"""The season at a glance, from the store alone: how it stands, how it grew, and what needs a person now."""

from bisect import bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum

from callsheet.model.action_item import ActionItem, Hold, ItemStatus, OwnerReason
from callsheet.model.effect import Refusal
from callsheet.model.ledger import Intent, IntentState
from callsheet.plan.rules import Rules
from callsheet.plan.season import Figures, Investigation, Promise, Record, figures, today_of
from callsheet.plan.sheet_words import owner_words
from callsheet.run.ports import Memory
from callsheet.run.season_views import counts, span
from callsheet.run.seasons import record
from callsheet.run.shapes import Glanced

WEEKS = 13
# So many of one kind are named; the rest is a number.
NAMED = 25
# Somebody was named, or nobody is left, and no account of theirs could be found to give the ticket to.
LOST = frozenset({
    OwnerReason.FALLBACK_UNKNOWN, OwnerReason.FALLBACK_SEVERAL, OwnerReason.FALLBACK_JOINT, OwnerReason.NO_ACCOUNT,
    OwnerReason.NOT_ASSIGNABLE, OwnerReason.FALLBACK_NO_ACCOUNT, OwnerReason.FALLBACK_NOT_ASSIGNABLE,
    OwnerReason.UNASSIGNED,
})  # fmt: skip


class Wants(StrEnum):
    """What can wait for a person."""

    REFUSAL = "Held back by a guard"
    UNKNOWN = "Tickets of which nobody knows whether they were made"
    REJECTED = "Refused by the tracker"
    GONE = "Promises whose ticket the tracker no longer shows"
    CONFLICT = "Promises changed on both sides"
    OWNERLESS = "Promises whose owner could not be found"
    SUMMARYLESS = "Drafts whose summary nobody wrote or checked"
    CAUSELESS = "Drafts with a summary, whose cause nobody wrote down"
    HELD = "Promises from before the first day, held and not filed"


@dataclass(frozen=True, slots=True, kw_only=True)
class Waiting:
    """One thing that waits for a person: in words, and by key or incident where it can be looked at.

    `held`: the call sheet shows them.
    """

    words: str
    key: str | None = None
    incident_id: str | None = None
    held: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Need:
    """Everything of one kind that waits; only the first few are named."""

    what: Wants
    count: int
    named: tuple[Waiting, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Week:
    """The seven days that end on `ends_on`: how many promises were made and kept until then, in all."""

    ends_on: date
    promised: int
    kept: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Glance:
    """The present season, the weeks before today, and what waits for a person."""

    figures: Figures
    weeks: tuple[Week, ...]
    needs: tuple[Need, ...]


def glance(memory: Memory, rules: Rules, now: datetime) -> Glance:
    """All of it at `now` (aware)."""
    items, today = memory.items(every=True), today_of(rules, now)
    told = record(memory, items)
    still_open = [item for item in items if item.open]
    return Glance(
        figures=figures(rules.seasons.of(today), told, rules, now),
        weeks=weeks(told.promises, today),
        needs=(*needs(memory, told, still_open), *held(still_open, today)),
    )


def weeks(promises: Iterable[Promise], today: date) -> tuple[Week, ...]:
    """The last weeks in which there was something to count, the one that ends today last. Days are UTC's."""
    made = sorted((each.filed_at or each.item.noted_at).date() for each in promises)
    kept = sorted(
        each.item.closed_at.date()
        for each in promises
        if each.item.status is ItemStatus.DONE and each.item.closed_at is not None
    )
    ends = [today - timedelta(weeks=back) for back in reversed(range(WEEKS))]
    counted = [Week(ends_on=end, promised=_until(made, end), kept=_until(kept, end)) for end in ends]
    first = next((place for place, week in enumerate(counted) if week.promised), len(counted))
    # One empty week before shows where it began.
    return tuple(counted[max(first - 1, 0) :]) if first < len(counted) else ()


def _until(days: Sequence[date], end: date) -> int:
    return bisect_right(days, end)


def needs(memory: Memory, told: Record, still_open: Sequence[ActionItem]) -> tuple[Need, ...]:
    """What waits for a person, worst first; kinds of which there are none are left out."""
    # What ended before our first cycle is nobody's homework; who waits longest comes first.
    drafts = sorted(
        (each for each in told.investigations if each.draft and not each.backfilled),
        key=lambda each: (each.opened_at, each.incident.number),
    )
    gone = memory.gone_tickets()
    found: dict[Wants, list[Refusal] | list[Intent] | list[ActionItem] | list[Investigation]] = {
        Wants.REFUSAL: [refusal for refusal, approved in memory.refusals() if not approved],
        Wants.UNKNOWN: list(memory.intents(IntentState.PARKED)),
        Wants.REJECTED: list(memory.intents(IntentState.REJECTED)),
        Wants.GONE: [item for item in still_open if item.key in gone],
        Wants.CONFLICT: [item for item in still_open if item.conflicts],
        Wants.OWNERLESS: [item for item in still_open if item.owner_reason in LOST and item.hold is None],
        Wants.SUMMARYLESS: [each for each in drafts if not each.summary],
        # Each draft waits once, for what comes next.
        Wants.CAUSELESS: [each for each in drafts if each.summary and not (each.causes or each.reviewed)],
    }
    return tuple(
        Need(what=what, count=len(some), named=tuple(_waiting(memory, each) for each in some[:NAMED]))
        for what, some in found.items()
        if some
    )


def _waiting(memory: Memory, what: Refusal | Intent | ActionItem | Investigation) -> Waiting:
    match what:
        case Refusal():
            return Waiting(words=what.what)
        case Investigation():
            return Waiting(words=f"#{what.incident.number} {what.incident.title}", incident_id=what.incident.id)
        case Intent():
            # `file:ai-…` names the item that it is about.
            item = memory.item(what.key.partition(":")[2])
            return _waiting(memory, item) if item else Waiting(words=what.key, key=what.key)
        case ActionItem():
            head = memory.incidents([what.incident_id]).get(what.incident_id)
            owner = owner_words(what)
            number = f"#{head.number} " if head else ""
            return Waiting(words=f"{number}{what.spoken.title}{f': {owner}' if owner else ''}", key=what.key)


def held(still_open: Iterable[ActionItem], today: date) -> tuple[Need, ...]:
    """What waits since before our first cycle, in one line: it waits for one decision."""
    past = [item for item in still_open if item.hold is Hold.BACKFILLED]
    if not past:
        return ()
    late = sum(item.overdue(today) for item in past)
    words = f"{late} past their date; “callsheet backfill --file” files them, “callsheet drop” gives one up"
    return (Need(what=Wants.HELD, count=len(past), named=(Waiting(words=words, held=True),)),)


def as_json(told: Glance) -> Glanced:
    """The same, as programs read it."""
    return {
        "season": span(told.figures.season),
        **counts(told.figures.total),
        "carried_in": told.figures.carried_in,
        "by_team": {name: counts(tally) for name, tally in told.figures.by_team.items()},
        "needs": [
            {
                "what": need.what.value,
                "count": need.count,
                "named": [
                    {"words": each.words, "key": each.key, "incident_id": each.incident_id} for each in need.named
                ],
            }
            for need in told.needs
        ],
        "weeks": [
            {"ends_on": week.ends_on.isoformat(), "promised": week.promised, "kept": week.kept} for week in told.weeks
        ],
    }
