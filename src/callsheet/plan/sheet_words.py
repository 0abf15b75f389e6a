"""An action item in the words of the call sheet: its owner, its status, and what people should know besides."""

import re
from collections.abc import Iterable
from datetime import UTC, date, tzinfo

from callsheet.model.action_item import (
    ActionItem,
    DueReason,
    Fix,
    Hold,
    ItemKind,
    ItemStatus,
    OwnerReason,
    SourceKind,
)
from callsheet.model.counted import counted
from callsheet.model.incident import Incident, Note
from callsheet.model.postmortem import SheetRow
from callsheet.model.ticket import Field
from callsheet.plan.assignee import OUT_OF_REACH
from callsheet.plan.dates import moves
from callsheet.plan.meaning import CELL_FIELDS
from callsheet.plan.ownership import owner_remark
from callsheet.plan.titles import headline

NOT_FILED = "not filed"
# What the remark on a row begins with that repeats another's words.
SAME_AS = "same as "
# Of an item whose ticket the tracker no longer shows.
GONE = "ticket gone"
_PRINTED = re.compile(
    rf"open|overdue|{NOT_FILED}|parked|{GONE}|snoozed until \d{{4}}-\d\d-\d\d|dropped|done(?:, \d+ days? late)?"
)
# Why another one has it than was asked for.
_FOR_ANOTHER = {
    OwnerReason.FALLBACK_UNKNOWN, OwnerReason.FALLBACK_SEVERAL, OwnerReason.FALLBACK_JOINT,
    OwnerReason.FALLBACK_NO_ACCOUNT, OwnerReason.FALLBACK_NOT_ASSIGNABLE,
}  # fmt: skip
# What `owner_words` prints where a fallback, or nobody, has what somebody else was asked for.
_FOR = re.compile(r"\S.* \(for “(.+)”\)", re.DOTALL)


def owner_words(item: ActionItem) -> str:
    """The owner's name; a fallback with the original words, so that nobody takes a guess for a fact."""
    if item.owner is None:
        return "" if item.spoken.owner is None else f"nobody yet (for “{item.spoken.owner}”)"
    if item.spoken.owner and item.owner_reason in _FOR_ANOTHER:
        return f"{item.owner.name} (for “{item.spoken.owner}”)"
    return item.owner.name


def asked_for(owner_cell: str) -> str:
    """Whose words stand in an Owner cell that we printed for a fallback: a copy of its row asks for the same person."""
    printed = _FOR.fullmatch(owner_cell)
    return printed[1] if printed else owner_cell


def improves(row: SheetRow) -> bool:
    """Whether a row is one of the promised improvements: not the review, nor one that repeats another."""
    return not row.review and not (row.remark or "").startswith(SAME_AS)


def status_words(item: ActionItem, today: date, zone: tzinfo = UTC, *, waived: bool = False, gone: bool = False) -> str:
    """The live status in a word or two: `done, 1 day late` for a promise that was kept after its day in `zone`.

    `waived`: its post-mortem is, so what has no ticket gets none; `gone`: the tracker no longer shows its ticket.
    """
    if item.status is ItemStatus.DONE and item.closed_at and item.terms.due_on:
        late = (item.closed_at.astimezone(zone).date() - item.terms.due_on).days
        return f"done, {counted(late, 'day')} late" if late > 0 else "done"
    if item.status is not ItemStatus.OPEN:
        return item.status.value
    if waived and item.ticket_id is None:
        return NOT_FILED
    if item.hold is not None:
        return {Hold.BACKFILLED: NOT_FILED, Hold.PARKED: "parked"}[item.hold]
    return GONE if gone else _live(item, today)


def _live(item: ActionItem, today: date) -> str:
    if item.asleep(today):
        return f"snoozed until {item.snoozed_until}"
    return "overdue" if item.overdue(today) and item.ticket_id else "open"


def printed_status(words: str) -> bool:
    """Whether a Status cell says what we say ourselves: anything else a person typed."""
    return _PRINTED.fullmatch(words) is not None


def remarks(
    item: ActionItem, today: date | None = None, *, gone: bool = False, unfiled: str | None = None
) -> Iterable[str]:
    """What people should know about an item beside its fields. Of one that is over only why it was given up.

    `gone`: the tracker no longer shows its ticket; `unfiled`: why it has none.
    """
    if not item.open:
        if item.status is ItemStatus.DROPPED and item.status_because:
            yield f"dropped: {item.status_because}"
        return
    if unfiled:
        yield f"not filed: {unfiled}"
    if item.source_gone and item.ticket_id:
        yield "its note or row was deleted; the ticket was left alone, please close it or write it down again"
    yield from _lost(item, gone=gone)
    remark = None if "owner" in item.unread else owner_remark(item)
    if remark:
        yield remark
    yield from unread_words(item).values()
    yield from _read_as(item)
    yield from _emptied(item)
    if item.snoozed_until and (today is None or item.asleep(today)):
        yield snooze_words(item)
    if item.cleared:
        yield f"cleared in the tracker: {', '.join(item.cleared)}"
    titles = {headline(title) for title in (item.ticket_title, item.terms.title) if title}
    if item.ticket_title and headline(item.spoken.title) not in titles:
        yield f"the ticket is titled “{item.ticket_title}”"
    yield from _conflicts(item)


def snooze_words(item: ActionItem) -> str:
    """Until when it sleeps, who asked for that, and why."""
    by = f" by {item.snoozed_by}" if item.snoozed_by else ""
    return f"snoozed until {item.snoozed_until}{by}: {item.snoozed_because}"


def gone_words(item: ActionItem) -> str:
    """That the tracker no longer shows its ticket, and what a person can do."""
    return (
        f"its ticket can no longer be seen; “callsheet retry {item.key}” files it anew, "
        f"“callsheet drop {item.key} --because …” gives it up"
    )


def _lost(item: ActionItem, *, gone: bool) -> Iterable[str]:
    if item.row_gone:
        yield f"its row was deleted from the table, but it is still open; {_no_row(item)}"
    if gone:
        yield gone_words(item)


def _conflicts(item: ActionItem) -> Iterable[str]:
    for conflict in item.conflicts:
        if conflict.field is Field.STATUS:
            yield f"“{conflict.ours}” was typed here, but its ticket is open; close the ticket"
        else:
            name = "due date" if conflict.field is Field.DUE_ON else conflict.field
            yield f"{name}: “{conflict.ours}” was set aside for “{conflict.theirs}” from the tracker"


def unread_words(item: ActionItem) -> dict[str, str]:
    """By field of Words, what led nowhere, what counts instead, and what to write: the same wherever it is told."""
    if item.rowless:
        return {}
    return {
        name: f"{_said(item, name)} {why}; it stays {_stays(item, name)}; {_to_write(item, name, why)}"
        for name, why in item.unread.items()
    }


def _to_write(item: ActionItem, name: str, why: str) -> str:
    if name == "title" and item.ticket_id is None:
        return _TO_FILE
    return _WRITE[SOMEBODY if why.endswith(tuple(OUT_OF_REACH.values())) else name]


def _said(item: ActionItem, name: str) -> str:
    said = getattr(item.spoken, name)
    column = "Action" if name == "title" else name.capitalize()
    return f"{column}{f' “{said}”' if said else ''}{':' if name == 'owner' else ''}"


def _stays(item: ActionItem, name: str) -> str:
    stays = {
        "owner": f"with {item.owner.name if item.owner else 'nobody'}",
        "due": item.terms.due_on.isoformat() if item.terms.due_on else None,
        "priority": item.terms.priority,
        "kind": item.kind,
        "fix": item.fix,
        "status": item.status,
        "title": item.status,
    }
    return stays[name] or "empty"


def _read_as(item: ActionItem) -> Iterable[str]:
    """A cell keeps its “next Friday” for ever: which one was meant is said beside it."""
    said, on = item.spoken.due, item.terms.due_on
    in_cell = item.source.kind is SourceKind.DOCUMENT or "due" in item.cells
    unread = item.rowless or "due" in item.unread or item.due_reason is not DueReason.WRITTEN
    if unread or not (said and on and in_cell):
        return
    if moves(said, noted_on=item.noted_at.astimezone(UTC).date()):
        yield f"Due “{said}” was read as {on.isoformat()}"


def _emptied(item: ActionItem) -> Iterable[str]:
    """An emptied cell takes nothing from a ticket: it is filled again, and this says so."""
    clear = ", or clear it in the tracker" if item.ticket_id else ""
    for name, field in CELL_FIELDS.items():
        if field in item.emptied and not item.rowless:
            yield f"{name.capitalize()} was emptied here; it stays {_stays(item, name)}; write another{clear}"


SOMEBODY = "somebody"
_WRITE = {
    "owner": "write one handle, e-mail or full name",
    SOMEBODY: "write somebody else",
    "due": "write a day such as 2026-12-05",
    "priority": "write P1 to P5",
    "kind": f"write {', '.join(ItemKind)}, or nothing",
    "fix": f"write {' or '.join(Fix)}, or nothing",
    "status": "write “dropped because …” to give it up, or close its ticket",
    "title": "write “dropped because …” as its Status to give it up, or close its ticket",
}
_TO_FILE = "write “dropped because …” as its Status to give it up, or the action without the strokes to have it filed"


def deleted_rows(items: Iterable[ActionItem]) -> Iterable[tuple[str, str]]:
    """Open items from elsewhere whose row somebody deleted, by key: there is no row left to say so in."""
    for item in items:
        if item.row_gone and item.open:
            yield item.key, f"the row of “{item.spoken.title}” was deleted, but it is still open; {_no_row(item)}"


def _no_row(item: ActionItem) -> str:
    return f"“callsheet drop {item.key} --because …” gives it up, a new row with the same action brings it back"


def note_of(item: ActionItem, notes: Iterable[tuple[Incident, Note]]) -> str | None:
    """The note that an item was written in, as people find it: whose, on which incident, when; None for any other."""
    id_ = item.source.id.rpartition("/")[0] if item.source.kind is SourceKind.NOTE else None
    return next(
        (
            f"the note of {note.author.name} on incident #{incident.number}, "
            f"{note.created_at.astimezone(UTC):%Y-%m-%d %H:%M} UTC"
            for incident, note in notes
            if note.id == id_
        ),
        None,
    )
