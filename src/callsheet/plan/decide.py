"""One round's decisions, in the order in which they should happen."""

from datetime import datetime

from callsheet.model.action_item import marker
from callsheet.model.effect import (
    Blocked,
    Effect,
    LinkDuplicate,
    Plan,
    Reason,
    RecordStatus,
    TransitionTicket,
    UpdateTicket,
)
from callsheet.plan.circulation import circulates, rests_until
from callsheet.plan.commands import listened, replies
from callsheet.plan.drafts import look_again, unfinished
from callsheet.plan.filing import filings, is_to_swap, next_filing
from callsheet.plan.meaning import Reading
from callsheet.plan.nudging import nudges
from callsheet.plan.occasions import reports
from callsheet.plan.opening import opening
from callsheet.plan.ownership import target_of
from callsheet.plan.publishing import note, publishes, reviewed
from callsheet.plan.reconcile import reconciled
from callsheet.plan.rules import Rules
from callsheet.plan.scripts import next_script, scripts
from callsheet.plan.snapshot import Case, Snapshot

# Put on a duplicate once it is linked and reported.
DUPLICATE = "callsheet-duplicate"
# Stands for the incident's id where reminders, which belong to no incident, could not be thought about.
REMINDERS = "the reminders"
RECONCILING = (RecordStatus, UpdateTicket, TransitionTicket)


def reading_of(snapshot: Snapshot, rules: Rules) -> Reading:
    """What words are read by in this round."""
    return Reading(
        rules=rules,
        people=snapshot.people,
        namespace=snapshot.house.namespace,
        now=snapshot.now,
        first_cycle_at=snapshot.first_cycle_at,
    )


def decide(snapshot: Snapshot, rules: Rules) -> Plan:
    """Everything that this round would do."""
    reading = reading_of(snapshot, rules)
    effects: list[Effect] = []
    blocked: list[Blocked] = []
    ill: list[tuple[str, str]] = []
    wakes: dict[str, datetime] = {}
    for case in snapshot.cases:
        try:
            decided, hindered = _case(case, snapshot, reading)
            wake_at = _wake(case, snapshot, reading)
        except Exception as error:  # one incident that can't be thought about must not stop the others
            ill.append((case.incident.id, f"{type(error).__name__}: {error}"))
            continue
        wakes |= {case.incident.id: wake_at} if wake_at else {}
        effects += decided
        blocked += hindered
    # Who closed a ticket or moved its date is not reminded of it by the cycle that hears of it.
    if all(effect.key in snapshot.tried for effect in effects if isinstance(effect, RECONCILING)):
        try:
            effects += nudges(snapshot, reading)
            effects += reports(snapshot.occasions, snapshot.facts, reading)
        except Exception as error:  # one item that nobody can be reminded of must not end the cycle
            ill.append((REMINDERS, f"{type(error).__name__}: {error}"))
    untried = tuple(effect for effect in effects if effect.key not in snapshot.tried)
    return Plan(effects=untried, blocked=tuple(blocked), ill=tuple(ill), wakes=wakes)


def _wake(case: Case, snapshot: Snapshot, reading: Reading) -> datetime | None:
    """When the incident has to be looked at again even if nothing happens to it."""
    draft = unfinished(case, reading, snapshot.house)
    script = next_script(case, reviewed(case, reading), reading, snapshot.house)
    rested = None if case.receipts else rests_until(case)
    circulates_at = rested if rested and rested > reading.now else None
    wakes = (draft and look_again(draft, reading.now), script, next_filing(case, reading), circulates_at)
    return min((at for at in wakes if at), default=None)


def _case(case: Case, snapshot: Snapshot, reading: Reading) -> tuple[list[Effect], list[Blocked]]:
    start = opening(
        case.incident,
        case.opened,
        noted=case.noted,
        rules=reading.rules.open,
        account_has_priorities=snapshot.account_has_priorities,
        first_cycle_at=snapshot.first_cycle_at,
    )
    # A post-mortem that opens now is gathered first: the next round has its items.
    if start:
        return [start], []
    found = filings(case, reading, snapshot.house, snapshot.lookups)
    effects: list[Effect] = [filing.effect for filing in found if filing.effect]
    effects += _reconciled(case, snapshot, reading)
    effects += _duplicates(case)
    # The note and the document tell what is; while tickets are still to be filed or changed they would be told twice.
    settled = all(effect.key in snapshot.tried for effect in effects)
    effects += publishes(case, reading, snapshot.house)
    play = reviewed(case, reading)
    effects += scripts(case, play, reading, snapshot.house)
    effects += circulates(case, play, reading, snapshot.house)
    if settled:
        effects += note(case, reading, snapshot.house)
    return effects, [filing.blocked for filing in found if filing.blocked]


def _reconciled(case: Case, snapshot: Snapshot, reading: Reading) -> list[Effect]:
    effects: list[Effect] = []
    project = snapshot.lookups.rules.get(target_of(case.incident, reading, snapshot.house))
    for item in case.items:
        ticket = case.tickets.get(item.ticket_id or "")
        if ticket is None or item.base is None or is_to_swap(item, case):
            continue
        heard = listened(item, ticket, case.incident, reading, snapshot.lookups)
        # What people asked for comes first: the next round goes on from there.
        if heard and heard.key not in snapshot.tried:
            effects.append(heard)
            continue
        known = None if isinstance(project, str) or (project and project.project != ticket.project) else project
        effects += reconciled(item, ticket, known, reading, snapshot.tried)
        effects += replies(item, lambda key: marker(reading.namespace, key))
    return effects


def _duplicates(case: Case) -> list[Effect]:
    """Two tickets with one marker: the item's own is kept, the other is linked and reported, never deleted."""
    return [
        LinkDuplicate(
            key=f"duplicate:{other.id}",
            reason=Reason.MARKER_FOUND,
            item_key=item.key,
            incident_id=item.incident_id,
            kept_id=item.ticket_id,
            duplicate_id=other.id,
        )
        for item in case.items
        # There is nothing to link to when somebody deleted the one that we follow.
        if item.ticket_id and item.ticket_id in case.tickets
        for other in case.marked.get(item.key, ())
        if other.id != item.ticket_id and DUPLICATE not in other.labels
    ]
