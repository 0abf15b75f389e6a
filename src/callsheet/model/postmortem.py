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
    `folded` are further, quieter entries that this beat stands for: what they are called (`page`, `alert`, …) and how
    many, the last of them at `folded_until`.
    """

    at: datetime
    who: str
    action: str
    observation: str | None = None
    belief: str | None = None
    by_person: bool = False
    folded: tuple[tuple[str, int], ...] = ()
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
    """One row of the call sheet as it is shown. Empty strings are cells that nobody filled yet.

    `review`: it promises the review itself, and improves nothing yet.
    """

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
    review: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Impact:
    """What is known of the impact. None and empty mean unknown, and are shown so.

    `responders` counts the people who acted while the incident went on; `called` those who were reached or acted then.
    `reopened_at` is when it last came back after it had been resolved.
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
    reopened_at: datetime | None = None


class PropKind(StrEnum):
    """What the actors had in their hands, by what its address says."""

    RUNBOOK = "Runbook"
    DASHBOARD = "Dashboard"
    MONITOR = "Monitoring"
    CHANNEL = "Channel"
    BRIDGE = "Bridge"
    BUILD = "Build or change"
    OTHER = "Elsewhere"


@dataclass(frozen=True, slots=True, kw_only=True)
class Prop:
    """A link that somebody or something left behind, with its kind."""

    kind: PropKind
    link: Link


@dataclass(frozen=True, slots=True, kw_only=True)
class Light:
    """What time it was for one actor when they came in: `at` is in their own zone, None where that is unknown."""

    name: str
    at: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Neighbour:
    """Another incident, as much of it as is told here: what else changes about it does not change this document."""

    number: int
    title: str
    url: str
    service: str
    priority: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Setting:
    """The stage directions: the hour for each actor, and what else weighed on them.

    `weekend` is of the team's own zone. `beside` are incidents of weight that were open at the same time,
    `beside_small` counts the others. `pages_before` are the other incidents that paged the on-call engineer in the
    `hours_before`; None where nobody is known to have been on call.
    """

    lights: tuple[Light, ...] = ()
    weekend: bool = False
    beside: tuple[Neighbour, ...] = ()
    beside_small: int = 0
    on_call: str | None = None
    pages_before: int | None = None
    hours_before: int = 12


@dataclass(frozen=True, slots=True, kw_only=True)
class OldPromise:
    """An open action item of an earlier incident on the same service."""

    action: str
    owner: str
    due: str
    ticket: str
    ticket_url: str | None
    status: str
    incident: Neighbour


class AwardKind(StrEnum):
    """What people are thanked for. None of them is for speed."""

    CAREFUL = "Most careful investigation"
    HAND_OFF = "Best hand-off"
    NOTES = "Most helpful notes"
    NIGHT = "Night shift"
    UPDATE = "Clearest update"


@dataclass(frozen=True, slots=True, kw_only=True)
class Award:
    """A proposal, with the facts that it rests on."""

    kind: AwardKind
    name: str
    because: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ActorPart:
    """What one actor brings to the review: the moments that they read out, and those that ask for their belief."""

    name: str
    lines: tuple[datetime, ...]
    questions: tuple[tuple[datetime, str], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Scene:
    """One part of the review session, with its minutes."""

    title: str
    minutes: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Guest:
    """Somebody who is invited to the review."""

    name: str
    email: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Review:
    """How the review runs: who could direct it (None: nobody is free of a part), its scenes, each actor's part.

    `starts_at` is inside everyone's working hours, in UTC; None where there is no such hour. `time_unsure` names those
    whose time zone is unknown: they are taken to live in the team's. `passed`: that hour is over.
    """

    director: str | None
    scenes: tuple[Scene, ...]
    parts: tuple[ActorPart, ...]
    starts_at: datetime | None = None
    invited: tuple[Guest, ...] = ()
    time_unsure: tuple[str, ...] = ()
    passed: bool = False

    @property
    def minutes(self) -> int:
        """How long it takes, all scenes together."""
        return sum(scene.minutes for scene in self.scenes)


class ReviewStatus(StrEnum):
    """Where the review stands: set by a person, in the front matter."""

    DRAFT = "draft"
    IN_REVIEW = "in review"
    FINAL = "final"
    WAIVED = "waived"


class Form(StrEnum):
    """How much of the theatre is played."""

    FULL = "full"
    CONCISE = "concise"


@dataclass(frozen=True, slots=True, kw_only=True)
class Receipt:
    """Somebody on the circulation list, and when they got the final document.

    None: not certainly; `tried` tells whether it was sent at all, with an outcome that is not clear.
    """

    name: str
    sent_at: datetime | None = None
    tried: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Postmortem:
    """The skeleton of one incident's post-mortem, and its call sheet as it stands.

    `time_zone` is the team's IANA zone, for showing; `merged` are incidents that were merged into this one.
    `beats` are what is shown, `log` is everything that happened, nothing folded. `circumstances` are facts that may
    have contributed, `belief` is the beat with the belief that the summary tells. `casting` says where the level of who
    managed it was not what the policy asks for, and blames the rota alone. `status` is what a person wrote into the
    front matter, as far as it is one of our words, `held` that the review's own item is done, whatever the status says;
    `noted_cause` is the latest beat in which somebody wrote down its cause, with those words alone as observation.
    `causes_stated` is what brought the incident about and `impact_stated` what customers noticed, in the words of
    whoever wrote it into the document;
    `has_channel` tells whether there is a notifier, without which a final document goes to nobody; `early`: it
    is final, was sent to nobody, and nobody wrote down what brought the incident about; `odd` are sentences
    on what people wrote into the document and is not understood.
    `waived` says by whom and why there is to be no post-mortem, None where it is wanted; `unfiled` why rows have no
    ticket, in sentences.
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
    props: tuple[Prop, ...] = ()
    merged: tuple[Incident, ...] = ()
    log: tuple[Beat, ...] = ()
    setting: Setting = Setting()
    circumstances: tuple[str, ...] = ()
    belief: Beat | None = None
    noted_cause: Beat | None = None
    promised: tuple[OldPromise, ...] = ()
    awards: tuple[Award, ...] = ()
    review: Review = Review(director=None, scenes=(), parts=())
    form: Form = Form.FULL
    status: ReviewStatus = ReviewStatus.DRAFT
    held: bool = False
    causes_stated: str | None = None
    impact_stated: str | None = None
    circulation: tuple[Receipt, ...] = ()
    has_channel: bool = True
    odd: tuple[str, ...] = ()
    early: bool = False
    casting: str | None = None
    waived: str | None = None
    unfiled: tuple[str, ...] = ()

    @property
    def last_word(self) -> Beat | None:
        """The last beat in which a person wrote something down, other than for stakeholders."""
        updates = {update.message for update in self.impact.status_updates}
        written = (beat for beat in reversed(self.beats) if beat.by_person and beat.observation)
        return next((beat for beat in written if beat.observation not in updates), None)

    @property
    def open_beliefs(self) -> int:
        """How many beats wait for somebody to say what they believed."""
        return sum(beat.question is not None for beat in self.beats)
