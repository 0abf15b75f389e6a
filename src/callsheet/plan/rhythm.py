"""What the team and leaders hear of regularly, as values: which word is due, and what it is drawn from."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum

from callsheet.model.action_item import ActionItem
from callsheet.model.incident import Incident
from callsheet.model.nudge import Recipient
from callsheet.model.ticket import Ticket
from callsheet.plan.season import Figures


class Rhythm(StrEnum):
    """How often."""

    WEEK = "week"
    MONTH = "month"


@dataclass(frozen=True, slots=True, kw_only=True)
class Occasion:
    """A word that is due now: to whom, and for the week or month that began on `since`."""

    rhythm: Rhythm
    to: Recipient
    since: date
    today: date


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """What such a word is drawn from: every item that has a ticket, and the season's figures where leaders ask."""

    items: tuple[ActionItem, ...] = ()
    incidents: Mapping[str, Incident] = field(default_factory=dict)
    tickets: Mapping[str, Ticket] = field(default_factory=dict)
    figures: Figures | None = None
    before: Figures | None = None
