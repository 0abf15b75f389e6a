"""The assembled daemon as one value: what bootstrap builds and every cycle runs on."""

from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import timedelta

from callsheet.connect.ports import Clock, Drafter, Malady, Notifier, Publisher, Source, Tracker
from callsheet.plan.policy import Mode
from callsheet.plan.rules import Rules
from callsheet.plan.snapshot import House
from callsheet.run.ports import Memory, Renderer
from callsheet.run.progress import Progress, unwatched
from callsheet.run.traffic import Traffic


@dataclass(frozen=True, slots=True, kw_only=True)
class App:
    """Everything that a cycle needs. `requests` counts what was really sent, by connector name.

    `settle_time` is how long an unknown write is searched for before it may be sent again; `backfill` is how far the
    first cycle looks back; `rules_print` tells one configuration from another, so that a new policy is applied to all;
    `own_page` is where the person of an address finds what they promised, None where there are no pages for them;
    `lent` are the addresses, in lower case, of the accounts that we work under;
    `skipped` are entries of the policy that could not be read; `progress` shows how far a long cycle is.
    """

    memory: Memory
    source: Source
    tracker: Tracker
    source_name: str
    tracker_name: str
    publishers: Mapping[str, Publisher]
    notifiers: Mapping[str, Notifier]
    renderer: Renderer
    clock: Clock
    rules: Rules
    house: House
    mode: Mode
    settle_time: timedelta
    backfill: timedelta
    lent: frozenset[str] = frozenset()
    own_page: Callable[[str], str] | None = None
    local_publishers: frozenset[str] = frozenset({"files"})
    drafters: Mapping[str, Drafter] = field(default_factory=dict)
    rules_print: str = ""
    skipped: tuple[Malady, ...] = ()
    requests: Counter[str] = field(default_factory=Counter)
    traffic: Traffic = field(default_factory=Traffic)
    progress: Progress = unwatched


@dataclass(frozen=True, slots=True, kw_only=True)
class Ask:
    """What this run was asked for.

    `past` reads the whole backfill window again; `file_backfill` files what it held back; `force` overrides guards.
    """

    force: bool = False
    past: bool = False
    file_backfill: bool = False
