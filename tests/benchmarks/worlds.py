"""PagerDuty-shaped documents for `callsheet sandbox --load`: as many incidents, entries and actions as one asks for."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

Json = dict[str, Any]
# When the sandbox's clock starts: a Monday morning.
NOW = datetime(2026, 11, 2, 9, 0, tzinfo=UTC)
SPAN = timedelta(days=28)
OWNERS = (
    "Ada Lund", "Ben Okoro", "Cleo Marsh", "Dev Patel", "Eva Novak",
    "Finn Berg", "Gil Amato", "Hana Mori", "Ivo Kral", "Joy Adeyemi",
)  # fmt: skip
SERVICES = ("Ledger", "Login", "Mail", "Media", "Orders", "Reports", "Stock", "Tariffs")
PRIORITIES = ("P1", "P2", "P3", "P4", "P5")
_KINDS = ("notify", "assign", "notify", "escalate", "notify", "delegate")


@dataclass(frozen=True, slots=True, kw_only=True)
class Shape:
    """`entries` are log entries of each incident, its notes among them; each `worthy`th incident is a P1.

    `actions` are written into the notes of the worthy ones only, five to a note.
    """

    incidents: int
    entries: int
    worthy: int
    actions: int = 0


def world(shape: Shape) -> Json:
    """Resolved incidents of the last four weeks, oldest first."""
    users = [_user(place) for place in range(len(OWNERS))]
    gap = SPAN / (shape.incidents + 1)
    start = NOW - SPAN
    return {
        "users": users,
        "incidents": [_incident(shape, place, start + gap * (place + 1)) for place in range(shape.incidents)],
    }


def handle(place: int) -> str:
    return OWNERS[place].lower().replace(" ", ".")


def _user(place: int) -> Json:
    return {
        "id": f"PBENCH{place:02}",
        "type": "user",
        "name": OWNERS[place],
        "email": f"{handle(place)}@bench.example",
        "time_zone": "Europe/Berlin",
        "job_title": "Engineer",
    }


def _incident(shape: Shape, place: int, at: datetime) -> Json:
    worthy = place % shape.worthy == 0
    rank = PRIORITIES[0] if worthy else PRIORITIES[2 + place % 3]
    service = place % len(SERVICES)
    told = _notes(place, shape.actions if worthy else 0, at)
    reference = {"id": f"PBSVC{service:02}", "type": "service_reference", "summary": SERVICES[service]}
    return {
        "id": f"QBENCH{place:07}",
        "type": "incident",
        "incident_number": 10_000 + place,
        "incident_key": f"bench/{place}",
        "title": f"{SERVICES[service]} is slow, {place}",
        "summary": f"[#{10_000 + place}] {SERVICES[service]} is slow, {place}",
        "status": "resolved",
        "urgency": "high" if worthy else "low",
        "priority": {"id": f"PBPRI{rank}", "type": "priority_reference", "name": rank, "summary": rank},
        "created_at": _z(at),
        "resolved_at": _z(at + timedelta(minutes=50)),
        "service": reference,
        "notes": told,
        "log_entries": list(reversed(_entries(shape, place, at, told, reference))),
    }


def _notes(place: int, actions: int, at: datetime) -> list[Json]:
    """One ordinary note, and the actions behind it."""
    lines = [f"ACTION: Mend part {n} of case {place} @{handle(n % len(OWNERS))} due 2026-11-20" for n in range(actions)]
    texts = [
        "Latency went back to normal after the rollback.",
        *("\n".join(lines[n : n + 5]) for n in range(0, actions, 5)),
    ]
    return [
        {
            "id": f"QBNOTE{place:07}{n:02}",
            "content": text,
            "created_at": _z(at + timedelta(minutes=40, seconds=n)),
            "user": {"id": "PBENCH00", "type": "user_reference", "summary": OWNERS[0]},
        }
        for n, text in enumerate(texts)
    ]


def _entries(shape: Shape, place: int, at: datetime, told: list[Json], service: Json) -> list[Json]:
    """Trigger, acknowledge, much in between, the notes, resolve."""
    between = max(0, shape.entries - 3 - len(told))
    monitor = {"type": "api", "summary": "p99 over 2 s", "details": {"alertname": "Latency", "num_firing": "1"}}
    plain = {"type": "auto"}
    entries = [("trigger", 0.0, monitor, service), ("acknowledge", 3.0, {"type": "website"}, _agent(place))]
    entries += [
        (_KINDS[n % len(_KINDS)], 4 + 30 * n / max(between, 1), plain, _agent(place + n)) for n in range(between)
    ]
    entries += [
        ("annotate", 40 + n / 60, {"type": "note", "summary": note["content"]}, note["user"])
        for n, note in enumerate(told)
    ]
    entries += [("resolve", 50.0, {"type": "website"}, _agent(place))]
    return [
        {
            "id": f"RBENCH{place:07}{n:03}",
            "type": f"{kind}_log_entry",
            "summary": f"{kind} {n}",
            "created_at": _z(at + timedelta(minutes=minutes)),
            "agent": agent,
            "channel": channel,
        }
        for n, (kind, minutes, channel, agent) in enumerate(entries)
    ]


def _agent(place: int) -> Json:
    who = place % len(OWNERS)
    return {"id": f"PBENCH{who:02}", "type": "user_reference", "summary": OWNERS[who]}


def _z(at: datetime) -> str:
    return at.replace(microsecond=0).isoformat().replace("+00:00", "Z")
