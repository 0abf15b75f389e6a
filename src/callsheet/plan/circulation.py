"""Circulation: the final document goes to everybody who had a part in it, once, and receipts are kept."""

from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta

from callsheet.model.counted import counted
from callsheet.model.effect import Reason, SendReport
from callsheet.model.nudge import Recipient
from callsheet.model.person import Person
from callsheet.model.postmortem import Guest, Postmortem, Receipt, Review, ReviewStatus
from callsheet.model.text import Bullets, Letter, Paragraph, Span, paragraph
from callsheet.plan.meaning import Reading
from callsheet.plan.owners import known_as
from callsheet.plan.sheet_words import improves
from callsheet.plan.snapshot import Case, House
from callsheet.plan.staging import too_early

FIRST_PROMISES = 3
CIRCULATES_FOR = timedelta(days=7)
RESTS = timedelta(minutes=10)


def reader_id(incident_id: str, email: str) -> str:
    """Under which a receipt is kept: one for each incident and address."""
    return f"circulate:{incident_id}:{email.casefold()}"


def readers(review: Review, reading: Reading) -> tuple[Guest, ...]:
    """The circulation list: who had a part, then whom the policy names; each address once, none without."""
    named = (_named(word, reading.people) for word in reading.rules.theatre.circulate)
    by_address = {guest.email.casefold(): guest for guest in (*named, *review.invited) if guest and guest.email}
    in_order = (guest.email.casefold() for guest in (*review.invited, *by_address.values()) if guest.email)
    return tuple(by_address[address] for address in dict.fromkeys(in_order))


def _named(word: str, people: Iterable[Person]) -> Guest | None:
    """Somebody of the account by id or e-mail; an address that it does not know is one all the same."""
    if known := known_as(word, people):
        return Guest(name=known.name, email=known.email)
    return Guest(name=word, email=word) if "@" in word else None


def receipts(case: Case, guests: Iterable[Guest]) -> tuple[Receipt, ...]:
    """The circulation list, with the times at which the document certainly went out."""
    named = ((guest.name, reader_id(case.incident.id, guest.email)) for guest in guests if guest.email)
    return tuple(
        Receipt(name=name, sent_at=case.receipts.get(reader), tried=reader in case.receipts) for name, reader in named
    )


def circulates(case: Case, postmortem: Postmortem | None, reading: Reading, house: House) -> tuple[SendReport, ...]:
    """One message for each person on the list who had none yet, once a person has set the document to final."""
    if postmortem is None or postmortem.status is not ReviewStatus.FINAL or not house.has_notifier:
        return ()
    rested_at = rests_until(case)
    if not case.receipts and (rested_at is None or reading.now < rested_at):
        return ()
    # Who comes onto the policy's list later gets what becomes final from then on, not everything that ever did.
    begun = min((at for at in case.receipts.values() if at), default=reading.now)
    if reading.now - begun > CIRCULATES_FOR:
        return ()
    waiting = _waiting(case, readers(postmortem.review, reading))
    return tuple(_message(guest, case, postmortem, house) for guest in waiting)


def rests_until(case: Case) -> datetime | None:
    """When a final document goes out: not at once, since a slip can't be taken back; None while it is not to go.

    | its root causes              | it goes                         |
    |------------------------------|---------------------------------|
    | written down                 | `RESTS` after it was seen final |
    | unknown                      | not before somebody decides     |
    | unknown, `final as it is`    | `RESTS` after it was seen final |
    """
    since = case.opened.final_at if case.opened else None
    early = any(too_early(publication.current) for publication in case.publications.values())
    return since + RESTS if since and not early else None


def _waiting(case: Case, guests: Iterable[Guest]) -> Iterator[Guest]:
    for guest in guests:
        # An unclear outcome is never sent again: who was claimed has had it, or may have.
        if guest.email and reader_id(case.incident.id, guest.email) not in case.receipts:
            yield guest


def _message(guest: Guest, case: Case, postmortem: Postmortem, house: House) -> SendReport:
    email = guest.email or ""
    reader = reader_id(case.incident.id, email)
    return SendReport(
        key=reader,
        reason=Reason.REVIEWED,
        to=Recipient(id=reader, name=guest.name, email=email),
        since=postmortem.opened_on,
        subject=f"Post-mortem, final: {case.incident.title}",
        body=_body(guest, case, postmortem, house),
        incident_id=case.incident.id,
    )


def _body(guest: Guest, case: Case, postmortem: Postmortem, house: House) -> Letter:
    incident, sheet = case.incident, [row for row in postmortem.call_sheet if improves(row)]
    page = house.page_of(incident)
    title = Span(text=f"#{incident.number} {incident.title}", url=page or incident.url)
    had_part = any(guest.email == each.email for each in postmortem.review.invited)
    thanks = "Thank you for your part." if had_part else "You are on its circulation list."
    blocks: list[Paragraph | Bullets] = [paragraph("The post-mortem of ", title, f" is final. {thanks}")]
    places = [publication.location for publication in case.publications.values()]
    if page:
        blocks.append(paragraph("Read it on ", Span(text="its page", url=page), "."))
    elif places:
        blocks.append(paragraph(f"It stands in {places[0]}."))
    still_open = [row for row in sheet if not row.status.startswith(("done", "dropped"))]
    blocks.append(paragraph(_came_of_it(len(sheet), len(still_open))))
    if still_open:
        lines = (f"{row.action}: {row.owner or 'nobody yet'}, due {row.due or 'on no date'}" for row in still_open)
        blocks.append(Bullets(items=tuple(paragraph(line) for line in list(lines)[:FIRST_PROMISES])))
    return tuple(blocks)


def _came_of_it(promised: int, still_open: int) -> str:
    if not promised:
        return "No promise came of it."
    left = {0: "none is", promised: "all are" if promised > 1 else "it is"}.get(still_open)
    return f"{counted(promised, 'promise')} came of it; {left or counted(still_open, 'is', 'are')} still open."
