"""Circulation: the final document goes to everybody who had a part in it, once, and receipts are kept."""

from collections.abc import Iterator

from callsheet.model.effect import Reason, SendReport
from callsheet.model.nudge import Recipient
from callsheet.model.postmortem import Guest, Postmortem, Receipt, Review, ReviewStatus
from callsheet.model.text import Bullets, Letter, Paragraph, Span, paragraph
from callsheet.plan.snapshot import Case, House

FIRST_PROMISES = 3


def reader_id(incident_id: str, email: str) -> str:
    """Under which a receipt is kept: one for each incident and address."""
    return f"circulate:{incident_id}:{email.casefold()}"


def receipts(case: Case, review: Review) -> tuple[Receipt, ...]:
    """The circulation list, with the times at which the document certainly went out."""
    return tuple(
        Receipt(name=guest.name, sent_at=case.receipts.get(reader_id(case.incident.id, guest.email)))
        for guest in review.invited
        if guest.email
    )


def circulates(case: Case, postmortem: Postmortem | None, house: House) -> tuple[SendReport, ...]:
    """One message for each person on the list who had none yet, once a person has set the document to final."""
    if postmortem is None or postmortem.status is not ReviewStatus.FINAL or not house.has_notifier:
        return ()
    return tuple(_message(guest, case, postmortem, house) for guest in _waiting(case, postmortem))


def _waiting(case: Case, postmortem: Postmortem) -> Iterator[Guest]:
    for guest in postmortem.review.invited:
        # An unclear outcome is never sent again: who was claimed has had it, or may have.
        if guest.email and reader_id(case.incident.id, guest.email) not in case.receipts:
            yield guest


def _message(guest: Guest, case: Case, postmortem: Postmortem, house: House) -> SendReport:
    email = guest.email or ""
    reader = reader_id(case.incident.id, email)
    return SendReport(
        key=reader,
        reason=Reason.REVIEWED,
        to=Recipient(id=reader, name=guest.name, email=email, handle=email.partition("@")[0]),
        since=postmortem.opened_on,
        subject=f"Post-mortem, final: {case.incident.title}",
        body=_body(case, postmortem, house),
        incident_id=case.incident.id,
    )


def _body(case: Case, postmortem: Postmortem, house: House) -> Letter:
    incident, sheet = case.incident, postmortem.call_sheet
    page = f"{house.public_url}/incidents/{incident.id}" if house.public_url else incident.url
    title = Span(text=f"#{incident.number} {incident.title}", url=page)
    blocks: list[Paragraph | Bullets] = [paragraph("The post-mortem of ", title, " is final. Thank you for your part.")]
    places = [publication.location for publication in case.publications.values()]
    if places:
        blocks.append(paragraph(f"It stands in {places[0]}."))
    still_open = [row for row in sheet if not row.status.startswith(("done", "dropped"))]
    blocks.append(paragraph(f"{len(sheet)} promises came of it, {len(still_open)} are open."))
    if still_open:
        lines = (f"{row.action}: {row.owner or 'nobody yet'}, due {row.due or 'on no date'}" for row in still_open)
        blocks.append(Bullets(items=tuple(paragraph(line) for line in list(lines)[:FIRST_PROMISES])))
    return tuple(blocks)
