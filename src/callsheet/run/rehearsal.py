"""What the next cycle would do, found out on a throw-away copy of the store, for whoever looks at the plan."""

import tempfile
from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import Protocol

from callsheet.model.effect import Plan
from callsheet.run.app import App
from callsheet.run.cycle import dry_next, dry_run
from callsheet.run.plan_views import TO_COME, Change, changes, opened_now, planned
from callsheet.run.ports import Memory
from callsheet.run.report import Report, told_held_back
from callsheet.run.shapes import Planning


class Copy(Memory, Protocol):
    """A copy of the store, which is closed when it is done with."""

    def close(self) -> None: ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Rehearsal:
    """A plan, its effects field by field, and what was met while it was made."""

    at: datetime
    plan: Plan
    changes: tuple[Change, ...]
    report: Report

    @property
    def silent(self) -> dict[str, str]:
        """The sides that could not be asked, each with why."""
        return {**self.report.throttled, **self.report.unreachable}

    @property
    def unread(self) -> int:
        """How many of the incidents that open were not read for the plan, so that it lacks their tickets."""
        return sum(change.after.get("items") == TO_COME for change in self.changes)

    def to_json(self) -> Planning:
        """The document that `plan --json` prints."""
        plan = self.plan
        return {
            "at": self.at.isoformat(),
            "silent": self.silent,
            "effects": [planned(change) for change in self.changes],
            "blocked": [{"key": b.key, "effect": b.effect, "reason": b.reason, "what": b.what} for b in plan.blocked],
            "refused": [told_held_back(refusal) for refusal in plan.refused],
            "requests": dict(self.report.requests),
        }


def rehearse(app: App, copy_to: Callable[[Path], Copy]) -> Rehearsal:
    """Plan one round, with the tickets and documents that follow from it, and do nothing.

    Asks both sides, as a cycle would, and counts the requests; a side that is silent is named.
    """
    before = app.requests.copy()
    with tempfile.TemporaryDirectory() as folder, closing(copy_to(Path(folder) / "copy.db")) as copy:
        looking = replace(app, memory=copy)
        plan, report = dry_run(looking)
        found = changes(plan, looking)
        # After the documents were compared with what stands there: from here on they count as written.
        more = dry_next(looking, plan, report)
        found = opened_now(found, looking) + changes(more, looking)
    report.requests = app.requests - before
    return Rehearsal(at=app.clock.now(), plan=_both(plan, more), changes=found, report=report)


def _both(plan: Plan, more: Plan) -> Plan:
    return replace(
        plan,
        effects=plan.effects + more.effects,
        blocked=plan.blocked + more.blocked,
        refused=plan.refused + more.refused,
    )
