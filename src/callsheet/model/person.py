"""People as the paging side knows them, and the accounts that they have in the tracker."""

import re
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

# How the ids, handles and addresses of people who were forgotten begin.
FORGOTTEN = "forgotten-"
# What accounts of programs are called: a whole job title, or the local part of an address.
_TITLE = re.compile(
    r"(?:bot|robot|automation|integrations?|system|api|technical|service)(?: user| account)?|.*\bservice account\b.*",
    re.IGNORECASE,
)
_LOCAL_PART = re.compile(
    r"callsheet|no-?reply|(?:svc|bot|robot|automation|service)(?:[-_.].*)?|.*[-_.](?:bot|svc)", re.IGNORECASE
)


class Level(StrEnum):
    """How much of incidents somebody has seen, the least first. A leader leads people, not incidents."""

    JUNIOR = "junior"
    ENGINEER = "engineer"
    SENIOR = "senior"
    LEADER = "leader"


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """Somebody with a place in the paging account.

    `email` is None when the account hides it; `time_zone` is an IANA name. `lent` marks the account that we work under:
    it may be a person's, who then keeps what was written to them, but nobody is proposed who may be a program.
    """

    id: str
    name: str
    email: str | None = None
    job_title: str | None = None
    time_zone: str | None = None
    active: bool = True
    lent: bool = False

    @property
    def machine(self) -> bool:
        """Whether the account looks like a program's, by its job title or its address."""
        named = _LOCAL_PART.fullmatch((self.email or "").partition("@")[0])
        return named is not None or _TITLE.fullmatch((self.job_title or "").strip()) is not None

    @property
    def left(self) -> bool:
        """Whether nobody of that name can be written to any more: they have left, or were forgotten."""
        return not self.active or self.id.startswith(FORGOTTEN)


@dataclass(frozen=True, slots=True, kw_only=True)
class Account:
    """Somebody's account in the tracker: `id` is an accountId (Cloud) or a user name (Data Center)."""

    id: str
    name: str
    email: str | None = None
    active: bool = True

    @property
    def left(self) -> bool:
        """Whether nobody is behind it any more: it was deactivated, or its person forgotten."""
        return not self.active or self.id.startswith(FORGOTTEN)


@dataclass(frozen=True, slots=True, kw_only=True)
class OnCall:
    """Somebody's turn now: on which escalation policy, at which of its levels (1 is paged first), and until when.

    `until` is None where the turn never ends.
    """

    person_id: str
    name: str
    policy: str
    rung: int
    until: datetime | None = None
