"""From the store to the Snapshot that plan sees: only what is dirty or due."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime, timedelta

from callsheet.document.edits import edits
from callsheet.model.action_item import ActionItem, Hold, marker
from callsheet.model.incident import Incident
from callsheet.model.memory import Publication
from callsheet.plan.setting import HOURS_BEFORE
from callsheet.plan.snapshot import Case, Snapshot, Surroundings
from callsheet.run.app import App
from callsheet.run.lookups import recall_lookups
from callsheet.run.pull import FIRST_CYCLE, PRIORITIES


def overview(app: App, now: datetime) -> Snapshot:
    """What does not depend on cases: time, people, look-ups."""
    first = app.memory.noted(FIRST_CYCLE)
    return Snapshot(
        now=now,
        first_cycle_at=datetime.fromisoformat(first) if first else now,
        house=app.house,
        people=app.memory.people(),
        account_has_priorities=app.memory.noted(PRIORITIES) == "yes",
    )


def released(item: ActionItem) -> ActionItem:
    """The item without the hold that its backfilled post-mortem put on it."""
    return replace(item, hold=None) if item.hold is Hold.BACKFILLED else item


def look(app: App, now: datetime, *, tried: frozenset[str], filed_before: int, release: bool = False) -> Snapshot:
    """Everything for one round of plan. `release`: as if what backfill holds back were let go."""
    nudgeable = app.memory.items_to_nudge(now.date() + timedelta(days=1))
    base = overview(app, now)
    nudge_ids = {item.incident_id for item in nudgeable}
    return Snapshot(
        now=now,
        first_cycle_at=base.first_cycle_at,
        house=base.house,
        people=base.people,
        account_has_priorities=base.account_has_priorities,
        cases=tuple(_released(case) if release else case for case in _cases(app, app.memory.dirty())),
        lookups=recall_lookups(app),
        nudgeable=nudgeable,
        nudge_days=app.memory.nudge_days(item.key for item in nudgeable),
        nudge_cases={case.incident.id: case for case in _cases(app, sorted(nudge_ids))},
        taken_days=app.memory.taken_days(now.date() - timedelta(days=2)),
        approved=frozenset(refusal.id for refusal, approved in app.memory.refusals() if approved),
        tried=tried,
        filed_before=filed_before,
    )


def _released(case: Case) -> Case:
    return replace(case, items=tuple(released(item) for item in case.items))


def _cases(app: App, incident_ids: Iterable[str]) -> Iterable[Case]:
    heads = app.memory.incidents(incident_ids)
    flags = app.memory.incident_flags(heads)
    opened = app.memory.postmortems(heads)
    items = app.memory.items_of(opened)
    publications = app.memory.publications(opened)
    for id_, head in heads.items():
        postmortem = opened.get(id_)
        if postmortem is None or postmortem.opened_at is None:
            yield Case(incident=head, noted=flags[id_].noted, opened=postmortem)
        else:
            held = {name: p for (name, incident_id), p in publications.items() if incident_id == id_}
            yield _opened_case(app, head, items.get(id_, ()), held)


def _opened_case(
    app: App, incident: Incident, items: tuple[ActionItem, ...], publications: dict[str, Publication]
) -> Case:
    found = app.memory.dossier(incident.id)
    markers = {marker(app.house.namespace, item.key): item.key for item in items}
    labelled = app.memory.tickets_labelled(markers)
    named = app.memory.recall("adopt", str)
    return Case(
        incident=incident,
        named={item.key: named[item.key] for item in items if item.key in named},
        noted=True,
        opened=app.memory.postmortems([incident.id])[incident.id],
        dossier=found[0] if found else None,
        items=items,
        tickets=app.memory.tickets(item.ticket_id for item in items if item.ticket_id),
        marked={markers[label]: tickets for label, tickets in labelled.items()},
        publications=publications,
        rowless=tuple(name for name, p in publications.items() if edits(p.current, p.published).added),
        merged=app.memory.merged_into(incident.id),
        around=_around(app, incident),
    )


def _around(app: App, incident: Incident) -> Surroundings:
    promised = app.memory.promised_before(incident)
    tickets = app.memory.tickets(item.ticket_id for item, _ in promised if item.ticket_id)
    start = incident.created_at
    return Surroundings(
        beside=app.memory.beside(incident),
        pages=app.memory.pages(start - timedelta(hours=HOURS_BEFORE), start),
        promised=tuple((item, head, tickets.get(item.ticket_id or "")) for item, head in promised),
    )
