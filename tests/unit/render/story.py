"""One believable incident, built by hand, for reading and for testing."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

from callsheet.model.incident import (
    Actor,
    ActorKind,
    Alert,
    Change,
    Dossier,
    Incident,
    IncidentPriority,
    IncidentStatus,
    Link,
    LogEntry,
    Note,
    Ref,
    Responder,
    StatusUpdate,
    Urgency,
)
from callsheet.model.person import Person
from callsheet.model.postmortem import Postmortem, SheetRow
from callsheet.plan.skeleton import skeleton

START = datetime(2026, 11, 2, 22, 51, 10, tzinfo=UTC)
ANA, MARCUS, GRACE = (
    Actor(kind=ActorKind.PERSON, id=identity, name=name)
    for identity, name in (("PANA", "Ana Ferreira"), ("PMARCUS", "Marcus Hill"), ("PGRACE", "Grace Okafor"))
)
MONITOR = Actor(kind=ActorKind.SERVICE, id="PSVC", name="Checkout API")


def at(minutes: float) -> datetime:
    """A moment of the story, counted from its trigger."""
    return START + timedelta(minutes=minutes)


def ref(actor: Actor) -> Ref:
    """The person as somebody to whom things are done."""
    return Ref(id=actor.id, name=actor.name)


def incident(**changes: Any) -> Incident:
    """The incident's head."""
    values: dict[str, object] = {
        "account": "larkspur",
        "id": "Q1POOL",
        "number": 1001,
        "title": "Checkout API: p99 latency above 4 s",
        "url": "https://larkspur.pagerduty.example/incidents/Q1POOL",
        "status": IncidentStatus.RESOLVED,
        "urgency": Urgency.HIGH,
        "service": Ref(id="PSVC", name="Checkout API"),
        "created_at": START,
        "updated_at": at(80),
        "resolved_at": at(74),
        "priority": IncidentPriority(id="PP1", name="P1", rank=1),
        "teams": (Ref(id="PTEAM", name="Storefront"),),
    }
    return Incident(**{**values, **changes})


def entry(minutes: float, kind: str, actor: Actor | None = None, *to: Actor, text: str | None = None) -> LogEntry:
    """One line of the log."""
    return LogEntry(
        id=f"R{minutes:07.2f}{kind}",
        incident_id="Q1POOL",
        at=at(minutes),
        kind=kind,
        summary=f"{kind} by somebody",
        actor=actor,
        text=text,
        targets=tuple(ref(person) for person in to),
    )


def note(minutes: float, author: Actor, text: str) -> Note:
    """One note."""
    return Note(id=f"PN{minutes:05.0f}", author=author, text=text, created_at=at(minutes))


def dossier(**changes: Any) -> Dossier:
    """Everything about it."""
    notes = (
        note(6, ANA, "Looking. p99 on https://grafana.larkspur.example/d/checkout went from 180 ms to 4.2 s."),
        note(14, MARCUS, "I think it is the connection pool: 200 of 200 in use and the wait queue grows."),
        note(22, ANA, "BELIEF: build 5001 halved the pool. Reading the diff now."),
        note(33, GRACE, "HOLD: do not fail over the database, the replica is 90 s behind."),
        note(47, ANA, "Rolled back build 5001. p99 is 1.1 s and falling."),
        note(
            95,
            ANA,
            "Quiet for 20 minutes, closing the bridge.\n"
            "ACTION: Alert when the pool wait time exceeds 500 ms @ana due 2026-11-11 P1\n"
            "ACTION: Load-test the pool limit in staging @marcus",
        ),
        note(96, MARCUS, "TODO: Update runbook for API latency issues @grace"),
    )
    values: dict[str, object] = {
        "incident": incident(),
        "entries": (
            entry(0, "trigger", MONITOR),
            entry(0, "assign", MONITOR, ANA),
            *(entry(minutes, "notify", None, ANA) for minutes in (0, 0.01, 1, 1.01)),
            entry(3, "acknowledge", ANA),
            entry(4, "priority_change", ANA),
            entry(6.5, "responder_request", ANA, MARCUS, GRACE),
            entry(6.6, "notify", None, MARCUS),
            entry(6.7, "notify", None, GRACE),
            entry(17, "status_update", GRACE, text="Customers see slow pages at checkout. We are rolling back."),
            *(
                entry(written.created_at.timestamp() / 60 - START.timestamp() / 60, "annotate", written.author)
                for written in notes
            ),
            entry(74, "resolve", ANA),
        ),
        "notes": notes,
        "alerts": tuple(
            Alert(
                id=f"QA{place}",
                at=at(0.5 * place),
                summary="Checkout API: p99 latency above 4 s" if place < 2 else f"Pool wait time high on node {place}",
                severity="critical",
                source="prometheus",
                resolved_at=at(58 + place),
                links=(Link(url="https://grafana.larkspur.example/d/checkout", text="Checkout dashboard"),),
            )
            for place in range(4)
        ),
        "changes": (
            Change(id="0A", at=at(-600), summary="checkout-api build 5000: Texts"),
            Change(
                id="0B",
                at=at(-5),
                summary="checkout-api build 5001: Lower the connection pool limit to save memory",
                source="ci",
                why_related="the most recent change",
                services=(incident().service,),
            ),
        ),
        "responders": (
            Responder(person=ref(MARCUS), state="joined", at=at(6.5)),
            Responder(person=ref(GRACE), state="joined", at=at(6.5)),
            Responder(person=Ref(id="PLENA", name="Lena Weber"), state="pending", at=at(6.5)),
        ),
        "status_updates": (
            StatusUpdate(at=at(17), author=GRACE, message="Customers see slow pages at checkout. We are rolling back."),
        ),
        "people": (Person(id="PANA", name="Ana Ferreira", job_title="Site Reliability Engineer"),),
        "roles": (("Incident Commander", "Grace Okafor"),),
    }
    return Dossier(**{**values, **changes})


def row(number: int, action: str, **cells: Any) -> SheetRow:
    """One row of the call sheet."""
    values: dict[str, object] = {
        "key": f"ai-{number:016x}", "action": action, "owner": "Ana Ferreira", "due": "2026-11-11", "priority": "P1",
        "kind": "detect", "fix": "", "ticket": f"OPS-{number}",
        "ticket_url": f"https://larkspur.atlassian.example/browse/OPS-{number}", "status": "open",
    }  # fmt: skip
    return SheetRow(**{**values, **cells})


ROWS = (
    row(1, "Alert when the pool wait time exceeds 500 ms"),
    row(2, "Load-test the pool limit in staging", owner="Marcus Hill", kind="prevent", due="2026-11-16"),
    row(
        3,
        "Update runbook for API latency issues",
        owner="Lena Weber (for “@grace”)",
        kind="",
        ticket="",
        ticket_url=None,
        remark="fallback: more than one person by that name",
    ),
)


def postmortem(told: Dossier | None = None, *, rows: tuple[SheetRow, ...] = ROWS, **more: Any) -> Postmortem:
    """The story as the skeleton draws it up, for a team in Berlin."""
    values: dict[str, object] = {"zone": "Europe/Berlin", "opened_on": date(2026, 11, 3), "call_sheet": rows}
    return skeleton(told or dossier(), **{**values, **more})
