"""A ticket as the tracker holds it, and what we ask the tracker to do."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from enum import StrEnum
from typing import Final, Self

from callsheet.model.person import Account
from callsheet.model.text import Body

COMMAND: Final = r"\s*callsheet\s*:"
"""How a line of a comment begins, in either case, that is said to us."""
COLONLESS: Final = r"\s*callsheet[,\s]+(?P<verb>snooze|drop|owner|due)(?![^\s:])(?P<rest>.*)"
"""How one begins, in either case, that may be meant for us: its colon is missing."""
_LONGEST_COMMAND: Final = 500


class Category(StrEnum):
    """What a ticket's status means, whatever the workflow calls it. Nothing follows from an UNKNOWN one."""

    NEW = "new"
    STARTED = "started"
    DONE = "done"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True, kw_only=True)
class TicketComment:
    """A comment on a ticket; `text` is plain words. `ours`: our own account wrote it."""

    id: str
    text: str
    author: Account | None
    created_at: datetime
    ours: bool = False

    def kept(self) -> Self:
        """As a ticket keeps it: what is said to us in words, of anything else only by whom and when."""
        to_us = re.search(rf"^(?:{COMMAND}|{COLONLESS})", self.text, re.IGNORECASE | re.MULTILINE)
        return replace(self, text=self.text[: to_us.start() + _LONGEST_COMMAND] if to_us else "")


@dataclass(frozen=True, slots=True, kw_only=True)
class Ticket:
    """A ticket as last read. `id` never changes; `key` does when it moves to another project.

    `priority` is the tracker's own name for it. `text` is the description as plain words. `comments` are oldest first,
    each as `kept()` leaves it; `comments_cut` tells that there are more than a search shows.
    """

    id: str
    key: str
    url: str
    project: str
    title: str
    status: str
    category: Category
    updated_at: datetime
    created_at: datetime
    owner: Account | None = None
    due_on: date | None = None
    priority: str | None = None
    resolution: str | None = None
    labels: frozenset[str] = frozenset()
    text: str = ""
    comments: tuple[TicketComment, ...] = ()
    comments_cut: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class TicketRef:
    """What a create answers."""

    id: str
    key: str
    url: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """One allowed value of a field."""

    id: str
    name: str


@dataclass(frozen=True, slots=True, kw_only=True)
class RequiredField:
    """A field without a default that the project demands and Callsheet does not fill by itself.

    `kind` says how the tracker wants a value: `choice` (one of `allowed`), `choices`, `text`, `number`,
    `date`, `person` or `other`.
    """

    id: str
    name: str
    kind: str
    allowed: tuple[Choice, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class ProjectRules:
    """What one issue type of one project accepts on creation. `priorities` are most severe first."""

    project: str
    issue_type: str
    issue_type_id: str
    has_due_on: bool
    has_owner: bool
    has_labels: bool
    priorities: tuple[Choice, ...] = ()
    required: tuple[RequiredField, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class TicketDraft:
    """One ticket to create. None leaves a field out.

    `extra` are further fields by the tracker's id, in its own JSON, from the policy.
    """

    project: str
    issue_type_id: str
    title: str
    body: Body
    labels: tuple[str, ...]
    owner: str | None = None
    due_on: date | None = None
    priority_id: str | None = None
    extra: Mapping[str, object] = field(default_factory=dict)


class Field(StrEnum):
    """The fields that are reconciled one by one."""

    TITLE = "title"
    OWNER = "owner"
    DUE_ON = "due_on"
    PRIORITY = "priority"
    STATUS = "status"


@dataclass(frozen=True, slots=True, kw_only=True)
class TicketChange:
    """Fields to set, by name: `title` a str, `owner` an account id, `due_on` a date, `priority` an option's id.

    None clears a field. `add_labels` are added beside those that people set, `remove_labels` are ours to take off.
    """

    fields: Mapping[Field, object] = field(default_factory=dict)
    add_labels: tuple[str, ...] = ()
    remove_labels: tuple[str, ...] = ()


class MatchKind(StrEnum):
    """How somebody was found in the tracker."""

    EMAIL = "email"
    BY_NAME = "by name"
    NOBODY = "nobody"
    SEVERAL = "several"


@dataclass(frozen=True, slots=True, kw_only=True)
class AccountMatch:
    """The single account of a person, or why there is none; `candidates` are those that can't be told apart."""

    kind: MatchKind
    account: Account | None = None
    candidates: tuple[Account, ...] = ()
