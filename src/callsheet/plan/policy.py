"""How far Callsheet may go: a plan in, the part of it that the mode allows out."""

from enum import StrEnum

from callsheet.model.effect import Adopt, Effect, FileTicket, OpenPostmortem, Plan, Publish, RecordStatus


class Mode(StrEnum):
    """What a mode lets through. `file-tickets`: documents and new tickets. `shadow`: nothing leaves the house."""

    FULL = "full"
    FILE_TICKETS = "file-tickets"
    SHADOW = "shadow"


_OURS = (OpenPostmortem, RecordStatus, Adopt)


def allowed(plan: Plan, mode: Mode, *, local_publishers: frozenset[str]) -> Plan:
    """What the mode lets through. `local_publishers` write to our own disk, and may do so in shadow mode."""
    if mode is Mode.FULL:
        return plan
    return Plan(
        effects=tuple(effect for effect in plan.effects if _lets(effect, mode, local_publishers)),
        blocked=plan.blocked,
        refused=plan.refused,
    )


def _lets(effect: Effect, mode: Mode, local_publishers: frozenset[str]) -> bool:
    if isinstance(effect, _OURS):
        return True
    if isinstance(effect, Publish):
        return mode is Mode.FILE_TICKETS or effect.publisher in local_publishers
    return mode is Mode.FILE_TICKETS and isinstance(effect, FileTicket)
