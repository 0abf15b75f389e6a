"""From the store to the Snapshot that plan sees: only what is dirty or due."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime, timedelta

from callsheet.document.edits import edits
from callsheet.model.action_item import ActionItem, Hold, marker
from callsheet.model.incident import Incident
from callsheet.model.publication import Publication
from callsheet.plan.circulation import reader_id
from callsheet.plan.decide import reading_of
from callsheet.plan.drafts import draft_key
from callsheet.plan.occasions import occasions
from callsheet.plan.rhythm import Facts, Occasion, Rhythm
from callsheet.plan.scripts import actor_id
from callsheet.plan.season import figures as figures_of
from callsheet.plan.setting import HOURS_BEFORE
from callsheet.plan.snapshot import Case, Snapshot, Surroundings
from callsheet.run.app import App
from callsheet.run.lookups import recall_lookups
from callsheet.run.overview import overview
from callsheet.run.seasons import record
from callsheet.run.wishes import wishes


def released(item: ActionItem) -> ActionItem:
    """The item without the hold that its backfilled post-mortem put on it."""
    return replace(item, hold=None) if item.hold is Hold.BACKFILLED else item


def look(app: App, now: datetime, *, tried: frozenset[str], filed_before: int, release: bool = False) -> Snapshot:
    """Everything for one round of plan. `release`: as if what backfill holds back were let go."""
    due = app.memory.items_to_nudge(now)
    base = overview(app, now)
    unsaid = _unsaid(app, base)
    around = {item.incident_id for item, _ in due} | {told.struck_by for _, told in due if told.struck_by}
    return Snapshot(
        now=now,
        first_cycle_at=base.first_cycle_at,
        house=base.house,
        people=base.people,
        account_has_priorities=base.account_has_priorities,
        cases=tuple(_released(case) if release else case for case in _cases(app, app.memory.dirty())),
        lookups=recall_lookups(app),
        nudgeable=tuple(item for item, _ in due),
        told={item.key: told for item, told in due},
        nudge_incidents=app.memory.incidents(around),
        nudge_tickets=app.memory.tickets(item.ticket_id for item, _ in due if item.ticket_id),
        occasions=unsaid,
        facts=_facts(app, unsaid, now) if unsaid else Facts(),
        taken_days=app.memory.taken_days(now.date() - timedelta(days=2)),
        approved=frozenset(refusal.id for refusal, approved in app.memory.refusals() if approved),
        tried=tried,
        filed_before=filed_before,
    )


def _unsaid(app: App, base: Snapshot) -> tuple[Occasion, ...]:
    due = occasions(reading_of(base, app.rules), app.house)
    return tuple(each for each in due if not app.memory.was_told(each.to.id, each.since))


def _facts(app: App, due: tuple[Occasion, ...], now: datetime) -> Facts:
    """What the due words are drawn from: asked for a few times a month, so it may cost what exists."""
    items = app.memory.promised()
    seasons, figures, before = app.rules.seasons, None, None
    monthly = next((each for each in due if each.rhythm is Rhythm.MONTH), None)
    if monthly:
        # On the first day of a season people want to know how the last one went.
        season, whole = seasons.of(monthly.since - timedelta(days=1)), record(app.memory)
        figures = figures_of(season, whole, app.rules, now)
        before = figures_of(seasons.before(season), whole, app.rules, now)
    return Facts(
        items=items,
        incidents=app.memory.incidents({item.incident_id for item in items}),
        tickets=app.memory.tickets(item.ticket_id for item in items if item.ticket_id),
        figures=figures,
        before=before,
    )


def _released(case: Case) -> Case:
    return replace(case, items=tuple(released(item) for item in case.items))


def _cases(app: App, incident_ids: Iterable[str]) -> Iterable[Case]:
    heads = app.memory.incidents(incident_ids)
    flags = app.memory.incident_flags(heads)
    opened = app.memory.postmortems(heads)
    # First of all: whatever another process does from here on shows in them, before anything is written on them.
    publications = app.memory.publications(opened)
    items = app.memory.items_of(opened)
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
    named = wishes(app.memory)
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
        receipts=app.memory.receipts(reader_id(incident.id, "")),
        scripts=app.memory.receipts(actor_id(incident.id, "")),
        draft=app.memory.told([draft_key(incident.id)]).get(draft_key(incident.id)),
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
