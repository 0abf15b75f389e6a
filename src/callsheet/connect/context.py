"""What the daemon hands to every connector when it builds one."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, tzinfo
from pathlib import Path

from callsheet.connect.ports import Clock


@dataclass(frozen=True, slots=True, kw_only=True)
class Exchange:
    """One HTTP request that was really sent, and what came back.

    `status` is None when no answer came, `seconds` how long it took. `path` is without its query. `remaining` is how
    many requests the other side says that it will still take; `retry_after` how many seconds it asks to wait and
    `held_until` until when, after a 429 only. `request_id` is its own id of the exchange, `answered_at` the time on its
    clock, to the second.
    """

    method: str
    path: str
    status: int | None
    seconds: float
    remaining: float | None = None
    retry_after: float | None = None
    held_until: datetime | None = None
    request_id: str | None = None
    answered_at: datetime | None = None


def unheard(_: Exchange) -> None:
    """Nobody listens."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Context:
    """The house that a connector lives in.

    `count` is called once for each HTTP request really sent, and `told` once with what came of it, where the
    connector's library lets it see that. `ca_file` is a private CA to trust besides the system's. `zone` is the
    team's time zone. `namespace` goes into markers.
    """

    clock: Clock
    count: Callable[[], None]
    namespace: str
    zone: tzinfo
    user_agent: str
    ca_file: Path | None = None
    told: Callable[[Exchange], None] = unheard
