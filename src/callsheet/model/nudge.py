"""A nudge: one digest for one person on one local day, and what has been said about an item so far."""

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Final

TICKET: Final = "ticket"
"""The channel that is no notifier: a comment on the ticket."""


class Rung(StrEnum):
    """Why an item stands in a digest."""

    NEW = "new"
    HANDED = "handed over"
    DUE_SOON = "due soon"
    DUE_TODAY = "due today"
    OVERDUE = "overdue"
    GONE = "ticket gone"
    ESCALATED = "escalated"
    STRUCK = "hit by a new incident"
    DRAFT = "unfinished post-mortem"


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """What has been said about an item, kept beside it, and what it was said on: a change there begins it anew.

    `told_on` is the local day on which its owner last heard of it; None: the ladder begins anew. `given_on` is the day
    on which it was given to its owner, until they were told. `steps` are the escalations that went out: each does so
    once. `struck_by` is an incident on the service of the overdue item that the owner or the others were not told of
    yet. The rest is the item as it was: ticket, owner's account, due date, whether it is open, what silences it.
    """

    item_key: str
    told_on: date | None = None
    given_on: date | None = None
    steps: tuple[str, ...] = ()
    struck_by: str | None = None
    ticket_id: str | None = None
    owner: str | None = None
    due_on: date | None = None
    open: bool = True
    snoozed_until: date | None = None
    alive_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class NudgeLine:
    """One item of a digest. `days_late` is 0 until the due day has passed; `source` is the incident that it comes from.

    `owner` is named where the recipient is somebody else, and None in their own reminder; `why_you` says why they hear
    of it; `about` is the incident that struck the service again, or how long a document has been what it is. `step` is
    the escalation that this line is. `fresh`
    tells the owner that it was given to them.
    """

    item_key: str
    title: str
    due_on: date | None
    days_late: int
    rung: Rung
    priority: str
    ticket_id: str | None
    ticket_key: str | None
    url: str | None
    source: str = ""
    why_you: str | None = None
    owner: str | None = None
    about: str | None = None
    step: str | None = None
    fresh: bool = False

    @property
    def named(self) -> str:
        """What it is about, in few words: its ticket, and the incident of a document, which has none."""
        return self.ticket_key or (f"the post-mortem of {self.source}" if self.rung is Rung.DRAFT else self.item_key)


@dataclass(frozen=True, slots=True, kw_only=True)
class Recipient:
    """Who gets it. `id` is the same whatever the channel: the e-mail, else the account id, else the name.

    `team` is the team's channel instead of a person.
    """

    id: str
    name: str
    email: str | None = None
    team: bool = False

    @property
    def handle(self) -> str | None:
        """What stands before the @ of their address, as chats often call them."""
        return self.email.partition("@")[0] if self.email else None


@dataclass(frozen=True, slots=True, kw_only=True)
class Digest:
    """All that one person is reminded of on `local_on`, their own date."""

    to: Recipient
    local_on: date
    lines: tuple[NudgeLine, ...]
