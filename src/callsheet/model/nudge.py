"""A nudge: one digest for one person on one local day."""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum


class Rung(StrEnum):
    """Which step of the ladder an item stands on."""

    DUE_TODAY = "due today"
    OVERDUE = "overdue"


@dataclass(frozen=True, slots=True, kw_only=True)
class NudgeLine:
    """One item of a digest. `days_late` is 0 on the due day."""

    item_key: str
    title: str
    due_on: date
    days_late: int
    rung: Rung
    priority: str
    ticket_id: str | None
    ticket_key: str | None
    url: str | None
    why_you: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Recipient:
    """Who gets it. `id` is the same whatever the channel: the e-mail, else the account id, else the name."""

    id: str
    name: str
    email: str | None = None
    handle: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Digest:
    """All that one person is reminded of on `local_on`, their own date."""

    to: Recipient
    local_on: date
    lines: tuple[NudgeLine, ...]
