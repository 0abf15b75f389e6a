"""An action item: one promise, with an owner and a date."""

import hashlib
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from enum import StrEnum
from typing import Any, Final

from callsheet.model.ticket import Category, Field


class SourceKind(StrEnum):
    """Where a promise was written down."""

    NOTE = "note"
    DOCUMENT = "document"
    POLICY = "policy"
    TICKET = "ticket"


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """The place of a promise. `id` never depends on its wording.

    A note's id and ordinal (`PN1/0`), a row's key, a standing item's id, or an adopted ticket's id.
    """

    kind: SourceKind
    id: str


class ItemKind(StrEnum):
    """What an item changes about the next incident."""

    PREVENT = "prevent"
    DETECT = "detect"
    MITIGATE = "mitigate"
    PROCESS = "process"


class Fix(StrEnum):
    """Whether an item removes the cause or buys time."""

    ROOT = "root"
    STOPGAP = "stopgap"


class ItemStatus(StrEnum):
    """Where a promise stands."""

    OPEN = "open"
    DONE = "done"
    DROPPED = "dropped"


class Hold(StrEnum):
    """Why an item is not filed although it is open."""

    BACKFILLED = "backfilled"
    PARKED = "parked"


class OwnerReason(StrEnum):
    """How the owner was found. Those that start with `fallback` mean that nobody is guessed."""

    ALIAS = "alias in the policy"
    EMAIL = "e-mail"
    LOCAL_PART = "e-mail local part"
    FULL_NAME = "full name"
    TRACKER = "set in the tracker"
    COMMENT = "set in a comment on the ticket"
    PAGE = "set on a page"
    FALLBACK_NOT_NAMED = "fallback: nobody was named"
    FALLBACK_UNKNOWN = "fallback: nobody by that name"
    FALLBACK_SEVERAL = "fallback: more than one person by that name"
    FALLBACK_JOINT = "fallback: more than one person is named, and an action has one owner, so nobody was chosen"
    NO_ACCOUNT = "no account in the tracker, and no fallback owner is set"
    NOT_ASSIGNABLE = "the project does not let tickets be given to them, and no fallback owner is set"
    FALLBACK_NO_ACCOUNT = "fallback: no account in the tracker"
    FALLBACK_NOT_ASSIGNABLE = "fallback: the project does not let tickets be given to them"
    FALLBACK_LEFT = "fallback: the owner's account was deactivated"
    LEFT = "the owner's account was deactivated, and no fallback owner is set"
    BY_NAME = "e-mail, its account found by name"
    UNASSIGNED = "nobody: cleared in the tracker"


class DueReason(StrEnum):
    """Where the due date comes from."""

    WRITTEN = "as written"
    POLICY = "policy"
    AMBIGUOUS = "policy: the written date was not clear"
    TRACKER = "set in the tracker"
    COMMENT = "set in a comment on the ticket"
    PAGE = "set on a page"
    RENEWED = "renewed for another season"


@dataclass(frozen=True, slots=True, kw_only=True)
class Owner:
    """Who keeps the promise: a person of the paging side, a tracker account, or both.

    `account` is None until it was looked up, and empty when there is none that a ticket can be given to.
    """

    name: str
    email: str | None = None
    person_id: str | None = None
    account: str | None = None
    time_zone: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Words:
    """What people wrote, untouched. None where they wrote nothing."""

    title: str
    owner: str | None = None
    due: str | None = None
    priority: str | None = None
    kind: str | None = None
    fix: str | None = None
    status: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Terms:
    """The four fields that both sides may change, in the form that can be compared. `owner` is an account id."""

    title: str
    owner: str | None = None
    due_on: date | None = None
    priority: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Conflict:
    """Both sides changed a field; the tracker won and people are shown what was set aside."""

    field: Field
    ours: str
    theirs: str
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Reply:
    """What somebody who wrote a command into a comment must be told: it was not done, and why."""

    comment_id: str
    why: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ActionItem:
    """One promise and all that is known of it.

    `words` are the latest from the source, `cells` what people wrote over them in the document (by field of Words),
    `terms` what they mean now, `base` the terms last agreed with the tracker (None until filed). `attempted` is what
    `base` becomes if an edit of ours arrived that nobody has answered yet; None: there is none. `also_in` are further
    places with the same wording: one item, shown as merged. `ticket_id` is None until filed or adopted.
    `row_published` tells whether its key stands in the document. `source_gone` marks a deleted note or row: the ticket
    is left alone and people are asked. `row_gone` marks an item from elsewhere whose row somebody deleted: the promise
    stands. `emptied` are fields whose cell somebody emptied: it is filled again, and people are asked. `unread` holds
    the fields of Words that say something which can't be understood or done, and why.
    `snoozed_until` is the first day on which people hear of it again. `alive_at` is the owner's latest comment or step,
    `comments_read_at` the latest comment that was looked at, `progress` the ticket's category while it is open.
    `season_left` is the season label that its ticket still carries since the date moved in the tracker. `left_by` is
    the name of its former owner, whose account was deactivated. `might_be` are people whom the owner's words may mean,
    where they name nobody for certain. `asked_in` is the comment that named the owner, until it is known whether the
    ticket can be given to them.
    """

    key: str
    incident_id: str
    source: Source
    words: Words
    terms: Terms
    owner: Owner | None
    owner_reason: OwnerReason
    due_reason: DueReason
    noted_at: datetime
    status: ItemStatus = ItemStatus.OPEN
    status_because: str | None = None
    closed_at: datetime | None = None
    kind: ItemKind | None = None
    fix: Fix | None = None
    cells: Mapping[str, str] = field(default_factory=dict)
    also_in: tuple[Source, ...] = ()
    base: Terms | None = None
    attempted: Terms | None = None
    base_status: ItemStatus | None = None
    ticket_id: str | None = None
    ticket_title: str | None = None
    hold: Hold | None = None
    row_published: bool = False
    source_gone: bool = False
    row_gone: bool = False
    emptied: tuple[Field, ...] = ()
    unread: Mapping[str, str] = field(default_factory=dict)
    cleared: tuple[Field, ...] = ()
    conflicts: tuple[Conflict, ...] = ()
    snoozed_until: date | None = None
    snoozed_because: str | None = None
    snoozed_by: str | None = None
    alive_at: datetime | None = None
    comments_read_at: datetime | None = None
    progress: Category = Category.NEW
    replies: tuple[Reply, ...] = ()
    season_left: str | None = None
    left_by: str | None = None
    might_be: tuple[str, ...] = ()
    asked_in: str | None = None

    @property
    def spoken(self) -> Words:
        """What people wrote, the document's cells over the note's words."""
        changes: dict[str, Any] = dict(self.cells)
        return replace(self.words, **changes) if changes else self.words

    @property
    def open(self) -> bool:
        """Whether the promise is still to be kept."""
        return self.status is ItemStatus.OPEN

    @property
    def rowless(self) -> bool:
        """Whether somebody deleted its row: nothing can be mended there."""
        return self.row_gone or (self.source_gone and self.source.kind is SourceKind.DOCUMENT)

    @property
    def handed_over(self) -> bool:
        """Whether it came to the fallback owner because its own has left."""
        return self.owner_reason is OwnerReason.FALLBACK_LEFT

    def asleep(self, today: date) -> bool:
        """Whether people asked to hear of it again on a later day only."""
        return self.open and self.snoozed_until is not None and today < self.snoozed_until

    def overdue(self, today: date) -> bool:
        """Whether it is open and its day has passed."""
        return self.open and self.terms.due_on is not None and self.terms.due_on < today


def item_key(account: str, incident_id: str, source: Source) -> str:
    """The item's name for ever: the same place gives the same key, in any process and after any loss.

    Sixteen characters of lower-case hex behind `ai-`.
    """
    place = "\x1f".join((account, incident_id, source.kind, source.id))
    return f"ai-{hashlib.sha256(place.encode()).hexdigest()[:16]}"


MARKER: Final = r"cs-[0-9a-f]{16}"
"""What every marker looks like, as a regular expression."""


def is_marker(label: str) -> bool:
    """Whether a label is some item's marker."""
    return re.fullmatch(MARKER, label) is not None


def markers(labels: Iterable[str]) -> frozenset[str]:
    """Those of a ticket's labels that are some item's marker."""
    return frozenset(label for label in labels if is_marker(label))


def marker(namespace: str, key: str) -> str:
    """The label that a ticket carries so that it can be found by its item's key alone."""
    digest = hashlib.sha256(f"{namespace}\x1f{key}".encode()).hexdigest()
    return f"cs-{digest[:16]}"
