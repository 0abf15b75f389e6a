"""Each actor's own lines and open questions for the review, sent to them beforehand: once, in their working hours.

They go out when a person has set the document to `in review`: only then is it certain that there will be a review.
"""

from collections.abc import Iterator
from datetime import UTC, datetime, tzinfo

from callsheet.model.action_item import Owner
from callsheet.model.effect import Reason, SendReport
from callsheet.model.nudge import Recipient
from callsheet.model.postmortem import ActorPart, Beat, Postmortem, ReviewStatus
from callsheet.model.text import Bullets, Letter, Paragraph, Span, paragraph
from callsheet.plan.meaning import Reading, as_owner
from callsheet.plan.review_session import by_names, desk_for
from callsheet.plan.routing import calendar_for
from callsheet.plan.setting import zone_of
from callsheet.plan.snapshot import Case, House
from callsheet.plan.workdays import Desk

LONGEST_LIST, LONGEST_QUOTE = 30, 200


def actor_id(incident_id: str, email: str) -> str:
    """Under which a receipt is kept: one for each incident and actor."""
    return f"script:{incident_id}:{email.casefold()}"


def scripts(case: Case, play: Postmortem | None, reading: Reading, house: House) -> tuple[SendReport, ...]:
    """A letter for each actor at work who had none yet. An unclear outcome is never sent again."""
    return tuple(
        _letter(owner, part, case, play, house)
        for owner, part, desk in _waiting(case, play, reading, house)
        if play and desk.at_work(reading.now)
    )


def next_script(case: Case, play: Postmortem | None, reading: Reading, house: House) -> datetime | None:
    """When the next actor who had no letter yet comes to work; None when all had theirs, or are at work now."""
    desks = (desk for _, _, desk in _waiting(case, play, reading, house))
    return min((desk.opens_next(reading.now) for desk in desks if not desk.at_work(reading.now)), default=None)


def _waiting(
    case: Case, play: Postmortem | None, reading: Reading, house: House
) -> Iterator[tuple[Owner, ActorPart, Desk]]:
    if play is None or play.status is not ReviewStatus.IN_REVIEW or not house.has_notifier:
        return
    if not reading.rules.theatre.lines:
        return
    team = calendar_for(case.incident, reading.rules)
    by_name = by_names(reading.people, case.dossier.people if case.dossier else ())
    for part in play.review.parts:
        person = by_name.get(part.name)
        if person is None or person.left or not person.email:
            continue
        if actor_id(case.incident.id, person.email) in case.scripts:
            continue
        yield as_owner(person), part, desk_for(person, team, reading.rules.nudge)


def _letter(owner: Owner, part: ActorPart, case: Case, play: Postmortem, house: House) -> SendReport:
    email = owner.email or ""
    key = actor_id(case.incident.id, email)
    return SendReport(
        key=key,
        reason=Reason.IN_REVIEW,
        to=Recipient(id=key, name=owner.name, email=email),
        since=play.opened_on,
        subject=f"Your lines for the review: {case.incident.title}",
        body=_body(owner, part, play, house),
        incident_id=case.incident.id,
    )


def _body(owner: Owner, part: ActorPart, play: Postmortem, house: House) -> Letter:
    incident, zone = play.incident, zone_of(owner.time_zone) or UTC
    page = house.page_of(incident) or incident.url
    first = owner.name.split()[0] if owner.name.split() else owner.name
    title = Span(text=f"#{incident.number} {incident.title}", url=page)
    own = [beat for beat in play.beats if beat.who == part.name and beat.at in part.lines]
    blocks: list[Paragraph | Bullets] = [
        paragraph(f"Hello {first}, the post-mortem of ", title, " is in review. Nobody is on trial in it."),
    ]
    if part.questions:
        blocks.append(paragraph(Span(text="What only you can tell", strong=True)))
        asked = [paragraph(f"{_time(at, zone)} {question}") for at, question in part.questions]
        blocks += _some(asked)
        blocks.append(
            paragraph("What you believed then is right by definition. Write it into the document, or bring it.")
        )
    blocks.append(paragraph(Span(text="Your lines, to be read aloud", strong=True)))
    blocks += _some([paragraph(f"{_time(beat.at, zone)} {_words(beat)}") for beat in own])
    return tuple(blocks)


def _some(lines: list[Paragraph]) -> list[Paragraph | Bullets]:
    more = len(lines) - LONGEST_LIST
    rest = [paragraph(f"… and {more} more in the document.")] if more > 0 else []
    return [Bullets(items=tuple(lines[:LONGEST_LIST])), *rest]


def _words(beat: Beat) -> str:
    said = " ".join((beat.observation or "").split())
    said = f"{said[:LONGEST_QUOTE]}…" if len(said) > LONGEST_QUOTE else said
    return f"You {beat.action}: “{said}”" if said else f"You {beat.action}."


def _time(at: datetime, zone: tzinfo) -> str:
    local = at.astimezone(zone)
    return f"{local:%a %H:%M} ({local:%Z})"
