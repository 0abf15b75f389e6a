"""How an incident's document is staged: which form, where its review stands, what was promised before it."""

from datetime import UTC, date, tzinfo

from callsheet.document.conflict import conflict_line
from callsheet.document.findings import AS_IT_IS, stated_causes, stated_impact
from callsheet.document.front import value_of
from callsheet.model.action_item import ActionItem, ItemStatus, SourceKind
from callsheet.model.incident import Incident
from callsheet.model.memory import OpenedPostmortem
from callsheet.model.postmortem import Form, OldPromise, ReviewStatus
from callsheet.model.ticket import Ticket
from callsheet.plan.askew import odd_lines
from callsheet.plan.beside import promises_beside
from callsheet.plan.due import add_business_days
from callsheet.plan.meaning import Reading
from callsheet.plan.routing import calendar_for, ranks_among
from callsheet.plan.rules import Rules
from callsheet.plan.setting import neighbour, zone_of
from callsheet.plan.sheet_words import owner_words, status_words
from callsheet.plan.skeleton import Staging
from callsheet.plan.snapshot import Case

MOST_PROMISES = 10
# The standing item of the default policy: who ticks it off has held the review.
REVIEW = "review"
WRITE_STATUS = "write draft, in review, final or waived"
WRITE_CAUSES = f"Write them down, or write “status: {AS_IT_IS}”"


def staging(case: Case, reading: Reading, today: date, zone: tzinfo) -> Staging:
    """What the house adds to the record."""
    texts = [publication.current for publication in case.publications.values()]
    return Staging(
        rules=reading.rules.theatre,
        form=form_of(case.incident, reading),
        status=review_status(case),
        held=any(map(is_held_review, case.items)),
        causes_stated=next(filter(None, map(stated_causes, texts)), None),
        impact_stated=next(filter(None, map(stated_impact, texts)), None),
        people=reading.people,
        calendar=calendar_for(case.incident, reading.rules),
        hours=reading.rules.nudge,
        around=case.around,
        promised=tuple(_old(item, head, ticket, today, zone) for item, head, ticket in _most_urgent(case)),
    )


def is_held_review(item: ActionItem) -> bool:
    """Whether the item is the review's own, and done."""
    return is_review(item) and item.status is ItemStatus.DONE


def is_review(item: ActionItem) -> bool:
    """Whether the item promises the review itself."""
    return item.source.kind is SourceKind.POLICY and item.source.id == REVIEW


def form_of(incident: Incident, reading: Reading) -> Form:
    """The one-page form for the priorities that the policy names."""
    return Form.CONCISE if ranks_among(incident, reading.rules.theatre.concise) else Form.FULL


def review_status(case: Case) -> ReviewStatus:
    """What a person wrote into the front matter; a word that is none of ours counts as a draft still."""
    for publication in case.publications.values():
        word = status_word(publication.current) if conflict_line(publication.current) is None else None
        if word is not None and word is not ReviewStatus.DRAFT:
            return word
    return ReviewStatus.DRAFT


def status_word(text: str) -> ReviewStatus | None:
    """The status in a document's front matter, however it is spelt; None where it is none of ours."""
    written = _status_of(text)
    if written == AS_IT_IS:
        return ReviewStatus.FINAL
    return next((status for status in ReviewStatus if status.value == written), None)


def _status_of(text: str) -> str:
    return " ".join(value_of(text, "status").casefold().replace("-", " ").replace("_", " ").split())


def too_early(text: str) -> bool:
    """Whether a document is final although nobody wrote down what brought the incident about, nor that it may go so."""
    return _status_of(text) == ReviewStatus.FINAL.value and not stated_causes(text)


def strange_status(text: str, *, sent: bool = False) -> str | None:
    """What is to be said of a status in the front matter; None where there is nothing to say.

    `sent`: the document went out already, so that nothing keeps it any more.
    """
    written = value_of(text, "status")
    if not sent and too_early(text):
        return f"status “{written}” sends it to nobody yet: its root causes are unknown. {WRITE_CAUSES}"
    if not written.strip() or status_word(text) is not None:
        return None
    return f"status “{written}” is no status and counts as a draft; {WRITE_STATUS}"


def odd_words(case: Case, reading: Reading) -> tuple[str, ...]:
    """What people wrote into the documents that is not understood and that no row can tell: each once."""
    held = case.publications.values()
    statuses = (strange_status(each.current, sent=bool(case.receipts)) for each in held)
    rows = (line.why for each in held for line in odd_lines(each.current, reading.people, reading.rules))
    beside = (line.why for each in held for line in promises_beside(each.current, each.generated or ""))
    told = (*(f"At the top of this document, {said}" for said in statuses if said), *map(_of_a_row, rows), *beside)
    return tuple(dict.fromkeys(told))


def _of_a_row(why: str) -> str:
    """Without the line's number: our own writing moves it."""
    return f"In the call sheet, {why}"


def stale_since(opened: OpenedPostmortem, status: ReviewStatus, incident: Incident, rules: Rules) -> date | None:
    """The day from which an unfinished document is asked about, like an action item; None where nobody is to be asked.

    | document                              | asked about                                     |
    |---------------------------------------|-------------------------------------------------|
    | final, or its review was waived       | never                                           |
    | not open, or waived as a whole        | never                                           |
    | of the first day's backfill           | never                                           |
    | any, and the policy says never        | never                                           |
    | draft or in review                    | `stale_days` business days after it was opened  |
    """
    if not opened.live or opened.opened_at is None or opened.backfilled or rules.theatre.stale_days is None:
        return None
    if status in (ReviewStatus.FINAL, ReviewStatus.WAIVED):
        return None
    calendar = calendar_for(incident, rules)
    opened_on = opened.opened_at.astimezone(zone_of(calendar.zone) or UTC).date()
    return add_business_days(opened_on, rules.theatre.stale_days, calendar)


def _most_urgent(case: Case) -> list[tuple[ActionItem, Incident, Ticket | None]]:
    """By due date; what backfill holds back was promised, too. Standing items are about their own incident only."""
    about_the_service = (entry for entry in case.around.promised if entry[0].source.kind is not SourceKind.POLICY)
    promised = sorted(about_the_service, key=lambda entry: (entry[0].terms.due_on or date.max, entry[0].key))
    return promised[:MOST_PROMISES]


def _old(item: ActionItem, incident: Incident, ticket: Ticket | None, today: date, zone: tzinfo) -> OldPromise:
    return OldPromise(
        action=item.spoken.title,
        owner=owner_words(item) or "nobody",
        due=item.terms.due_on.isoformat() if item.terms.due_on else "no date",
        ticket=ticket.key if ticket else "",
        ticket_url=ticket.url if ticket else None,
        status=status_words(item, today, zone),
        incident=neighbour(incident),
    )
