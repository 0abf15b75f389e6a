"""From the store to the Snapshot that plan sees: only what is dirty or due."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from callsheet.document.edits import edits
from callsheet.model.action_item import ActionItem, Hold, marker
from callsheet.model.incident import Incident
from callsheet.model.nudge import Told
from callsheet.model.publication import Publication
from callsheet.model.ticket import Ticket
from callsheet.plan.askew import whole
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
from callsheet.run.overview import HUSHED_UNTIL, overview
from callsheet.run.seasons import record
from callsheet.run.wishes import RETRIED, wishes


def released(item: ActionItem) -> ActionItem:
    """The item without the hold that its backfilled post-mortem put on it."""
    return replace(item, hold=None) if item.hold is Hold.BACKFILLED else item


def look(app: App, now: datetime, *, tried: frozenset[str], filed_before: int, release: bool = False) -> Snapshot:
    """Everything for one round of plan. `release`: as if what backfill holds back were let go."""
    due = app.memory.items_to_nudge(now)
    base = overview(app, now)
    unsaid = _unsaid(app, base)
    hushed = app.memory.noted(HUSHED_UNTIL)
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
        hushed_until=datetime.fromisoformat(hushed) if hushed else None,
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


@dataclass(frozen=True, slots=True, kw_only=True)
class _Shared:
    """What hangs on all the opened cases, each asked for once: tickets by id, marked ones by label, drafts by key."""

    named: Mapping[str, str]
    tickets: Mapping[str, Ticket]
    marked: Mapping[str, tuple[Ticket, ...]]
    drafts: Mapping[str, Told]
    retried: frozenset[str]


def _shared(app: App, incident_ids: Iterable[str], items: Iterable[ActionItem]) -> _Shared:
    every = tuple(items)
    return _Shared(
        named=wishes(app.memory),
        tickets=app.memory.tickets(item.ticket_id for item in every if item.ticket_id),
        marked=app.memory.tickets_labelled(marker(app.house.namespace, item.key) for item in every),
        drafts=app.memory.told(draft_key(id_) for id_ in incident_ids),
        retried=frozenset(app.memory.recall(RETRIED, bool)),
    )


def _cases(app: App, incident_ids: Iterable[str]) -> Iterable[Case]:
    heads = app.memory.incidents(incident_ids)
    flags = app.memory.incident_flags(heads)
    opened = app.memory.postmortems(heads)
    # First of all: whatever another process does from here on shows in them, before anything is written on them.
    publications = app.memory.publications(opened)
    items = app.memory.items_of(opened)
    shared = _shared(app, opened, (item for some in items.values() for item in some))
    for id_, head in heads.items():
        postmortem = opened.get(id_)
        if postmortem is None or postmortem.opened_at is None:
            yield Case(incident=head, noted=flags[id_].noted, opened=postmortem)
        else:
            held = {name: p for (name, incident_id), p in publications.items() if incident_id == id_}
            case = Case(incident=head, noted=True, opened=postmortem, items=items.get(id_, ()), publications=held)
            yield _with_surroundings(app, _with_shared(app, case, shared))


def _with_shared(app: App, case: Case, shared: _Shared) -> Case:
    labels = {item.key: marker(app.house.namespace, item.key) for item in case.items}
    own = [item.ticket_id for item in case.items if item.ticket_id in shared.tickets]
    return replace(
        case,
        named={key: shared.named[key] for key in labels if key in shared.named},
        tickets={id_: shared.tickets[id_] for id_ in own if id_},
        marked={key: shared.marked[label] for key, label in labels.items() if label in shared.marked},
        draft=shared.drafts.get(draft_key(case.incident.id)),
        retried=shared.retried & labels.keys(),
    )


def _with_surroundings(app: App, case: Case) -> Case:
    incident = case.incident
    found = app.memory.dossier(incident.id)
    return replace(
        case,
        dossier=found[0] if found else None,
        rowless=tuple(name for name, held in case.publications.items() if _waits_for_keys(app, held)),
        merged=app.memory.merged_into(incident.id),
        around=_around(app, incident),
        receipts=app.memory.receipts(reader_id(incident.id, "")),
        scripts=app.memory.receipts(actor_id(incident.id, "")),
    )


def _waits_for_keys(app: App, held: Publication) -> bool:
    added = edits(held.current, held.published).added
    return bool(added) and bool(whole(added, app.memory.people(), app.rules))


def _around(app: App, incident: Incident) -> Surroundings:
    promised = app.memory.promised_before(incident)
    tickets = app.memory.tickets(item.ticket_id for item, _ in promised if item.ticket_id)
    start = incident.created_at
    return Surroundings(
        beside=app.memory.beside(incident),
        pages=app.memory.pages(start - timedelta(hours=HOURS_BEFORE), start),
        promised=tuple((item, head, tickets.get(item.ticket_id or "")) for item, head in promised),
    )
