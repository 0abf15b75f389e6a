"""How far Callsheet may go: a plan in, the part of it that the mode allows out."""

from dataclasses import replace
from enum import StrEnum

from callsheet.model.effect import (
    Adopt,
    Effect,
    FileTicket,
    Plan,
    Publish,
    Side,
    side_of,
)


class Mode(StrEnum):
    """What a mode lets through. `file-tickets`: documents and new tickets. `shadow`: nothing leaves the house."""

    FULL = "full"
    FILE_TICKETS = "file-tickets"
    SHADOW = "shadow"


def allowed(plan: Plan, mode: Mode, *, local_publishers: frozenset[str]) -> Plan:
    """What the mode lets through. `local_publishers` write to our own disk, and may do so in shadow mode."""
    if mode is Mode.FULL:
        return plan
    return replace(plan, effects=tuple(effect for effect in plan.effects if _lets(effect, mode, local_publishers)))


def _lets(effect: Effect, mode: Mode, local_publishers: frozenset[str]) -> bool:
    # Adopting is remembering; what it would write on the ticket is left out in shadow mode.
    if side_of(effect) is Side.HOUSE or isinstance(effect, Adopt):
        return True
    if isinstance(effect, Publish):
        return mode is Mode.FILE_TICKETS or effect.publisher in local_publishers
    return mode is Mode.FILE_TICKETS and isinstance(effect, FileTicket)


def answered(plan: Plan, *, source: bool, tracker: bool) -> Plan:
    """The plan without writes to a side that did not answer in this cycle: suspicious silence changes nothing.

    A digest waits for the tracker too: without its word we would remind people of what they have done.
    """
    return replace(plan, effects=tuple(effect for effect in plan.effects if _answered(effect, source, tracker)))


def _answered(effect: Effect, source: bool, tracker: bool) -> bool:
    match side_of(effect):
        case Side.SOURCE:
            return source
        case Side.TRACKER | Side.PEOPLE:
            return tracker
    return True
