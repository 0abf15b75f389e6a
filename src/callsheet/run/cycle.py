"""One cycle: gather, plan, execute, in rounds, until nothing is left to do.

The daemon, `once`, `plan` and the tests all come through here.
"""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from time import perf_counter

import structlog

from callsheet.connect.ports import Malady
from callsheet.document.edits import edits
from callsheet.model.action_item import Hold
from callsheet.model.effect import (
    Adopt,
    Comment,
    Effect,
    FileTicket,
    Guard,
    OpenPostmortem,
    Plan,
    PostNote,
    Publish,
    Reason,
    RecordStatus,
    TransitionTicket,
    UpdateTicket,
    incident_of,
)
from callsheet.model.ledger import IntentState
from callsheet.plan.decide import REMINDERS, decide
from callsheet.plan.filing import refused_by
from callsheet.plan.guard import guarded
from callsheet.plan.ownership import place_of
from callsheet.plan.policy import Mode, allowed, answered
from callsheet.plan.routing import destinations
from callsheet.plan.snapshot import Snapshot
from callsheet.run.app import App, Ask
from callsheet.run.execute import execute, print_now
from callsheet.run.forgetting import forget_again
from callsheet.run.history import keep_cycle
from callsheet.run.intents import waiting
from callsheet.run.look import look, released
from callsheet.run.lookups import recall_lookups
from callsheet.run.overview import overview
from callsheet.run.pull import TICKETS_SWEPT, pull
from callsheet.run.refresh import may_have_tickets, refresh
from callsheet.run.report import Failure, Report
from callsheet.run.stopping import never
from callsheet.run.tickets import as_if_recorded
from callsheet.run.writing import as_if_published, open_postmortem

ROUNDS = 4
# So many incidents are read for a plan of what they would bring: a handful of requests each.
READ_AHEAD = 20
# Until an incident that we were not let read is asked for again, if nothing happens to it before. One with something
# else to do is asked for in each cycle.
UNREAD_WAITS = timedelta(hours=1)
PLAIN = Ask()

log = structlog.get_logger()


def run_cycle(app: App, ask: Ask = PLAIN, *, stopping: Callable[[], bool] = never) -> Report:
    """Everything that is due now, once. Ends settled unless something failed: then the next cycle goes on."""
    report, started, began_at = Report(), perf_counter(), app.clock.now()
    before = app.requests.copy()
    app.memory.end_interrupted_lines("the process ended while this was under way")
    forget_again(app.memory)
    pull(app, report, past=ask.past, force=ask.force, stopping=stopping)
    if ask.file_backfill:
        app.memory.mark({item.incident_id for item in app.memory.items() if item.hold is Hold.BACKFILLED})
    tried: dict[str, str | None] = {}
    while report.rounds < ROUNDS and not stopping():
        plan = next_plan(app, ask, report, tried=tried, stopping=stopping)
        if not plan.effects:
            break
        report.rounds += 1
        tried |= {effect.key: incident_of(effect) for effect in execute(plan, app, report, stopping)}
    report.failed += _closed_routes(app, {failure.error for failure in report.failed})
    # A silent tracker proves nothing: what it held back before, and what people said to that, stands.
    standing = [refusal for refusal, _ in app.memory.refusals()] if app.tracker_name in report.silent else []
    app.memory.save_refusals([*standing, *report.refused], at=app.clock.now())
    report.seconds = perf_counter() - started
    report.requests = app.requests - before
    keep_cycle(app, report, began_at)
    _log(report)
    return report


def _log(report: Report) -> None:
    if report.met_before:
        log.warning("database.without_memory", tickets=report.met_before, reminders="none for a day")
    for side, what in {**report.throttled, **report.unreachable}.items():
        log.warning("side.silent", side=side, error=what)
    for refusal in report.refused:
        log.warning("effects.refused", id=refusal.id, what=refusal.what)
    for failure in report.failed:
        log.warning("effect.failed", key=failure.key, effect=failure.effect, error=failure.error)
    for malady in report.quarantined:
        log.warning("input.quarantined", what=malady.what, where=malady.where, error=malady.error)
    log.info("cycle.done", rounds=report.rounds, done=dict(report.counts), requests=dict(report.requests))


def _ill(wanted: Plan) -> list[Malady]:
    """What could not be thought about."""
    return [
        Malady(what="a digest" if who == REMINDERS else "an incident", where=who, error=error)
        for who, error in wanted.ill
    ]


def dry_run(app: App) -> tuple[Plan, Report]:
    """What the first round of a cycle would do. `app.memory` should be a throw-away copy.

    In shadow mode: what it would do if it were let, since that is what people run it for.
    """
    if app.mode is Mode.SHADOW:
        # What shadow mode keeps back counts as settled there.
        app.memory.mark_all()
    report = Report()
    pull(app, report)
    return next_plan(_let(app), PLAIN, report, tried={}), report


def dry_next(app: App, plan: Plan, report: Report) -> Plan:
    """What follows a dry run's `plan` in its next round: tickets of rows that get their key in it, tickets and
    documents of post-mortems that open, whose incidents are read for it, and what tickets are told of what was said
    on them.

    `app.memory` is the throw-away copy, which is told here that documents were written, post-mortems opened and
    comments taken over. At most READ_AHEAD incidents are read; those of the past bring a document, and nothing that a
    tracker hears of.
    """
    written = [effect for effect in plan.effects if isinstance(effect, Publish) and _gives_keys(effect)]
    opened = [effect for effect in plan.effects if isinstance(effect, OpenPostmortem) and not effect.backfilled]
    opened = opened[:READ_AHEAD]
    recorded = [effect for effect in plan.effects if isinstance(effect, RecordStatus)]
    if not written and not opened and not recorded:
        return Plan()
    for publish in written:
        as_if_published(publish, app)
    for opening in opened:
        open_postmortem(opening, app).save()
    for status in recorded:
        as_if_recorded(status, app)
    known, fresh = {effect.key for effect in plan.effects}, {opening.incident_id for opening in opened}
    heard = {status.item_key for status in recorded}
    again = next_plan(_let(app), PLAIN, report, tried={})
    follows = (
        effect
        for effect in again.effects
        if isinstance(effect, FileTicket | Adopt)
        or (isinstance(effect, Publish) and effect.incident_id in fresh)
        or (isinstance(effect, UpdateTicket | TransitionTicket | Comment) and effect.item_key in heard)
    )
    return Plan(
        effects=tuple(effect for effect in follows if effect.key not in known),
        blocked=tuple(blocked for blocked in again.blocked if blocked not in plan.blocked),
        refused=tuple(refusal for refusal in again.refused if refusal not in plan.refused),
    )


def _gives_keys(effect: Publish) -> bool:
    held = effect.planned_on
    return held is not None and bool(edits(held.current, held.published).added)


def _let(app: App) -> App:
    return replace(app, mode=Mode.FULL) if app.mode is Mode.SHADOW else app


def next_plan(
    app: App, ask: Ask, report: Report, *, tried: dict[str, str | None], stopping: Callable[[], bool] = never
) -> Plan:
    """Gather what plan still misses, then decide. What needs nothing more is settled.

    `tried` maps the keys of effects that failed in this cycle to their incidents; those that were refused within the
    last hour, and would be refused again, join them.
    """
    now = app.clock.now()
    app.memory.wake(now)
    # Read before anything else: what a person asks for from here on is for the next look.
    marks = app.memory.dirty()
    refresh(app, report, ask, overview(app, now), stopping=stopping)
    snapshot, wanted, plan = _decided(app, ask, report, tried, release=ask.file_backfill)
    if ask.file_backfill and any(refusal.guard is Guard.TOO_MANY_FILINGS for refusal in plan.refused):
        # Held back by the guard, so the holds stand: the daemon must not find them gone.
        snapshot, wanted, calm = _decided(app, ask, report, tried, release=False)
        plan = replace(calm, refused=tuple(dict.fromkeys((*plan.refused, *calm.refused))))
    elif ask.file_backfill:
        _release(app, plan)
    report.refused += [refusal for refusal in plan.refused if refusal not in report.refused]
    blocked = [Failure(key=b.key, effect=b.effect, reason=b.reason.value, error=b.what) for b in plan.blocked]
    report.failed += [failure for failure in blocked if failure not in report.failed]
    # Incidents with nothing to do, nothing blocked and nothing that failed need no second look.
    busy = {incident_of(effect) for effect in wanted.effects} | {b.incident_id for b in wanted.blocked}
    busy |= set(tried.values())
    busy |= {incident_id for incident_id, _ in wanted.ill}
    report.set_aside(_ill(wanted), app.memory, now)
    # What a silent side left open shows only when it speaks again, so nothing that was opened counts as settled.
    settled = [case.incident.id for case in snapshot.cases if case.opened is None or not report.silent]
    again = dict.fromkeys(report.unread.values(), now + UNREAD_WAITS)
    wakes = again | {id_: min(at, again.get(id_, at)) for id_, at in wanted.wakes.items()}
    app.memory.sleep_until({id_: wakes.get(id_) for id_ in settled})
    app.memory.settle({id_: marks[id_] for id_ in settled if id_ in marks and id_ not in busy})
    return plan


def _closed_routes(app: App, told: set[str]) -> list[Failure]:
    """Routes whose project takes no tickets, so that nobody hears of it only when something is to be filed there.

    `told` is what items that wait for it say already.
    """
    known, found = recall_lookups(app).rules, []
    for route in destinations(app.rules):
        project, issue_type = place_of(route, app.house)
        why = known.get((project, issue_type))
        error = refused_by(route.name, why) if isinstance(why, str) else None
        if error and error not in told and app.mode is not Mode.SHADOW:
            found.append(Failure(key=project, effect="FileTicket", reason=Reason.NEW_ITEM.value, error=error))
    return found


def _decided(
    app: App, ask: Ask, report: Report, tried: dict[str, str | None], *, release: bool
) -> tuple[Snapshot, Plan, Plan]:
    """What plan saw, what it wants, and what of that may be done now."""
    filed, changed = (
        report.counts["ticket.filed"],
        report.counts["ticket.updated"] + report.counts["ticket.transitioned"],
    )
    while True:
        snapshot = look(app, app.clock.now(), tried=frozenset(tried), filed_before=filed, release=release)
        wanted = allowed(decide(snapshot, app.rules), app.mode, local_publishers=app.local_publishers)
        waits = _waits(app, wanted, report)
        if not waits:
            break
        # Plan decides anew without them, since some effects wait for others.
        tried |= waits
    heard = answered(wanted, source=app.source_name not in report.silent, tracker=app.tracker_name not in report.silent)
    heard = replace(heard, effects=tuple(effect for effect in heard.effects if not _unknown_to_us(app, effect)))
    plan = guarded(
        heard,
        filings_a_cycle=app.rules.filings_a_cycle,
        filed_before=filed,
        changed_before=changed,
        approved=snapshot.approved,
        force=ask.force,
    )
    return snapshot, wanted, plan


def _unknown_to_us(app: App, effect: Effect) -> bool:
    """Whether it tells of items that are not known before the tracker has been listed: not even of their absence."""
    if isinstance(effect, PostNote):
        return app.memory.noted(TICKETS_SWEPT) is None
    return isinstance(effect, Publish) and may_have_tickets(app, effect.incident_id)


def _waits(app: App, wanted: Plan, report: Report) -> dict[str, str | None]:
    """The wanted effects that were refused within the last hour and are still the same: failed, without a request."""
    refused = waiting(app.memory, app.clock.now())
    same: dict[str, str | None] = {}
    for effect in wanted.effects:
        before = refused.get(effect.key)
        if before is None:
            continue
        if before.print == print_now(effect, app):
            same[effect.key] = incident_of(effect)
            report.failed.append(
                Failure(key=effect.key, effect=type(effect).__name__, reason=effect.reason.value, error=before.error)
            )
        else:
            _ready(app, effect.key)
    return same


def _ready(app: App, key: str) -> None:
    """What was refused has changed since, so it goes out now."""
    intent = app.memory.intent(key)
    if intent and intent.state is IntentState.REJECTED:
        app.memory.ready_again(key)


def _release(app: App, plan: Plan) -> None:
    """Those that are about to be filed, or are hindered only by what a person has to mend, are held no longer."""
    keys = {effect.item_key for effect in plan.effects if isinstance(effect, FileTicket)}
    keys |= {blocked.key for blocked in plan.blocked}
    with app.memory.transaction():
        items = [item for item in map(app.memory.item, sorted(keys)) if item]
        app.memory.save_items([released(item) for item in items if item != released(item)])
