"""The document's call sheet, when to write the document, and the one note on the incident."""

import hashlib
import re
from collections import Counter
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta, tzinfo
from zoneinfo import ZoneInfo

from callsheet.document.conflict import conflict_line
from callsheet.model.action_item import MARKER, ActionItem, ItemStatus, SourceKind, marker
from callsheet.model.counted import counted
from callsheet.model.effect import PostNote, Publish, Reason
from callsheet.model.incident import Note
from callsheet.model.postmortem import Beat, Part, Postmortem, Review, ReviewStatus, SheetRow
from callsheet.plan.again import again
from callsheet.plan.circulation import readers, receipts
from callsheet.plan.meaning import Reading
from callsheet.plan.parts import with_parts
from callsheet.plan.repeats import repeats
from callsheet.plan.routing import calendar_for, priority_of
from callsheet.plan.rules import Rules
from callsheet.plan.seniority import level_of, said_of, wanted_for
from callsheet.plan.sheet_words import SAME_AS, owner_words, remarks, status_words
from callsheet.plan.skeleton import Staging, skeleton
from callsheet.plan.snapshot import Case, House
from callsheet.plan.staging import is_review, odd_words, review_status, staging, too_early
from callsheet.plan.unfiled import still_waits, waived_words, why_unfiled

RANK_OF_NONE = "P9"
MANAGERS = (Part.COMMANDER, Part.ON_CALL)
REVIEWED = (ReviewStatus.IN_REVIEW, ReviewStatus.FINAL)
SIGNATURE = "Kept up to date by Callsheet"
_FIRST_LINE = "Post-mortem action items:"
# From round to round of a cycle only the call sheet changes, and a story may be thousands of lines long.
_story = again(skeleton)
_SIGNED = re.compile(rf"{SIGNATURE} \[{MARKER}(?: [0-9a-f]{{8}})?\]\s*$")


def publishes(case: Case, reading: Reading, house: House) -> tuple[Publish, ...]:
    """The document, for each publisher that does not hold this version of it or holds rows without a key.

    Of a waived post-mortem only a document that is out there already, to say so.
    """
    if case.opened is None or case.opened.opened_at is None:
        return ()
    postmortem = _drawn(case, reading)
    if postmortem is None:
        return ()
    postmortem = replace(postmortem, has_channel=house.has_notifier)
    fingerprint = fingerprint_of(postmortem)
    return tuple(
        Publish(
            key=f"publish:{publisher}:{case.incident.id}",
            reason=Reason.POSTMORTEM_CHANGED if publisher in case.publications else Reason.POSTMORTEM_OPENED,
            incident_id=case.incident.id,
            publisher=publisher,
            postmortem=postmortem,
            fingerprint=fingerprint,
            planned_on=case.publications.get(publisher),
        )
        for publisher in house.publishers
        if _is_behind(publisher, fingerprint, case, reading.rules)
    )


def _is_behind(publisher: str, fingerprint: str, case: Case, rules: Rules) -> bool:
    held = case.publications.get(publisher)
    if held is None:
        return case.opened is not None and case.opened.live
    # Whoever mends it wants to find it as it is.
    if conflict_line(held.current) is not None:
        return False
    copied = held.copied == copies_print(held.current, rules)
    return held.fingerprint != fingerprint or publisher in case.rowless or not copied


def copies_print(text: str, rules: Rules) -> str:
    """Tells what the copies beside a document were made of; empty where the policy wants none."""
    wanted = rules.theatre.copies
    return _sha(f"{wanted}\n{text}") if wanted else ""


def _drawn(case: Case, reading: Reading) -> Postmortem | None:
    staged = staging(case, reading, _today(case, reading.rules, reading.now), _zone(case, reading.rules))
    drawn = postmortem_of(case, reading.rules, reading.now, staged)
    if drawn is None or case.opened is None:
        return None
    waived = waived_words(case.opened) if case.opened.waived_because is not None else None
    return replace(
        drawn,
        circulation=receipts(case, readers(drawn.review, reading)),
        casting=_casting(drawn, reading),
        waived=waived,
        unfiled=_unfiled(case, reading),
        odd=odd_words(case, reading),
        early=not case.receipts and any(too_early(each.current) for each in case.publications.values()),
    )


def _casting(drawn: Postmortem, reading: Reading) -> str | None:
    """Whether whoever managed the incident, its commander or else its on-call engineer, had the level it asks for."""
    chairs = (member for part in MANAGERS for member in drawn.cast if member.part is part)
    name = next((member.name for member in chairs), None)
    person = next((person for person in reading.people if person.name == name), None)
    level = level_of(person, reading.rules.casting) if person else None
    wanted = wanted_for(drawn.incident, reading.rules.casting)
    return said_of(level, wanted, priority_of(drawn.incident)) if level else None


def _unfiled(case: Case, reading: Reading) -> tuple[str, ...]:
    """Why items of the table have no ticket: each reason once, with how many it holds for."""
    seen, after = [item for item in case.items if not _unseen(item)], reading.rules.file_after
    reasons = [why_unfiled(item, case.incident, case.opened) or still_waits(item, after, reading.now) for item in seen]
    return tuple(f"{counted(number, 'promise')} not filed: {why}" for why, number in Counter(reasons).items() if why)


def reviewed(case: Case, reading: Reading) -> Postmortem | None:
    """The post-mortem that a person has set to `in review` or `final`; None where nobody has."""
    live = case.opened is not None and case.opened.live
    return _drawn(case, reading) if live and review_status(case) in REVIEWED else None


def postmortem_of(case: Case, rules: Rules, now: datetime, staged: Staging | None = None) -> Postmortem | None:
    """The post-mortem as it stands; None before it was opened, or while what it needs was not read yet.

    `staged` is what the house adds to the record.
    """
    if case.opened is None or case.opened.opened_at is None or case.dossier is None:
        return None
    drawn = _story(
        with_parts(case.dossier, rules.theatre.parts),
        zone=calendar_for(case.incident, rules).zone,
        opened_on=case.opened.opened_at.date(),
        call_sheet=(),
        merged=case.merged,
        ours=ours,
        staging=staged,
    )
    rows = sheet_rows(case, _today(case, rules, now), _zone(case, rules))
    return replace(drawn, call_sheet=rows, review=replace(drawn.review, passed=_has_passed(drawn.review, now)))


def _has_passed(review: Review, now: datetime) -> bool:
    """Said once and not counted on: a document that proposed another hour each week would be written each week."""
    return review.starts_at is not None and review.starts_at + timedelta(minutes=review.minutes) <= now


def _today(case: Case, rules: Rules, now: datetime) -> date:
    """The day where the incident's people are: nothing is overdue there because a day is over in Greenwich."""
    return now.astimezone(_zone(case, rules)).date()


def _zone(case: Case, rules: Rules) -> ZoneInfo:
    return ZoneInfo(calendar_for(case.incident, rules).zone)


def fingerprint_of(postmortem: Postmortem) -> str:
    """Tells two versions of a post-mortem apart. A value's repr holds every field of it."""
    rest = replace(postmortem, beats=(), log=())
    return _sha(f"{rest!r} {_story_print(postmortem.beats, postmortem.log)}")


def _sha(words: str) -> str:
    return hashlib.sha256(words.encode("utf-8", "surrogatepass")).hexdigest()[:24]


@again
def _story_print(beats: tuple[Beat, ...], log: tuple[Beat, ...]) -> str:
    """The long part, which stays the same from round to round of a cycle."""
    return _sha(repr((beats, log)))


def sheet_rows(case: Case, today: date, zone: tzinfo = UTC) -> tuple[SheetRow, ...]:
    """The call sheet: by priority, then date; a row that repeats another's words stands as its own, and says so.

    `zone` is the one in which `today` is meant.
    """
    rows: list[SheetRow] = []
    # What an open one may repeat: each compared with all would be a square of them.
    over = tuple(item for item in case.items if not item.open)
    for item in sorted(case.items, key=_by_priority_and_date):
        if _unseen(item):
            continue
        told = (*remarks(item, today, gone=_is_gone(item, case)), *repeats(item, over, _notes(case)))
        rows.append(_row(item, item.key, case, (today, zone), remark="; ".join(told)))
        rows += [
            _row(item, source.id, case, (today, zone), remark=f"{SAME_AS}{item.key}")
            for source in item.also_in
            if source.kind is SourceKind.DOCUMENT
        ]
    return tuple(rows)


def _unseen(item: ActionItem) -> bool:
    """A row that was rewritten before it was taken in never was in the table."""
    lost = item.source.kind is SourceKind.DOCUMENT and not item.row_published
    return lost and item.status is ItemStatus.DROPPED and item.ticket_id is None


def _by_priority_and_date(item: ActionItem) -> tuple[str, date, str]:
    return item.terms.priority or RANK_OF_NONE, item.terms.due_on or date.max, item.key


def _row(item: ActionItem, key: str, case: Case, today: tuple[date, tzinfo], *, remark: str) -> SheetRow:
    ticket = case.tickets.get(item.ticket_id or "")
    waived = case.opened is not None and case.opened.waived_because is not None
    return SheetRow(
        key=key,
        action=item.spoken.title,
        owner=owner_words(item),
        due=item.terms.due_on.isoformat() if item.terms.due_on else "",
        priority=item.terms.priority or "",
        kind=item.kind or "",
        fix=item.fix or "",
        ticket=ticket.key if ticket else "",
        ticket_url=ticket.url if ticket else None,
        status=status_words(item, *today, waived=waived, gone=_is_gone(item, case)),
        remark=remark or None,
        review=is_review(item),
    )


def _is_gone(item: ActionItem, case: Case) -> bool:
    return item.ticket_id is not None and item.ticket_id not in case.tickets


def _notes(case: Case) -> tuple[Note, ...]:
    return case.dossier.notes if case.dossier else ()


def note(case: Case, reading: Reading, house: House) -> tuple[PostNote, ...]:
    """The incident's one note, once there is something to follow: how many are done, overdue, and what is next."""
    filed = [item for item in case.items if item.ticket_id]
    if case.opened is None or not case.opened.live or not filed:
        return ()
    # A person deleted our note: that is their word.
    if case.opened.note_id == "":
        return ()
    label = marker(reading.namespace, f"note:{case.incident.account}:{case.incident.id}")
    days = (_today(case, reading.rules, reading.now), _zone(case, reading.rules))
    text = note_text(case, filed, days, house, label)
    if text == case.opened.note_text:
        return ()
    new = case.opened.note_id is None
    return (
        PostNote(
            key=f"note:{case.incident.id}",
            reason=Reason.POSTMORTEM_OPENED if new else Reason.PROMISES_MOVED_ON,
            incident_id=case.incident.id,
            note_id=case.opened.note_id,
            marker=label,
            text=text,
        ),
    )


def note_text(case: Case, filed: list[ActionItem], now: tuple[date, tzinfo], house: House, label: str) -> str:
    """Plain text, short enough to read in a list of notes. `now` is the day, and the zone in which it is that day."""
    today = now[0]
    done = sum(item.status is ItemStatus.DONE for item in filed)
    dropped = sum(item.status is ItemStatus.DROPPED for item in filed)
    overdue = sum(item.overdue(today) for item in filed)
    ahead = sorted(item.terms.due_on for item in filed if item.open and item.terms.due_on and not item.overdue(today))
    facts = [f"{done} of {len(filed) - dropped} done"]
    facts += [f"{overdue} overdue"] if overdue else []
    facts += [f"{dropped} dropped"] if dropped else []
    # The note is read for weeks: a weekday alone would soon name another day.
    facts += [f"next due {ahead[0]:%A} ({ahead[0].isoformat()})"] if ahead else []
    lines = [f"{_FIRST_LINE} {', '.join(facts)}."]
    for item in sorted(filed, key=_by_priority_and_date):
        ticket = case.tickets.get(item.ticket_id or "")
        where = f"{ticket.key} " if ticket else ""
        status = status_words(item, *now, gone=_is_gone(item, case))
        lines.append(f"- {where}{item.spoken.title} ({owner_words(item) or 'nobody'}, {status})")
    if page := house.page_of(case.incident):
        lines.append(f"Read it: {page}")
    return "\n".join([*lines, f"{SIGNATURE} [{label} {_print_of(lines)}]"])


def _print_of(lines: list[str]) -> str:
    return hashlib.sha256("\n".join(line.rstrip() for line in lines).encode()).hexdigest()[:8]


def ours(text: str) -> bool:
    """Whether Callsheet wrote this text: such a text is never a source of actions, beliefs or beats."""
    return _SIGNED.search(text) is not None


def own_part(text: str, label: str) -> str | None:
    """The part of a note that we wrote, by the print in its last line; None where a person wrote over it."""
    lines = text.split("\n")
    signed = re.compile(rf"{SIGNATURE} \[{re.escape(label)} ([0-9a-f]{{8}})\]\s*")
    for end, line in enumerate(lines):
        found = signed.fullmatch(line)
        for start in range(end) if found else ():
            if lines[start].startswith(_FIRST_LINE) and found and found[1] == _print_of(lines[start:end]):
                return "\n".join(lines[start : end + 1])
    return None
