"""One cycle: gather, plan, execute, in rounds, until nothing is left to do.

The daemon, `once`, `plan` and the tests all come through here.
"""

from collections.abc import Callable, Mapping
from time import perf_counter

import structlog

from callsheet.model.effect import FileTicket, Plan, incident_of
from callsheet.plan.decide import decide
from callsheet.plan.guard import guarded
from callsheet.plan.policy import allowed
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
    pull(app, report)
    tried: dict[str, str | None] = {}
    filed = 0
    while report.rounds < ROUNDS and not stopping():
        plan = next_plan(app, ask, report, tried=tried, filed_before=filed)
        if not plan.effects:
            break
        report.rounds += 1
        tried |= {effect.key: incident_of(effect) for effect in execute(plan, app, report, stopping)}
        filed += sum(isinstance(effect, FileTicket) and effect.key not in tried for effect in plan.effects)
    app.memory.save_refusals(report.refused, at=app.clock.now())
    report.seconds = perf_counter() - started
    report.requests = app.requests - before
    log.info("cycle.done", rounds=report.rounds, requests=dict(report.requests), failed=len(report.failed))
    return report


def dry_run(app: App) -> tuple[Plan, Report]:
    """What the first round of a cycle would do. `app.memory` should be a throw-away copy."""
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
    plan = guarded(
        wanted,
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
    app.memory.settle(case.incident.id for case in snapshot.cases if case.incident.id not in busy)
    return plan
