"""The review session: who could direct it, how its minutes run, and what each actor brings."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date

from callsheet.model.incident import Incident
from callsheet.model.person import Person
from callsheet.model.postmortem import ActorPart, Beat, Form, Guest, Review, Scene
from callsheet.plan.meaning import as_owner
from callsheet.plan.owners import called
from callsheet.plan.review_time import review_time
from callsheet.plan.rules import Calendar, NudgeRules
from callsheet.plan.setting import zone_of
from callsheet.plan.workdays import Desk, desk_of

BEATS_A_MINUTE = 2
FEWEST_MINUTES, MOST_MINUTES = 10, 30


@dataclass(frozen=True, slots=True, kw_only=True)
class Company:
    """Who there is: `people` of the account, the ids of those `involved`, who may direct (`directors`: e-mails or ids).

    `known` are the people that the incident mentions; `calendar` is the team's, `hours` say when people work.
    """

    people: tuple[Person, ...]
    known: tuple[Person, ...]
    involved: frozenset[str]
    directors: tuple[str, ...]
    calendar: Calendar
    hours: NudgeRules = field(default_factory=NudgeRules)


def review(incident: Incident, opened_on: date, beats: Sequence[Beat], form: Form, company: Company) -> Review:
    """Draw up the session: `beats` are those that are read. Who has left, or was forgotten, is not invited."""
    chosen = director(incident, company.people, company.involved, company.directors)
    acts = parts(beats, {person.name for person in company.known if person.machine})
    by_name = by_names(company.people, company.known)
    names = tuple(dict.fromkeys([*(part.name for part in acts), *([chosen] if chosen else [])]))
    guests = [guest for name in names if not (guest := by_name.get(name) or Person(id="", name=name)).left]
    show = scenes(len(beats), form)
    minutes = sum(scene.minutes for scene in show)
    desks = {desk_for(guest, company.calendar, company.hours) for guest in guests}
    return Review(
        director=chosen,
        scenes=show,
        parts=acts,
        starts_at=review_time(opened_on, minutes, desks, company.calendar) if guests else None,
        invited=tuple(Guest(name=guest.name, email=guest.email) for guest in guests),
        time_unsure=tuple(guest.name for guest in guests if zone_of(guest.time_zone) is None),
    )


def by_names(people: Iterable[Person], known: Iterable[Person]) -> dict[str, Person]:
    """People of the account by name; of several with one name the one that the incident knows. Who left stays so."""
    ring = tuple(people)
    gone = {person.id: person for person in ring if person.left}
    return {person.name: person for person in ring} | {each.name: gone.get(each.id, each) for each in known}


def desk_for(person: Person, team: Calendar, hours: NudgeRules) -> Desk:
    """When and where somebody works, by what the policy and the account say of them."""
    return desk_of(as_owner(person), team, hours)


def director(
    incident: Incident, people: Sequence[Person], involved: Collection[str], directors: Sequence[str]
) -> str | None:
    """Whoever's turn it is: the incident's number goes round the list, and who was in the incident is passed over.

    So are accounts of programs and the one that Callsheet works under, unless the policy names them.
    """
    wanted = {word.casefold() for word in directors}
    ring = sorted((person for person in people if person.active and person.email), key=lambda person: person.id)
    if wanted:
        ring = [p for p in ring if wanted.intersection(called(p.email, p.id))]
    else:
        ring = [p for p in ring if not (p.lent or p.machine)]
    turn = incident.number % len(ring) if ring else 0
    free = (person for person in (*ring[turn:], *ring[:turn]) if person.id not in involved)
    return next((person.name for person in free), None)


def scenes(beats: int, form: Form) -> tuple[Scene, ...]:
    """The run of show; the reading takes as long as there is to read."""
    reading = min(max(-(-beats // BEATS_A_MINUTE), FEWEST_MINUTES), MOST_MINUTES)
    if form is Form.CONCISE:
        return (
            Scene(title="Reading: the timeline, aloud", minutes=5),
            Scene(title="Critique: the questions", minutes=10),
            Scene(title="Call sheet: owners and dates", minutes=5),
        )
    return (
        Scene(title="Curtain: why we are here, and that nobody is on trial", minutes=3),
        Scene(title="Reenactment: each actor reads their own lines, and says what they believed", minutes=reading),
        Scene(title="Critique: the questions, and the five whys", minutes=20),
        Scene(title="Call sheet: one promise a line, with owner and date", minutes=10),
        Scene(title="Awards", minutes=5),
    )


def parts(beats: Sequence[Beat], machines: Collection[str] = ()) -> tuple[ActorPart, ...]:
    """What each person reads and is asked, in the order of their first lines. `machines` are names of programs."""
    mine: dict[str, list[Beat]] = {}
    for beat in beats:
        if beat.by_person and beat.who not in machines:
            mine.setdefault(beat.who, []).append(beat)
    return tuple(
        ActorPart(
            name=who,
            lines=tuple(beat.at for beat in told),
            questions=tuple((beat.at, beat.question) for beat in told if beat.question),
        )
        for who, told in mine.items()
    )
