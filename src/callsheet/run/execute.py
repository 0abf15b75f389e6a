"""The only place that acts: one effect, one port call, one ledger line. A failure is a line, never the end.

The line is begun before anything leaves the house, and ended in the transaction that keeps what came of it: whenever
the process dies, what the world saw stands in the ledger, and what we remember is what the ledger says.
"""

import sqlite3
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import timedelta

import structlog

from callsheet.connect.errors import AuthRefused, ConnectorError, EditedMeanwhile, NotFound, RateLimited, Rejected
from callsheet.model.credentials import redact
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
    SendReport,
    Side,
    TransitionTicket,
    UpdateTicket,
    incident_of,
    side_of,
    subject_of,
)
from callsheet.model.ledger import IntentState, LedgerEntry, Outcome
from callsheet.model.ticket import Ticket
from callsheet.run import adoption, tickets, writing
from callsheet.run.app import App
from callsheet.run.done import SUCCESS, Done, skipped
from callsheet.run.intents import CREDENTIAL_WAITS, REJECTED_WAITS, Refused, is_silent, print_of, wait
from callsheet.run.meanwhile import ChangedMeanwhile
from callsheet.run.remind import remind, report
from callsheet.run.report import Failure, Report
from callsheet.run.search import LostAnswers
from callsheet.run.tickets import said_key

# So long do documents follow what was promised before them; older ones keep what they said last.
TOLD_FOR = timedelta(days=30)
log = structlog.get_logger()


@dataclass(frozen=True, slots=True, kw_only=True)
class Around:
    """What the effects of one round share: what is found out once for all of them, and whether to stop."""

    lost_answers: LostAnswers
    changed: ChangedMeanwhile
    stopping: Callable[[], bool]


def execute(plan: Plan, app: App, report: Report, stopping: Callable[[], bool]) -> tuple[Effect, ...]:
    """Carry the plan out, in order; the effects that did not come off. Stops between two effects when asked.

    When a side does not answer, the rest of its effects is left for the next round, which asks it once more: one
    ticket that always fails must not keep the others from being written. Who asked to wait is left for the next cycle.
    """
    failed: list[Effect] = []
    down: dict[str, bool] = {}
    around = Around(
        lost_answers=LostAnswers(plan.effects, app), changed=ChangedMeanwhile(plan.effects, app), stopping=stopping
    )
    for effect in app.progress("things done", plan.effects, len(plan.effects)):
        if stopping():
            break
        side = _name_of_side(effect, app)
        if side in down:
            failed += [effect] if down[side] else []
            continue
        line = _begin(effect, app)
        app.traffic.take_ids()
        done = _kept(effect, _attempt(effect, app, around), line, app)
        _tell(effect, done, app.traffic.take_ids(), report)
        if done.outcome not in SUCCESS or getattr(effect, "ticket_id", None) in around.changed.unseen:
            failed.append(effect)
        if done.silent and side:
            down[side] = done.throttled
    return tuple(failed)


def _name_of_side(effect: Effect, app: App) -> str | None:
    """The connector that the effect is written to; None for what stays in the house or goes to people."""
    names = {Side.SOURCE: app.source_name, Side.TRACKER: app.tracker_name}
    return effect.publisher if isinstance(effect, Publish) else names.get(side_of(effect))


def _begin(effect: Effect, app: App) -> int | None:
    """The number of the ledger's line, begun before anything is written out there; None where nothing will be."""
    if side_of(effect) is Side.HOUSE:
        return None
    return app.memory.begin_line(_line(effect, Done(event=f"{_noun(effect)}.begun", outcome=Outcome.BEGUN), app))


def _line(effect: Effect, done: Done, app: App) -> LedgerEntry:
    return LedgerEntry(
        at=app.clock.now(),
        event=done.event,
        effect=type(effect).__name__,
        key=effect.key,
        reason=effect.reason,
        outcome=done.outcome,
        subject=subject_of(effect),
        detail=done.detail,
    )


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


def _attempt(effect: Effect, app: App, around: Around) -> Done:
    try:
        if isinstance(effect, UpdateTicket | TransitionTicket) and around.changed(effect.ticket_id):
            return skipped(f"{_noun(effect)}.skipped")
        return _act(effect, app, around)
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
    except sqlite3.Error:
        # Without a memory nothing may be done.
        raise
    except Exception as error:  # a fault of ours: it waits like a clear no, and must not starve the others
        return _fault(effect, error, app)


def _fault(effect: Effect, error: Exception, app: App) -> Done:
    key = said_key(effect.key) if isinstance(effect, LinkDuplicate) else effect.key
    intent = app.memory.intent(key)
    unclear = intent is not None and intent.state is IntentState.SENDING
    return Done(
        event=f"{_noun(effect)}.failed",
        outcome=Outcome.UNKNOWN if unclear else Outcome.REJECTED,
        detail=redact(f"{type(error).__name__}: {error}"),
    )


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
        SendReport: "report",
        Publish: "document",
        RecordStatus: "status",
    }
    return names.get(type(effect), "ticket")


def _kept(effect: Effect, done: Done, line: int | None, app: App) -> Done:
    """Write down what came of it; what came of it when that can't be remembered as it is."""
    try:
        _write_down(effect, done, line, app)
    except sqlite3.Error:
        raise
    except Exception as error:  # a fault of ours: nothing of it was kept, and the other effects must not starve
        done = replace(_fault(effect, error, app), silent=done.silent, throttled=done.throttled)
        _write_down(effect, done, line, app)
    return done


def _write_down(effect: Effect, done: Done, line: int | None, app: App) -> None:
    """What came of it and the ledger's line: both or neither."""
    incident_id = incident_of(effect)
    entry = _line(effect, done, app)
    with app.memory.transaction():
        done.save()
        if line is None:
            app.memory.write_ledger([entry])
        else:
            app.memory.end_line(line, entry)
        if done.outcome is Outcome.REJECTED and not isinstance(effect, Publish):
            refused = Refused(print=print_now(effect, app), error=done.detail)
            # Silent and refused: the credential. It is mended for all at once, so nobody waits for an hour.
            wait(app.memory, effect.key, refused, entry.at, CREDENTIAL_WAITS if done.silent else REJECTED_WAITS)
        if incident_id and done.outcome in SUCCESS:
            app.memory.mark([incident_id])
            if isinstance(effect, FileTicket | Adopt | UpdateTicket | RecordStatus | TransitionTicket):
                app.memory.mark_later(incident_id, since=entry.at - TOLD_FOR)


def _tell(effect: Effect, done: Done, request_ids: list[str], report: Report) -> None:
    told = {"key": effect.key, "reason": effect.reason.value, "outcome": done.outcome.value, "detail": done.detail}
    log.info(done.event, **told, **({"request_ids": request_ids} if request_ids else {}))
    report.acts[type(effect).__name__, done.outcome.value] += 1
    if isinstance(effect, SendNudge):
        report.nudges[done.channel or "none", done.outcome.value] += 1
    if done.outcome in {Outcome.DONE, Outcome.ADOPTED}:
        report.counts[done.event] += 1
        if isinstance(effect, OpenPostmortem):
            report.opened.add(effect.incident_id)
        if isinstance(effect, Publish) and effect.reason is Reason.POSTMORTEM_CHANGED:
            report.updated.add(effect.incident_id)
    elif done.outcome in {Outcome.UNKNOWN, Outcome.PARKED}:
        report.unknown += 1
    elif done.outcome in {Outcome.REJECTED, Outcome.LATER} and not done.throttled:
        report.failed.append(
            Failure(key=effect.key, effect=type(effect).__name__, reason=effect.reason.value, error=done.detail)
        )


def _act(effect: Effect, app: App, around: Around) -> Done:  # noqa: C901, PLR0911 - one case for each kind of effect
    match effect:
        case OpenPostmortem():
            return writing.open_postmortem(effect, app)
        case FileTicket():
            return tickets.file(effect, app, around.lost_answers)
        case Adopt():
            return adoption.adopt(effect, app)
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
            return tickets.link(effect, app, around.stopping)
        case PostNote():
            return writing.note(effect, app)
        case Publish():
            return writing.publish(effect, app)
        case SendNudge():
            return remind(effect, app)
        case SendReport():
            return report(effect, app)
