"""How the sync is, from the store alone: for `callsheet status`, `/status`, the probes and the metrics."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta, tzinfo

from callsheet.model.action_item import Hold
from callsheet.model.counted import counted
from callsheet.model.ledger import Intent, IntentState
from callsheet.plan.policy import Mode
from callsheet.run.history import LastCycle, Side, last_cycle, sides
from callsheet.run.overview import FIRST_CYCLE
from callsheet.run.ports import Memory
from callsheet.run.pull import FEED_CURSOR, SWEPT, TICKET_CURSOR
from callsheet.run.report import told_failed, told_held_back, told_set_aside
from callsheet.run.status_shapes import AboutSide, Counted, Cycle, Facts, Status, Undecided

# A cycle may take its time, a backfill above all.
LATE_CYCLES = 3
LATE_AT_LEAST = timedelta(minutes=10)
# An unknown outcome settles itself within minutes; one that does not is somebody's business.
UNKNOWN_TOO_LONG = timedelta(minutes=30)


@dataclass(frozen=True, slots=True, kw_only=True)
class Expected:
    """What the configuration says, to hold the store against."""

    mode: Mode
    cycle_every: timedelta
    zone: tzinfo = UTC
    has_channel: bool = True


def status(memory: Memory, expected: Expected, now: datetime) -> Status:
    """What was read up to when, what the last cycle did, what is unknown, held back, refused or set aside.

    `needs` are sentences about what a person should look at; empty when all is well.
    """
    cycle, heard = last_cycle(memory), sides(memory)
    unknown = memory.intents(IntentState.SENDING)
    rejected = memory.intents(IntentState.REJECTED)
    gone = memory.gone_tickets()
    told: Facts = {
        "now": now.isoformat(),
        "mode": expected.mode.value,
        "has_channel": expected.has_channel,
        "cycle_every_seconds": expected.cycle_every.total_seconds(),
        "last_cycle": _cycle(cycle),
        "sides": {name: _side(side) for name, side in sorted(heard.items())},
        "first_cycle_at": memory.noted(FIRST_CYCLE),
        "incidents_read_to": memory.noted(FEED_CURSOR),
        "tickets_read_to": memory.noted(TICKET_CURSOR),
        "swept_at": memory.noted(SWEPT),
        **_promised(memory, now.astimezone(expected.zone).date()),
        "unknown": [_unknown(intent) for intent in unknown],
        "parked": [_unknown(intent) for intent in memory.intents(IntentState.PARKED)],
        "rejected": [{"key": i.key, "target": i.target, "error": i.error} for i in rejected],
        "gone": [{"key": key, "target": ticket} for key, ticket in gone.items()],
        "refused": [{**told_held_back(refusal), "approved": approved} for refusal, approved in memory.refusals()],
        "quarantined": [told_set_aside(*each) for each in memory.quarantined()],
    }
    return {"needs": _needs(told, cycle, heard, expected, unknown, now), **told}


def _promised(memory: Memory, today: date) -> Counted:
    opened = memory.every_postmortem()
    items = memory.items(every=True)
    return {
        "postmortems": {"live": sum(o.live for o in opened), "waived": sum(bool(o.waived_because) for o in opened)},
        "items": {
            "open": sum(item.open for item in items),
            "overdue": sum(item.overdue(today) for item in items if item.ticket_id),
            "past_date_unfiled": sum(item.overdue(today) for item in items if not item.ticket_id),
            "filed": sum(item.ticket_id is not None for item in items),
            "not_filed": sum(item.open and item.ticket_id is None for item in items),
            "held_from_backfill": sum(item.hold is Hold.BACKFILLED for item in items),
        },
    }


def _cycle(cycle: LastCycle | None) -> Cycle | None:
    if cycle is None:
        return None
    return {
        "began_at": cycle.began_at.isoformat(),
        "ended_at": cycle.ended_at.isoformat(),
        "seconds": cycle.seconds,
        "mode": cycle.mode,
        "done": cycle.done,
        "requests": cycle.requests,
        "failures": cycle.failures,
        "failed": [told_failed(failure) for failure in cycle.failed],
    }


def _side(side: Side) -> AboutSide:
    return {
        "read_at": _iso(side.read_at),
        "error": side.error,
        "since": _iso(side.since),
        "throttled": side.throttled,
        "held_until": _iso(side.held_until),
    }


def _unknown(intent: Intent) -> Undecided:
    return {"key": intent.key, "target": intent.target, "since": _iso(intent.sent_at), "error": intent.error}


def _iso(at: datetime | None) -> str | None:
    return at.isoformat() if at else None


def _needs(
    told: Facts,
    cycle: LastCycle | None,
    heard: dict[str, Side],
    expected: Expected,
    unknown: tuple[Intent, ...],
    now: datetime,
) -> list[str]:
    """What a person should look at, worst first."""
    patience = max(LATE_CYCLES * expected.cycle_every, LATE_AT_LEAST)
    old = [intent for intent in unknown if intent.sent_at and now - intent.sent_at > UNKNOWN_TOO_LONG]
    held = sum(not refusal["approved"] for refusal in told["refused"])
    failed = [name for name, side in sorted(heard.items()) if side.error and not side.throttled]
    needs = [
        "No cycle has come to its end yet." if cycle is None else None,
        "No cycle has come to its end for a while: does `callsheet run` still run?"
        if cycle and now - cycle.ended_at > patience
        else None,
        f"The last cycle ran in mode {cycle.mode}, the configuration says {expected.mode.value}: start the daemon anew."
        if cycle and cycle.mode != expected.mode.value
        else None,
        *(f"{name} could not be read." for name in failed),
        f"{counted(held, 'thing is', 'things are')} held back by a guard, until you approve." if held else None,
        f"{counted(len(old), 'outcome is', 'outcomes are')} unknown for longer than it should take." if old else None,
        f"{counted(len(told['parked']), 'item waits', 'items wait')} for a person: was its ticket made?"
        if told["parked"]
        else None,
        f"{counted(len(told['gone']), 'ticket')} can no longer be seen in the tracker: file anew, or drop the promise."
        if told["gone"]
        else None,
        f"{counted(cycle.failures, 'thing', 'things')} could not be done in the last cycle."
        if cycle and cycle.failures
        else None,
        f"{counted(len(told['quarantined']), 'thing is', 'things are')} set aside, unread."
        if told["quarantined"]
        else None,
    ]
    return [need for need in needs if need]
