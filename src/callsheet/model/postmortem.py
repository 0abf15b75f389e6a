"""The post-mortem as a value: the theatre's parts, before they become text."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum

from callsheet.model.incident import Incident, Link, StatusUpdate


class Part(StrEnum):
    """The part that somebody, or something, played."""

    COMMANDER = "Incident commander"
    ON_CALL = "On-call engineer"
    EXPERT = "Subject expert"
    SUPPORT = "Customer support"
    COMMUNICATIONS = "Communications"
    RESPONDER = "Responder"
    OBSERVER = "Asked to help"
    EPILOGUE = "In the epilogue"
    SYSTEM = "System itself"
    DEPLOY = "Rogue deploy"


@dataclass(frozen=True, slots=True, kw_only=True)
class CastMember:
    """One character, with their entrance and exit. `name` of a non-human part is its voice.

    The exit is the last act before the incident was over; who acted only afterwards plays in the epilogue.
    """

    name: str
    part: Part
    entered_at: datetime | None = None
    left_at: datetime | None = None
    remark: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Beat:
    """One line of the screenplay.

    `action` is told in our words, `observation` is quoted (an alert's, a note's, a change's words).
    `belief` is what the actor thought then, in their own words; None means that it was not written down, and
    `question` is what we ask them about it, None where a belief would tell nothing.
    `folded` counts further, quieter entries that this beat stands for, the last of them at `folded_until`.
    """

    at: datetime
    who: str
    action: str
    observation: str | None = None
    belief: str | None = None
    by_person: bool = False
    folded: int = 0
    folded_until: datetime | None = None
    question: str | None = None


class PlotKind(StrEnum):
    """The four turns of a story."""

    LEAD_UP = "Lead-up"
    CLIMAX = "Climax"
    TURNING_POINT = "Turning point"
    RESOLUTION = "Resolution"


@dataclass(frozen=True, slots=True, kw_only=True)
class PlotPoint:
    """A turn proposed from data: `at` and `beat` are what it rests on, None where the data shows none."""

    kind: PlotKind
    at: datetime | None
    beat: str | None
    why: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SheetRow:
    """One row of the call sheet as it is shown. Empty strings are cells that nobody filled yet."""

    key: str
    action: str
    owner: str
    due: str
    priority: str
    kind: str
    fix: str
    ticket: str
    ticket_url: str | None
    status: str
    remark: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Impact:
    """What is known of the impact. None and empty mean unknown, and are shown so.

    `responders` counts the people who acted while the incident went on; `called` those who were reached or acted then.
    """

    started_at: datetime
    ended_at: datetime | None
    duration: timedelta | None
    service: str
    teams: tuple[str, ...]
    urgency: str
    priority: str | None
    first_response_after: timedelta | None
    first_response_by: str | None
    responders: int
    called: int
    alerts: int
    status_updates: tuple[StatusUpdate, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Postmortem:
    """The skeleton of one incident's post-mortem, and its call sheet as it stands.

    `time_zone` is the team's IANA zone, for showing; `merged` are incidents that were merged into this one.
    """

    incident: Incident
    opened_on: date
    time_zone: str
    impact: Impact
    cast: tuple[CastMember, ...]
    beats: tuple[Beat, ...]
    plot: tuple[PlotPoint, ...]
    questions: tuple[str, ...]
    call_sheet: tuple[SheetRow, ...]
    links: tuple[Link, ...] = ()
    merged: tuple[Incident, ...] = ()

    @property
    def open_beliefs(self) -> int:
        """How many beats wait for somebody to say what they believed."""
        return sum(beat.question is not None for beat in self.beats)
