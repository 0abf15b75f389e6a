"""What plan decides and execute does: one value for each act on the world, with a key and a reason.

`key` is the idempotency key; two effects with one key are the same act. `reason` is stored in the ledger, so that
"why did this happen?" is a query.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum
from typing import Final

from callsheet.model.action_item import ActionItem
from callsheet.model.nudge import TICKET, Digest, Recipient
from callsheet.model.postmortem import Postmortem
from callsheet.model.publication import Publication
from callsheet.model.text import Body, Letter
from callsheet.model.ticket import Category, TicketChange, TicketDraft

# How the keys of filings begin.
FILING: Final = "file:"


class Reason(StrEnum):
    """Why an effect was planned."""

    MATCHES_POLICY = "the incident matches the policy"
    ACTION_NOTED = "somebody noted an action"
    ASKED_FOR = "a person asked for it"
    NEW_ITEM = "an action item has no ticket yet"
    HELD_ITEM_RELEASED = "backfilled items were asked to be filed"
    MARKER_FOUND = "a ticket with the item's marker exists"
    HAND_MADE_TICKET = "a person labelled the ticket"
    TRACKER_CHANGED = "the ticket changed"
    EDIT_ARRIVED = "the ticket shows an edit of ours"
    SOURCE_CHANGED = "the promise changed on our side"
    BOTH_CHANGED = "both sides changed; the tracker won"
    ITEM_DROPPED = "a person dropped the item"
    ITEM_RENEWED = "a person renewed the item for another season"
    SEASON_MOVED = "its due date lies in another season now"
    POSTMORTEM_OPENED = "the post-mortem is new"
    POSTMORTEM_CHANGED = "the post-mortem changed"
    PROMISES_MOVED_ON = "its promises stand otherwise now"
    COMMENTED = "somebody commented on the ticket"
    COMMAND_REFUSED = "a comment asked for something that can't be done"
    NEWLY_YOURS = "an item was given to the person"
    OWNER_LEFT = "its owner's account was deactivated"
    DUE_SOON = "an item is due soon"
    DUE_TODAY = "an item is due today"
    OVERDUE = "an item is overdue"
    TICKET_GONE = "the tracker no longer shows an item's ticket"
    ESCALATED = "an item of somebody else has been overdue for long"
    STRUCK_AGAIN = "a new incident hit the service of an overdue item"
    WEEK_BEGAN = "the team hears of its promises once a week"
    REVIEWED = "a person set the post-mortem to final"
    IN_REVIEW = "a person set the post-mortem to in review"
    UNFINISHED = "the post-mortem has been unfinished for long"
    MONTH_BEGAN = "leaders hear of the season once a month"


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenPostmortem:
    """Start a post-mortem for an incident. `backfilled` ones hold their first items back."""

    key: str
    reason: Reason
    incident_id: str
    backfilled: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class FileTicket:
    """Create the item's ticket. `owner_name` and `priority_name` are for people; the draft holds the ids.

    `notes` are what could not go into fields (no due date on the screen, an owner who can't be assigned).
    """

    key: str
    reason: Reason
    item_key: str
    incident_id: str
    marker: str
    draft: TicketDraft
    owner_name: str | None = None
    priority_name: str | None = None
    notes: tuple[str, ...] = ()


def filing_key(item_key: str) -> str:
    """The key of the filing of an item."""
    return f"{FILING}{item_key}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Adopt:
    """Take a ticket that exists as the item's own."""

    key: str
    reason: Reason
    item_key: str
    incident_id: str
    ticket_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class UpdateTicket:
    """Write changed fields to the ticket. `before` and `after` are for people.

    `planned_on` is the item that this was decided on, `settled` the item afterwards.
    """

    key: str
    reason: Reason
    item_key: str
    ticket_id: str
    change: TicketChange
    before: Mapping[str, str]
    after: Mapping[str, str]
    planned_on: ActionItem
    settled: ActionItem


@dataclass(frozen=True, slots=True, kw_only=True)
class TransitionTicket:
    """Move the ticket to a status of a category, because a person dropped its item."""

    key: str
    reason: Reason
    item_key: str
    ticket_id: str
    category: Category
    resolutions: tuple[str, ...]
    because: str | None
    planned_on: ActionItem
    settled: ActionItem


@dataclass(frozen=True, slots=True, kw_only=True)
class Comment:
    """Write one comment on a ticket. `marker` finds it again. `answers` is the comment that it replies to."""

    key: str
    reason: Reason
    item_key: str
    incident_id: str
    ticket_id: str
    marker: str
    body: Body
    answers: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class LinkDuplicate:
    """Link a late duplicate to the ticket that is kept, with a comment that says so."""

    key: str
    reason: Reason
    item_key: str
    incident_id: str
    kept_id: str
    duplicate_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordStatus:
    """Take over what the tracker says about an item. Nothing leaves the house. `by` is who commented."""

    key: str
    reason: Reason
    item_key: str
    before: Mapping[str, str]
    after: Mapping[str, str]
    planned_on: ActionItem
    settled: ActionItem
    by: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class PostNote:
    """Write the incident's one note: create it, or edit it when `note_id` is known."""

    key: str
    reason: Reason
    incident_id: str
    note_id: str | None
    marker: str
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SendNudge:
    """Send one person's digest for one local day.

    `channel` is the notifier to try first, or `ticket`; `comment_on` is the ticket that is used when no personal
    channel works.
    """

    key: str
    reason: Reason
    digest: Digest
    comment_on: str | None
    channel: str | None = None

    @property
    def on_ticket(self) -> bool:
        """Whether the ticket is the channel; a team's digest has no ticket of its own."""
        return self.channel == TICKET and not self.digest.to.team


@dataclass(frozen=True, slots=True, kw_only=True)
class SendReport:
    """Tell the team, or a leader, how promises stand: once for the week or month that began on `since`.

    With an `incident_id` it circulates that incident's final document, or brings an actor their lines for its review.
    """

    key: str
    reason: Reason
    to: Recipient
    since: date
    subject: str
    body: Letter
    incident_id: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Publish:
    """Write the document at one publisher. `fingerprint` tells this version of the value from the last one.

    `planned_on` is what the publisher held when this was decided; None where it held nothing.
    """

    key: str
    reason: Reason
    incident_id: str
    publisher: str
    postmortem: Postmortem
    fingerprint: str
    planned_on: Publication | None


Effect = (
    OpenPostmortem
    | FileTicket
    | Adopt
    | UpdateTicket
    | TransitionTicket
    | Comment
    | LinkDuplicate
    | RecordStatus
    | PostNote
    | SendNudge
    | SendReport
    | Publish
)


def incident_of(effect: Effect) -> str | None:
    """The incident that an effect belongs to; None for a digest, which is about a person."""
    if isinstance(effect, SendNudge):
        return None
    if isinstance(effect, UpdateTicket | TransitionTicket | RecordStatus):
        return effect.planned_on.incident_id
    return effect.incident_id


def subject_of(effect: Effect) -> str:
    """What the ledger tells about: the item, else the person, else the incident."""
    match effect:
        case SendNudge():
            return effect.digest.to.id
        case SendReport():
            return effect.incident_id or effect.to.id
        case OpenPostmortem() | PostNote() | Publish():
            return effect.incident_id
    return effect.item_key


class Side(StrEnum):
    """Who is written to."""

    HOUSE = "house"
    SOURCE = "source"
    TRACKER = "tracker"
    PUBLISHER = "publisher"
    PEOPLE = "people"


def side_of(effect: Effect) -> Side:
    """The side that an effect writes to; a digest for somebody without a channel goes to the tracker."""
    match effect:
        case OpenPostmortem() | RecordStatus():
            return Side.HOUSE
        case PostNote():
            return Side.SOURCE
        case Publish():
            return Side.PUBLISHER
        case SendNudge():
            return Side.TRACKER if effect.on_ticket else Side.PEOPLE
        case SendReport():
            return Side.PEOPLE
    return Side.TRACKER


class Guard(StrEnum):
    """What can hold effects back."""

    TOO_MANY_FILINGS = "too many filings"
    TOO_MANY_CHANGES = "too many changes"
    TICKETS_VANISHED = "tickets vanished"


@dataclass(frozen=True, slots=True, kw_only=True)
class Refusal:
    """A guard's word: which effects it held back and what a person can do. `id` is short and stable for the day."""

    id: str
    guard: Guard
    what: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Blocked:
    """Something that can't be done until a person mends a cause that is known beforehand. `what` says how.

    `key` and `title` are of the item that it is about.
    """

    key: str
    title: str
    incident_id: str
    effect: str
    reason: Reason
    what: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """What one round would do, in order; what is blocked; and what the guards held back.

    `ill` are incidents that could not be thought about, with the error: the rest goes on without them. `wakes` are
    those that have to be looked at again at a time, although nothing may happen to them until then.
    """

    effects: tuple[Effect, ...] = ()
    blocked: tuple[Blocked, ...] = ()
    refused: tuple[Refusal, ...] = ()
    ill: tuple[tuple[str, str], ...] = ()
    wakes: Mapping[str, datetime] = field(default_factory=dict)
