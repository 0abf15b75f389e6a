"""The review session: who could direct it, how its minutes run, and what each actor brings."""

from collections.abc import Collection, Sequence

from callsheet.model.incident import Incident
from callsheet.model.person import Person
from callsheet.model.postmortem import ActorPart, Beat, Form, Review, Scene

BEATS_A_MINUTE = 2
FEWEST_MINUTES, MOST_MINUTES = 10, 30


def review(
    incident: Incident,
    beats: Sequence[Beat],
    *,
    people: Sequence[Person],
    involved: Collection[str],
    directors: Sequence[str],
    form: Form,
) -> Review:
    """Draw up the session. `involved` are ids of those who had a part; `directors` e-mails or ids to choose from."""
    return Review(
        director=director(incident, people, involved, directors),
        scenes=scenes(len(beats), form),
        parts=parts(beats),
    )


def director(
    incident: Incident, people: Sequence[Person], involved: Collection[str], directors: Sequence[str]
) -> str | None:
    """Whoever's turn it is: the incident's number goes round the list, and who was in the incident is passed over."""
    wanted = {word.casefold() for word in directors}
    ring = sorted((person for person in people if person.active and person.email), key=lambda person: person.id)
    if wanted:
        ring = [p for p in ring if p.id.casefold() in wanted or (p.email or "").casefold() in wanted]
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


def parts(beats: Sequence[Beat]) -> tuple[ActorPart, ...]:
    """What each person reads and is asked, in the order of their first lines."""
    mine: dict[str, list[Beat]] = {}
    for beat in beats:
        if beat.by_person:
            mine.setdefault(beat.who, []).append(beat)
    return tuple(
        ActorPart(
            name=who,
            lines=tuple(beat.at for beat in told),
            questions=tuple((beat.at, beat.question) for beat in told if beat.question),
        )
        for who, told in mine.items()
    )
