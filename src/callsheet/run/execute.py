"""The only place that acts: one effect, one port call, one ledger line. A failure is a line, never the end."""

from collections.abc import Callable

import structlog

from callsheet.connect.errors import AuthRefused, ConnectorError, EditedMeanwhile, NotFound, RateLimited, Rejected
from callsheet.model.effect import (
    Adopt,
    Comment,
    Effect,
    FileTicket,
    LinkDuplicate,
    OpenPostmortem,
    Plan,
    PostNote,
    Publish,
    Reason,
    RecordStatus,
    SendNudge,
    TransitionTicket,
    UpdateTicket,
    incident_of,
)
from callsheet.model.ledger import LedgerEntry, Outcome
from callsheet.model.ticket import Ticket
from callsheet.run import tickets, writing
from callsheet.run.app import App
from callsheet.run.done import SUCCESS, Done
from callsheet.run.intents import Refused, is_silent, print_of, wait
from callsheet.run.remind import remind
from callsheet.run.report import Failure, Report

log = structlog.get_logger()


def execute(plan: Plan, app: App, report: Report, stopping: Callable[[], bool]) -> tuple[Effect, ...]:
    """Carry the plan out, in order; the effects that did not come off. Stops between two effects when asked.

    When a side does not answer, the rest of its effects is left for the next round, which asks it once more: one
    ticket that always fails must not keep the others from being written. Who asked to wait is left for the next cycle.
    """
    failed: list[Effect] = []
    down: dict[str, bool] = {}
    for effect in plan.effects:
        if stopping():
            break
        side = side_of(effect, app)
        if side in down:
            failed += [effect] if down[side] else []
            continue
        done = _attempt(effect, app)
        _write_down(effect, done, app, report)
        if done.outcome not in SUCCESS:
            failed.append(effect)
        if done.silent and side:
            down[side] = done.throttled
    return tuple(failed)


def side_of(effect: Effect, app: App) -> str | None:
    """The side that the effect is written to; None for what stays in the house or goes to people."""
    match effect:
        case OpenPostmortem() | Adopt() | RecordStatus():
            return None
        case PostNote():
            return app.source_name
        case Publish():
            return effect.publisher
        case SendNudge():
            return app.tracker_name if effect.reason is Reason.NO_CHANNEL else None
    return app.tracker_name


def print_now(effect: Effect, app: App) -> str:
    """Tells what is asked for now from what was refused before: the effect, its ticket, and the rules."""
    match effect:
        case UpdateTicket() | TransitionTicket() | Comment():
            tickets = app.memory.tickets([effect.ticket_id])
        case _:
            tickets = {}
    return print_of(effect, repr([app.rules_print, *(_state(ticket) for ticket in tickets.values())]))


def _state(ticket: Ticket) -> tuple[object, ...]:
    """What a person may change to make way: a tracker's times are too coarse to tell two changes apart."""
    return (ticket.updated_at, ticket.project, ticket.status, ticket.owner, ticket.due_on, ticket.priority)


def _attempt(effect: Effect, app: App) -> Done:
    try:
        return _act(effect, app)
    except ConnectorError as error:
        return Done(
            event=f"{_noun(effect)}.failed",
            outcome=_outcome(error),
            detail=error.what,
            throttled=isinstance(error, RateLimited),
            silent=is_silent(error),
        )
    except ValueError as error:
        # A template of the operator's, or a value that can't be shown: it is theirs to mend, and the others go on.
        return Done(event=f"{_noun(effect)}.failed", outcome=Outcome.REJECTED, detail=str(error))


def _outcome(error: ConnectorError) -> Outcome:
    if isinstance(error, Rejected | NotFound | AuthRefused):
        return Outcome.REJECTED
    if isinstance(error, RateLimited | EditedMeanwhile):
        return Outcome.LATER
    return Outcome.UNKNOWN if error.outcome_unknown else Outcome.LATER


def _noun(effect: Effect) -> str:
    names = {
        OpenPostmortem: "postmortem",
        PostNote: "note",
        SendNudge: "nudge",
        Publish: "document",
        RecordStatus: "status",
    }
    return names.get(type(effect), "ticket")


def _write_down(effect: Effect, done: Done, app: App, report: Report) -> None:
    incident_id = incident_of(effect)
    kind = type(effect).__name__
    entry = LedgerEntry(
        at=app.clock.now(),
        event=done.event,
        effect=kind,
        key=effect.key,
        reason=effect.reason,
        outcome=done.outcome,
        subject=done.subject or incident_id or "",
        detail=done.detail,
    )
    app.memory.write_ledger([entry])
    if done.outcome is Outcome.REJECTED and not isinstance(effect, Publish):
        wait(app.memory, effect.key, Refused(print=print_now(effect, app), error=done.detail), app.clock.now())
    if incident_id and done.outcome in SUCCESS:
        app.memory.mark([incident_id])
    log.info(done.event, key=effect.key, reason=effect.reason.value, outcome=done.outcome.value, detail=done.detail)
    if done.outcome in {Outcome.DONE, Outcome.ADOPTED}:
        report.counts[done.event] += 1
        if isinstance(effect, OpenPostmortem):
            report.opened.add(effect.incident_id)
        if isinstance(effect, Publish) and effect.reason is Reason.POSTMORTEM_CHANGED:
            report.updated.add(effect.incident_id)
    elif done.outcome is Outcome.UNKNOWN:
        report.unknown += 1
    elif done.outcome in {Outcome.REJECTED, Outcome.LATER} and not done.throttled:
        report.failed.append(Failure(key=effect.key, effect=kind, reason=effect.reason.value, error=done.detail))


def _act(effect: Effect, app: App) -> Done:  # noqa: C901, PLR0911 - one case for each kind of effect
    match effect:
        case OpenPostmortem():
            return writing.open_postmortem(effect, app)
        case FileTicket():
            return tickets.file(effect, app)
        case Adopt():
            return tickets.adopt(effect, app)
        case UpdateTicket():
            return tickets.agree(
                effect, app, "ticket.updated", lambda: app.tracker.update(effect.ticket_id, effect.change)
            )
        case TransitionTicket():
            return tickets.agree(
                effect,
                app,
                "ticket.transitioned",
                lambda: app.tracker.transition(effect.ticket_id, effect.category, effect.resolutions),
            )
        case RecordStatus():
            return tickets.agree(effect, app, "status.recorded", lambda: None)
        case Comment():
            return tickets.comment(effect, app)
        case LinkDuplicate():
            return tickets.link(effect, app)
        case PostNote():
            return writing.note(effect, app)
        case Publish():
            return writing.publish(effect, app)
        case SendNudge():
            return remind(effect, app)
