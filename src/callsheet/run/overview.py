"""What does not depend on single incidents: time, people, what the house knows of itself. The base of every look."""

from datetime import datetime

from callsheet.plan.decide import reading_of
from callsheet.plan.meaning import Reading
from callsheet.plan.snapshot import Snapshot
from callsheet.run.app import App
from callsheet.run.ports import Memory

FIRST_CYCLE = "first_cycle_at"
HUSHED_UNTIL = "reminders.hushed_until"
PRIORITIES = "account_has_priorities"


def overview(app: App, now: datetime) -> Snapshot:
    """What does not depend on cases: time, people, look-ups."""
    first = app.memory.noted(FIRST_CYCLE)
    return Snapshot(
        now=now,
        first_cycle_at=datetime.fromisoformat(first) if first else now,
        house=app.house,
        people=app.memory.people(),
        account_has_priorities=app.memory.noted(PRIORITIES) == "yes",
    )


def met_before(memory: Memory) -> bool:
    """Whether the tracker had tickets of ours when this memory began: an earlier one filed them."""
    return memory.noted(HUSHED_UNTIL) is not None


def reading_now(app: App) -> Reading:
    """What words are read by at this moment."""
    return reading_of(overview(app, app.clock.now()), app.rules)
