"""Bringing recorded incidents into the world: PagerDuty-shaped JSON files, merged by id, optionally moved to now."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from callsheet.sandbox.clock import parse_instant
from callsheet.sandbox.company import Person, Priority, Service
from callsheet.sandbox.ids import make_id
from callsheet.sandbox.paging import Incident, Paging
from callsheet.sandbox.timeline import Alert, Event, Note, Reel

Json = dict[str, Any]
_DATE = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:?\d\d)")
_PARTS = ("log_entries", "notes", "alerts")
# How long before the sandbox's present the newest recorded moment is put.
_BEFORE = timedelta(minutes=5)


def read_files(paths: Iterable[Path]) -> Json:
    """One document from several files: later ones add to the incidents and users of earlier ones."""
    merged: dict[str, dict[str, Json]] = {"incidents": {}, "users": {}, "priorities": {}}
    for path in paths:
        document = _document(path)
        for name, known in merged.items():
            for entry in document.get(name) or []:
                known[entry["id"]] = _joined(known.get(entry["id"], {}), entry)
    return {name: list(known.values()) for name, known in merged.items()}


def _document(path: Path) -> Json:
    """What a file holds; ValueError, with its name, when it is nothing to load."""
    try:
        found = json.loads(path.read_text(encoding="utf-8"))
    except ValueError as error:
        raise ValueError(f"{path} is not JSON ({error})") from None
    if not isinstance(found, dict):
        raise ValueError(f"{path} holds no JSON object with `incidents` or `users`")
    return found


def shift(document: Json, now: datetime) -> Json:
    """Move every date by the same span, so that the newest lies shortly before now."""
    moments = [parse_instant(text) for text in _dates(document)]
    if not moments:
        return document
    delta = (now - _BEFORE) - max(moments)
    moved: Json = _moved(document, timedelta(seconds=round(delta.total_seconds())))
    return moved


def install(paging: Paging, document: Json) -> list[Person]:
    """Put the document into the world; returns its people, so that the tracker can know them too."""
    people = [_person(entry) for entry in document.get("users") or []]
    paging.users |= {person.id: person for person in people}
    for entry in document.get("priorities") or []:
        _know_priority(paging, entry)
    for entry in document.get("incidents") or []:
        paging.insert(_incident(paging, entry))
    return people


def _joined(before: Json, after: Json) -> Json:
    parts = {}
    for name in _PARTS:
        entries = {entry["id"]: entry for entry in before.get(name) or []}
        entries |= {entry["id"]: entry for entry in after.get(name) or []}
        parts[name] = list(entries.values())
    return {**before, **after, **parts}


def _dates(node: Any) -> Iterable[str]:
    if isinstance(node, dict):
        node = list(node.values())
    if isinstance(node, list):
        for each in node:
            yield from _dates(each)
    elif isinstance(node, str) and _DATE.fullmatch(node):
        yield node


def _moved(node: Any, delta: timedelta) -> Any:
    if isinstance(node, dict):
        return {key: _moved(value, delta) for key, value in node.items()}
    if isinstance(node, list):
        return [_moved(each, delta) for each in node]
    if isinstance(node, str) and _DATE.fullmatch(node):
        return (parse_instant(node) + delta).isoformat().replace("+00:00", "Z")
    return node


def _incident(paging: Paging, entry: Json) -> Incident:
    created = parse_instant(entry["created_at"])
    service = _know_service(paging, entry)
    if entry.get("priority"):
        _know_priority(paging, entry["priority"])
    raw = {key: value for key, value in entry.items() if key not in _PARTS}
    incident = Incident(
        id=entry["id"],
        number=int(entry.get("incident_number") or entry.get("number") or 0),
        title=entry["title"],
        service=service,
        urgency=entry.get("urgency") or "high",
        created_at=created,
        ends_at=created,
        key=entry.get("incident_key"),
        raw=raw,
        priority=(entry.get("priority") or {}).get("name") or (entry.get("priority") or {}).get("summary"),
    )
    incident.reel = _reel(paging, entry, incident)
    incident.ends_at = max((event.at for event in incident.reel.events), default=created)
    return incident


def _reel(paging: Paging, entry: Json, incident: Incident) -> Reel:
    # Recordings list the newest first; reversed, entries of one second stay in their order.
    events = [_event(paging, each) for each in reversed(entry.get("log_entries") or [])]
    notes = [_note(paging, each) for each in entry.get("notes") or []]
    kinds = {event.kind for event in events}
    if "trigger" not in kinds:
        events.append(_made(incident, "trigger", incident.created_at, incident.service))
    ended = entry.get("resolved_at") or entry.get("last_status_change_at")
    if entry.get("status") == "resolved" and "resolve" not in kinds and ended:
        events.append(_made(incident, "resolve", parse_instant(ended), incident.service))
    told = {event.text for event in events if event.kind == "annotate"}
    silent = [note for note in notes if note.text not in told]
    events += [_made(incident, "annotate", note.at, note.author, note.text) for note in silent]
    if not notes:
        notes = [_note_of(event) for event in events if event.kind == "annotate" and event.text]
    events.sort(key=lambda event: event.at)
    alerts = [_alert(each) for each in entry.get("alerts") or []]
    return Reel(events=events, notes=notes, alerts=alerts)


def _event(paging: Paging, entry: Json) -> Event:
    users = [each for each in (entry.get("assignees") or [entry.get("user")]) if each]
    for reference in (*users, entry.get("agent")):
        _know_name(paging, reference)
    return Event(
        id=entry["id"],
        at=parse_instant(entry["created_at"]),
        kind=str(entry["type"]).removesuffix("_log_entry").removesuffix("_reference"),
        agent=(entry.get("agent") or {}).get("id"),
        users=tuple(each["id"] for each in users),
        text=str((entry.get("channel") or {}).get("summary") or ""),
        data={"raw": entry},
    )


def _made(incident: Incident, kind: str, at: datetime, agent: str, text: str = "") -> Event:
    """An entry that the recording implies without holding it."""
    entry = make_id("R", 26, incident.id, kind, at.isoformat(), text)
    return Event(id=entry, at=at, kind=kind, agent=agent, text=text)


def _note(paging: Paging, entry: Json) -> Note:
    user = entry.get("user") or {}
    _know_name(paging, user)
    at = parse_instant(entry["created_at"])
    edited = parse_instant(entry.get("updated_at") or entry["created_at"])
    return Note(id=entry["id"], at=at, author=user.get("id", "unknown"), text=entry["content"], updated_at=edited)


def _note_of(event: Event) -> Note:
    key = make_id("Q", 14, event.id)
    return Note(id=key, at=event.at, author=event.agent or "unknown", text=event.text, updated_at=event.at)


def _alert(entry: Json) -> Alert:
    return Alert(
        id=entry["id"],
        at=parse_instant(entry["created_at"]),
        key=entry.get("alert_key") or "",
        severity=entry.get("severity") or "critical",
        title=entry.get("summary") or "",
        count=1,
        raw=entry,
    )


def _know_name(paging: Paging, reference: Json | None) -> None:
    if reference and reference.get("id") and reference["id"] not in paging.services:
        paging.names.setdefault(reference["id"], reference.get("summary") or reference["id"])


def _know_service(paging: Paging, entry: Json) -> str:
    reference = entry.get("service") or {"id": "PUNKNWN", "summary": "Unknown service"}
    key = reference["id"]
    if key not in paging.services:
        name = reference.get("summary") or reference.get("name") or key
        slug = re.sub(r"[^a-z0-9]+", "-", name.lower()).strip("-")
        policy = (entry.get("escalation_policy") or {}).get("id") or make_id("P", 7, key, "policy")
        paging.services[key] = Service(
            id=key, name=name, slug=slug, team="", policy=policy, alert=slug, integration=make_id("P", 7, key)
        )
    return str(key)


def _know_priority(paging: Paging, entry: Json) -> None:
    company = paging.company
    name = entry.get("name") or entry.get("summary") or entry["id"]
    priority = Priority(
        id=entry["id"],
        name=name,
        description=entry.get("description") or "",
        color=entry.get("color") or "999999",
        order=int(entry.get("order") or 0),
    )
    others = tuple(each for each in company.priorities if each.name != name)
    ordered = sorted((*others, priority), key=lambda each: (-each.order, each.name))
    paging.company = replace(company, priorities=tuple(ordered))


def _person(entry: Json) -> Person:
    return Person(
        id=entry["id"],
        name=entry.get("name") or entry.get("summary") or entry["id"],
        email=entry.get("email") or f"{entry['id'].lower()}@recorded.example",
        title=entry.get("job_title") or "",
        zone=entry.get("time_zone") or "Etc/UTC",
        role=entry.get("role") or "user",
        teams=tuple(team["id"] for team in entry.get("teams") or []),
    )
