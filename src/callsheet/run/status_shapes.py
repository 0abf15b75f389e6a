"""The JSON of `status --json`, `/status` and `/api/v1/status`; see `run/shapes.py`."""

from typing_extensions import TypedDict  # pydantic reads typing's own from Python 3.12 on only

from callsheet.run.shapes import HeldBack, Moment


class Failed(TypedDict):
    """An effect that did not come off."""

    key: str
    effect: str
    reason: str
    error: str


class Cycle(TypedDict):
    """The last cycle that came to its end."""

    began_at: Moment
    ended_at: Moment
    seconds: float
    mode: str
    done: dict[str, int]
    requests: dict[str, int]
    failures: int
    failed: list[Failed]


class AboutSide(TypedDict):
    """A side's last word."""

    read_at: Moment | None
    error: str | None
    since: Moment | None
    throttled: bool
    held_until: Moment | None


class PostmortemCounts(TypedDict):
    """Post-mortems."""

    live: int
    waived: int


class ItemCounts(TypedDict):
    """Action items."""

    open: int
    overdue: int
    past_date_unfiled: int
    filed: int
    not_filed: int
    held_from_backfill: int


class Counted(TypedDict):
    """What is promised."""

    postmortems: PostmortemCounts
    items: ItemCounts


class Undecided(TypedDict):
    """A write of which nobody knows yet whether it arrived."""

    key: str
    target: str
    since: Moment | None
    error: str | None


class TurnedDown(TypedDict):
    """A write that the other side refused."""

    key: str
    target: str
    error: str | None


class Vanished(TypedDict):
    """A promise whose ticket the tracker no longer shows; `target` is the key that people knew the ticket by."""

    key: str
    target: str


class Approvable(HeldBack):
    """What a guard held back, and whether somebody let it go on."""

    approved: bool


class SetAside(TypedDict):
    """What could not be read."""

    what: str
    where: str
    error: str


class Facts(Counted):
    """How the sync is, in facts."""

    now: Moment
    mode: str
    has_channel: bool
    cycle_every_seconds: float
    last_cycle: Cycle | None
    sides: dict[str, AboutSide]
    first_cycle_at: Moment | None
    incidents_read_to: Moment | None
    tickets_read_to: Moment | None
    swept_at: Moment | None
    unknown: list[Undecided]
    parked: list[Undecided]
    rejected: list[TurnedDown]
    gone: list[Vanished]
    refused: list[Approvable]
    quarantined: list[SetAside]


class Status(Facts):
    """How the sync is. `needs` are sentences about what a person should look at."""

    needs: list[str]


class Webhooks(TypedDict):
    """A connector's webhooks since the process began, by result."""

    configured: bool
    received: dict[str, int]


class StatusOfDaemon(Status):
    """How the sync is, told by the daemon itself. `cycles` are counted since it began."""

    cycles: int
    webhooks: dict[str, Webhooks]
