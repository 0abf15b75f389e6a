"""Why open items have no ticket, from everything that the store knows: holds, waivers, refusals, guards, the mode."""

from collections.abc import Iterable, Mapping

from callsheet.model.action_item import ActionItem
from callsheet.model.effect import FILING, Guard
from callsheet.model.incident import Incident
from callsheet.model.ledger import IntentState
from callsheet.plan.policy import Mode
from callsheet.plan.unfiled import still_waits, why_unfiled
from callsheet.run.history import LastCycle, last_cycle
from callsheet.run.ports import Memory

UNKNOWN = "it is not known yet whether its ticket was made; it is searched for before another is filed"


def unfiled(memory: Memory, items: Iterable[ActionItem], heads: Mapping[str, Incident]) -> dict[str, str]:
    """By item key, what keeps each open item without a ticket from being filed, and the next step."""
    lacking = [item for item in items if item.open and item.ticket_id is None and item.incident_id in heads]
    if not lacking:
        return {}
    opened = memory.postmortems({item.incident_id for item in lacking})
    cycle = last_cycle(memory)
    said, all_of_them = _said(memory, cycle), _all_of_them(memory, cycle)
    return {
        item.key: why_unfiled(item, heads[item.incident_id], opened.get(item.incident_id))
        or said.get(item.key)
        or waits(item, cycle)
        or all_of_them
        for item in lacking
    }


def checked(item: ActionItem) -> bool:
    """Whether it is known that the tracker lets the owner have the ticket: nobody asks for what may never be filed."""
    return item.ticket_id is not None or item.owner is None or item.owner.account is not None


def waits(item: ActionItem, cycle: LastCycle | None) -> str | None:
    """Until when an item waits for second thoughts, by the policy of the last cycle; None where it does not."""
    return still_waits(item, cycle.file_after, cycle.ended_at) if cycle else None


def _said(memory: Memory, cycle: LastCycle | None) -> dict[str, str]:
    """What the tracker said to an item, or would say: by item key."""
    blocked = {failure.key: failure.error for failure in cycle.failed} if cycle else {}
    rejected = {intent.key.removeprefix(FILING): intent for intent in memory.intents(IntentState.REJECTED)}
    again = "it is tried again every hour, and now by “callsheet retry {}”"
    refused = {key: f"refused: {intent.error}; {again.format(key)}" for key, intent in rejected.items()}
    return blocked | refused | {i.key.removeprefix(FILING): UNKNOWN for i in memory.intents(IntentState.SENDING)}


def _all_of_them(memory: Memory, cycle: LastCycle | None) -> str:
    """What holds every filing back; else it is only a matter of the next cycle."""
    held = [refusal for refusal, approved in memory.refusals() if not approved]
    for refusal in held:
        if refusal.guard is Guard.TOO_MANY_FILINGS:
            return f"a guard holds it back; look at “callsheet plan”, then “callsheet approve {refusal.id}”"
    if cycle and cycle.tracker_error:
        return f"the tracker did not answer ({cycle.tracker_error}); it is filed once it does"
    if cycle and cycle.mode == Mode.SHADOW.value:
        return "the mode is shadow, which files nothing; set CALLSHEET_MODE"
    return "the next cycle files it"
