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
from callsheet.run.cycle import dry_run
from callsheet.run.plan_views import Change, changes
from callsheet.run.ports import Memory


class Copy(Memory, Protocol):
    """A copy of the store, which is closed when it is done with."""

    def close(self) -> None: ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Rehearsal:
    """A plan, its effects field by field, and the sides that could not be asked, each with why."""

    at: datetime
    plan: Plan
    changes: tuple[Change, ...]
    silent: dict[str, str]


def rehearse(app: App, copy_to: Callable[[Path], Copy]) -> Rehearsal:
    """Plan one round and do nothing. Asks both sides, as a cycle would; a side that is silent is named."""
    with tempfile.TemporaryDirectory() as folder, closing(copy_to(Path(folder) / "copy.db")) as copy:
        looking = replace(app, memory=copy)
        plan, report = dry_run(looking)
        found = changes(plan, looking)
    silent = {**report.throttled, **report.unreachable}
    return Rehearsal(at=app.clock.now(), plan=plan, changes=found, silent=silent)
