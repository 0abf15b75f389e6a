"""How far Callsheet may go: a plan in, the part of it that the mode allows out."""

from enum import StrEnum

from callsheet.model.effect import Adopt, Effect, FileTicket, OpenPostmortem, Plan, Publish, RecordStatus


class Reach(StrEnum):
    """What a mode lets through. `file-tickets`: documents and new tickets. `shadow`: nothing leaves the house."""

    FULL = "full"
    FILE_TICKETS = "file-tickets"
    SHADOW = "shadow"


_OURS = (OpenPostmortem, RecordStatus, Adopt)


def allowed(plan: Plan, reach: Reach, *, local_publishers: frozenset[str]) -> Plan:
    """The plan within reach. `local_publishers` write to our own disk, and may do so in shadow mode."""
    if reach is Reach.FULL:
        return plan
    return Plan(
        effects=tuple(effect for effect in plan.effects if _lets(effect, reach, local_publishers)),
        blocked=plan.blocked,
        refused=plan.refused,
    )


def _lets(effect: Effect, reach: Reach, local_publishers: frozenset[str]) -> bool:
    if isinstance(effect, _OURS):
        return True
    if isinstance(effect, Publish):
        return reach is Reach.FILE_TICKETS or effect.publisher in local_publishers
    return reach is Reach.FILE_TICKETS and isinstance(effect, FileTicket)
