"""Values with sensible defaults, for tests: name only what the test is about."""

from dataclasses import fields
from datetime import UTC, date, datetime, timedelta
from typing import Any, TypeVar

from callsheet.model.action_item import (
    ActionItem,
    DueReason,
    ItemStatus,
    Owner,
    OwnerReason,
    Source,
    SourceKind,
    Terms,
    Words,
    item_key,
)
from callsheet.model.incident import (
    Actor,
    ActorKind,
    Dossier,
    Incident,
    IncidentPriority,
    IncidentStatus,
    LogEntry,
    Note,
    Ref,
    Urgency,
)
from callsheet.model.person import Account, Person
from callsheet.model.text import paragraph
from callsheet.model.ticket import Category, Choice, ProjectRules, Ticket, TicketDraft

NOON = datetime(2026, 11, 2, 12, 0, tzinfo=UTC)
"""A Monday."""

ACCOUNT = "acme"
T = TypeVar("T")


def _made(kind: type[T], defaults: dict[str, Any], given: dict[str, Any]) -> T:
    known = {each.name for each in fields(kind)}  # type: ignore[arg-type] # only dataclasses come here
    unknown = sorted(given.keys() - known)
    if unknown:
        raise TypeError(f"{kind.__name__} has no {', '.join(unknown)}")
    return kind(**{**defaults, **given})


def make_person(name: str = "Ana Ferreira", **given: Any) -> Person:
    """Somebody of the paging account; id and e-mail follow from the name."""
    handle = ".".join(name.lower().split())
    return _made(Person, {"id": f"P-{handle}", "name": name, "email": f"{handle}@example.com"}, given)


def make_account(name: str = "Ana Ferreira", **given: Any) -> Account:
    """Somebody's account in the tracker; id and e-mail follow from the name."""
    handle = ".".join(name.lower().split())
    return _made(Account, {"id": f"acc-{handle}", "name": name, "email": f"{handle}@example.com"}, given)


def make_actor(who: Person | str = "Ana Ferreira") -> Actor:
    """A person as an actor."""
    person = make_person(who) if isinstance(who, str) else who
    return Actor(kind=ActorKind.PERSON, id=person.id, name=person.name)


def make_incident(**given: Any) -> Incident:
    """An incident of high urgency and priority P1, resolved after an hour. Give `resolved_at=None` for an open one."""
    number = given.get("number", 1001)
    created_at = given.get("created_at", NOON)
    resolved_at = given.get("resolved_at", created_at + timedelta(hours=1))
    id_ = given.get("id", f"Q{number:013d}")
    defaults = {
        "account": ACCOUNT,
        "id": id_,
        "number": number,
        "title": "Checkout API is slow",
        "url": f"https://acme.pager.example/incidents/{id_}",
        "status": IncidentStatus.RESOLVED if resolved_at else IncidentStatus.TRIGGERED,
        "urgency": Urgency.HIGH,
        "service": Ref(id="S-CHECKOUT", name="Checkout API"),
        "created_at": created_at,
        "updated_at": resolved_at or created_at,
        "resolved_at": resolved_at,
        "priority": make_priority(1),
        "teams": (Ref(id="T-STORE", name="Storefront"),),
    }
    return _made(Incident, defaults, given)


def make_priority(rank: int) -> IncidentPriority:
    """P1 to P5."""
    return IncidentPriority(id=f"PRIO{rank}", name=f"P{rank}", rank=rank)


def make_note(text: str = "Rolled back build 5001.", **given: Any) -> Note:
    """A note by Ana, half an hour into the incident of `make_incident`."""
    defaults = {"id": "N1", "author": make_actor(), "text": text, "created_at": NOON + timedelta(minutes=30)}
    return _made(Note, defaults, given)


def make_entry(kind: str = "acknowledge", **given: Any) -> LogEntry:
    """A line of the log."""
    defaults = {
        "id": "R1",
        "incident_id": "Q0000000001001",
        "at": NOON + timedelta(minutes=5),
        "kind": kind,
        "summary": f"{kind} by Ana Ferreira",
        "actor": make_actor(),
    }
    return _made(LogEntry, defaults, given)


def make_dossier(incident: Incident | None = None, **given: Any) -> Dossier:
    """All about an incident that nobody wrote anything on."""
    return _made(Dossier, {"incident": incident or make_incident()}, given)


def make_ticket(**given: Any) -> Ticket:
    """An open ticket of project OPS without owner or date."""
    id_ = given.get("id", "10001")
    project = given.get("project", "OPS")
    key = given.get("key", f"{project}-{int(id_) - 10_000}" if id_.isdigit() else f"{project}-1")
    defaults = {
        "id": id_,
        "key": key,
        "url": f"https://acme.tracker.example/browse/{key}",
        "project": project,
        "title": "Add an alert",
        "status": "To Do",
        "category": Category.NEW,
        "created_at": NOON,
        "updated_at": given.get("created_at", NOON),
    }
    return _made(Ticket, defaults, given)


def make_draft(**given: Any) -> TicketDraft:
    """A draft for project OPS, with a namespace label and a marker."""
    defaults = {
        "project": "OPS",
        "issue_type_id": "1",
        "title": "Add an alert",
        "body": (paragraph("An action item from the post-mortem of an incident."),),
        "labels": ("callsheet", "cs-0123456789abcdef"),
    }
    return _made(TicketDraft, defaults, given)


def make_rules(**given: Any) -> ProjectRules:
    """A project that takes everything and demands nothing, with five priorities."""
    defaults = {
        "project": "OPS",
        "issue_type": "Task",
        "issue_type_id": "1",
        "has_due_on": True,
        "has_owner": True,
        "has_labels": True,
        "priorities": tuple(
            Choice(id=str(number), name=name)
            for number, name in enumerate(("Highest", "High", "Medium", "Low", "Lowest"), start=1)
        ),
    }
    return _made(ProjectRules, defaults, given)


def make_item(title: str = "Add an alert", **given: Any) -> ActionItem:
    """An open item from the first line of note N1, for Ana, due in two weeks, not filed.

    `due_on`, `priority` and `account` are short for the same in `terms`; `filed=ID` makes it one whose ticket agrees
    with it.
    """
    incident_id = given.get("incident_id", "Q0000000001001")
    source = given.get("source", Source(kind=SourceKind.NOTE, id="N1/0"))
    account = given.pop("account", make_account().id)
    terms = given.pop("terms", None) or Terms(
        title=title,
        owner=account,
        due_on=given.pop("due_on", date(2026, 11, 16)),
        priority=given.pop("priority", "P1"),
    )
    ana = make_person()
    defaults: dict[str, Any] = {
        "key": item_key(ACCOUNT, incident_id, source),
        "incident_id": incident_id,
        "source": source,
        "words": Words(title=title),
        "terms": terms,
        "owner": Owner(name=ana.name, email=ana.email, person_id=ana.id, account=account),
        "owner_reason": OwnerReason.EMAIL,
        "due_reason": DueReason.POLICY,
        "noted_at": NOON + timedelta(minutes=30),
    }
    ticket_id = given.pop("filed", None)
    if ticket_id:
        defaults |= {
            "ticket_id": ticket_id,
            "ticket_title": terms.title,
            "base": terms,
            "base_status": given.get("status", ItemStatus.OPEN),
            "row_published": True,
        }
    return _made(ActionItem, defaults, given)
