"""One cycle: gather, plan, execute, in rounds, until nothing is left to do.

The daemon, `once`, `plan` and the tests all come through here.
"""

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import datetime
from time import perf_counter

import structlog

from callsheet.connect.ports import Malady
from callsheet.model.action_item import Hold
from callsheet.model.effect import FileTicket, Plan, incident_of
from callsheet.plan.decide import decide
from callsheet.plan.guard import guarded
from callsheet.plan.policy import Mode, allowed, answered
from callsheet.run.app import App, Ask
from callsheet.run.execute import execute
from callsheet.run.look import look, overview
from callsheet.run.pull import pull
from callsheet.run.refresh import refresh
from callsheet.run.report import Failure, Report

ROUNDS = 4
PLAIN = Ask()

log = structlog.get_logger()


def never() -> bool:
    """Nobody asks to stop."""
    return False


def run_cycle(app: App, ask: Ask = PLAIN, *, stopping: Callable[[], bool] = never) -> Report:
    """Everything that is due now, once. Ends settled unless something failed: then the next cycle goes on."""
    report, started = Report(), perf_counter()
    before = app.requests.copy()
    pull(app, report, past=ask.past, force=ask.force)
    if ask.file_backfill:
        app.memory.mark({item.incident_id for item in app.memory.items() if item.hold is Hold.BACKFILLED})
    tried: dict[str, str | None] = {}
    filed = 0
    while report.rounds < ROUNDS and not stopping():
        plan = next_plan(app, ask, report, tried=tried, filed_before=filed)
        if not plan.effects:
            break
        report.rounds += 1
        tried |= {effect.key: incident_of(effect) for effect in execute(plan, app, report, stopping)}
        filed += sum(isinstance(effect, FileTicket) and effect.key not in tried for effect in plan.effects)
    # A silent side proves nothing: what it held back before, and what people said to that, stands.
    standing = [refusal for refusal, _ in app.memory.refusals()] if report.silent else []
    app.memory.save_refusals([*standing, *report.refused], at=app.clock.now())
    report.seconds = perf_counter() - started
    report.requests = app.requests - before
    _log(report)
    return report


def _log(report: Report) -> None:
    for side, what in {**report.throttled, **report.unreachable}.items():
        log.warning("side.silent", side=side, error=what)
    for refusal in report.refused:
        log.warning("effects.refused", id=refusal.id, what=refusal.what)
    for failure in report.failed:
        log.warning("effect.failed", key=failure.key, effect=failure.effect, error=failure.error)
    for malady in report.quarantined:
        log.warning("input.quarantined", what=malady.what, where=malady.where, error=malady.error)
    log.info("cycle.done", rounds=report.rounds, done=dict(report.counts), requests=dict(report.requests))


def _set_aside(app: App, report: Report, wanted: Plan, now: datetime) -> None:
    found = [Malady(what="an incident", where=incident_id, error=error) for incident_id, error in wanted.ill]
    report.quarantined += [malady for malady in found if malady not in report.quarantined]
    app.memory.quarantine([(malady.what, malady.where, malady.error) for malady in found], at=now)


def dry_run(app: App) -> tuple[Plan, Report]:
    """What the first round of a cycle would do. `app.memory` should be a throw-away copy.

    In shadow mode: what it would do if it were let, since that is what people run it for.
    """
    app = replace(app, mode=Mode.FULL) if app.mode is Mode.SHADOW else app
    report = Report()
    pull(app, report)
    return next_plan(app, PLAIN, report, tried={}, filed_before=0), report


def next_plan(app: App, ask: Ask, report: Report, *, tried: Mapping[str, str | None], filed_before: int) -> Plan:
    """Gather what plan still misses, then decide. What needs nothing more is settled.

    `tried` maps the keys of effects that failed in this cycle to their incidents.
    """
    now = app.clock.now()
    refresh(app, report, ask, overview(app, now))
    snapshot = look(app, now, tried=frozenset(tried), filed_before=filed_before)
    wanted = allowed(decide(snapshot, app.rules), app.mode, local_publishers=app.local_publishers)
    silent = report.silent
    heard = answered(wanted, source=app.source_name not in silent, tracker=app.tracker_name not in silent)
    plan = guarded(
        heard,
        filings_a_cycle=app.rules.filings_a_cycle,
        filed_before=filed_before,
        approved=snapshot.approved,
        force=ask.force,
    )
    report.refused += [refusal for refusal in plan.refused if refusal not in report.refused]
    blocked = [Failure(key=b.key, effect=b.effect, reason=b.reason.value, error=b.what) for b in plan.blocked]
    report.failed += [failure for failure in blocked if failure not in report.failed]
    # Incidents with nothing to do, nothing blocked and nothing that failed need no second look.
    busy = {incident_of(effect) for effect in wanted.effects} | {b.incident_id for b in wanted.blocked}
    busy |= set(tried.values())
    busy |= {incident_id for incident_id, _ in wanted.ill}
    _set_aside(app, report, wanted, now)
    # What a silent side left open shows only when it speaks again, so nothing that was opened counts as settled.
    settled = (case for case in snapshot.cases if case.opened is None or not silent)
    app.memory.settle(case.incident.id for case in settled if case.incident.id not in busy)
    return plan
