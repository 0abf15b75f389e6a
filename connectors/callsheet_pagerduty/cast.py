"""Who took part, pure: responders, roles and status updates, rebuilt from the log and the incident's own members.

PagerDuty empties `assignments` and `acknowledgements` once an incident is resolved, so the log is the source.
"""

import re
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import datetime

from callsheet.connect.errors import Malformed
from callsheet.model.incident import Actor, ActorKind, LogEntry, Note, Ref, Responder, StatusUpdate
from callsheet.model.person import Person
from callsheet_pagerduty.reading import Raw, moment, part, parts, sound, text
from callsheet_pagerduty.wire import ref

ASSIGNED, PENDING, JOINED = "assigned", "pending", "joined"
_ASSIGNING = {"assign", "escalate", "delegate", "reassign"}
_UPDATES = {"status_update", "incident_status_update"}
_ROLE = re.compile(
    r"(?i)(?<![a-z])(commander|lead|leader|scribe|liaison|deputy|coordinator|facilitator|director|owner|manager)(?![a-z])"
)
_NAME = re.compile(r"[^\W\d_][\w.'’-]*(?: (?:[^\W\d_][\w.'’-]*)){1,3}")
_NO_NAME = re.compile(r"(?i)\b(team|service|squad|group|on call|on-call|platform|nobody|not set)\b")


def responders(entries: Sequence[LogEntry], raw: Raw) -> tuple[Responder, ...]:
    """Everybody who was asked to help, in the order of the first asking.

    `entries` are oldest first, `raw` is the incident. States: `assigned` by an assignment or escalation, `pending`
    when asked as a responder, `joined` after an acknowledgement, and PagerDuty's own word (`joined`, `declined`,
    `user_cancelled`, …) where the incident still lists the person. `at` is the time of the first asking.
    """
    found: dict[str, Responder] = {}
    for entry in entries:
        for each in _from_entry(entry):
            found[each.person.id] = _merged(found.get(each.person.id), each)
    for listed in _listed(raw):
        found[listed.person.id] = _merged(found.get(listed.person.id), listed)
    return tuple(found.values())


def status_updates(entries: Iterable[LogEntry]) -> tuple[StatusUpdate, ...]:
    """What was told to stakeholders. PagerDuty has no way to list it but the log."""
    return tuple(
        StatusUpdate(at=entry.at, author=entry.actor, message=entry.text or entry.summary)
        for entry in entries
        if entry.kind in _UPDATES
    )


def roles(raw: Raw, known: Collection[str]) -> tuple[tuple[str, str], ...]:
    """Role -> person from the incident's custom fields, for want of an endpoint for roles.

    A field counts when its name says a role and its value is the name of somebody we know, or looks like a name of
    two to four words.
    """
    names = {name.casefold(): name for name in known}
    return tuple(
        (title, names.get(value.casefold(), value))
        for field in parts(raw, "custom_fields")
        if (title := text(field, "display_name", "name")) and _ROLE.search(title.replace("_", " "))
        for value in _values(field)
        if value.casefold() in names or (_NAME.fullmatch(value) and not _NO_NAME.search(value))
    )


def mentioned(
    entries: Iterable[LogEntry], notes: Iterable[Note], responding: Iterable[Responder], people: Mapping[str, Person]
) -> tuple[Person, ...]:
    """Those of the known people whom the incident mentions, in the order of their first appearance."""
    ids: dict[str, None] = {}
    for entry in entries:
        ids.update(dict.fromkeys([*([entry.actor.id] if entry.actor else []), *(each.id for each in entry.targets)]))
    ids.update(dict.fromkeys(note.author.id for note in notes))
    ids.update(dict.fromkeys(each.person.id for each in responding))
    return tuple(people[each] for each in ids if each in people)


def _from_entry(entry: LogEntry) -> Iterator[Responder]:
    asker = _person(entry.actor)
    if entry.kind == "acknowledge" and asker:
        yield Responder(person=asker, state=JOINED, at=entry.at)
    if entry.kind == "responder_request":
        for target in entry.targets:
            yield Responder(person=target, state=PENDING, at=entry.at, requested_by=asker, message=entry.text)
    if entry.kind in _ASSIGNING:
        for target in entry.targets:
            by = asker if asker and asker.id != target.id else None
            yield Responder(person=target, state=ASSIGNED, at=entry.at, requested_by=by)


def _listed(raw: Raw) -> Iterator[Responder]:
    """`incidents_responders`, and the same inside `responder_requests`, in whose targets a wrapper comes and goes."""
    for each in parts(raw, "incidents_responders"):
        yield from _responder(each, each)
    for request in parts(raw, "responder_requests"):
        for target in parts(request, "responder_request_targets"):
            inner = part(target, "responder_request_target") or target
            listed = parts(inner, "incidents_responders") or parts(inner, "incident_responders")
            for each in listed:
                yield from _responder(each, request)


def _responder(raw: Raw, request: Raw) -> Iterator[Responder]:
    user, requester = part(raw, "user"), part(raw, "requester") or part(request, "requester")
    if text(user, "id"):
        yield Responder(
            person=ref(user),
            state=text(raw, "state") or PENDING,
            at=_when(raw) or _when(request),
            requested_by=ref(requester) if text(requester, "id") else None,
            message=text(raw, "message") or text(request, "message"),
        )


def _when(raw: Raw) -> datetime | None:
    """A time that is nice to have: an unreadable one is none."""
    try:
        return moment(raw, "requested_at")
    except Malformed:
        return None


def _merged(old: Responder | None, new: Responder) -> Responder:
    """First asking and first message stay; the state only moves on: who joined has joined, whoever asks again."""
    if old is None:
        return new
    keeps = old.state == JOINED or new.state == ASSIGNED
    return replace(
        old,
        state=old.state if keeps else new.state,
        at=min(filter(None, (old.at, new.at)), default=None),
        requested_by=old.requested_by or new.requested_by,
        message=old.message or new.message,
    )


def _person(actor: Actor | None) -> Ref | None:
    return Ref(id=actor.id, name=actor.name) if actor and actor.kind is ActorKind.PERSON else None


def _values(field: Raw) -> list[str]:
    value = field.get("value")
    return [sound(each).strip() for each in (value if isinstance(value, list) else [value]) if isinstance(each, str)]
