"""What people change about a promise on a page: checked as a comment on its ticket would be, and the next cycle acts.

Before an item is filed the change is in what will be filed; afterwards it is written to its ticket, as any change of
ours is (`plan/reconcile.py`).
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Final

from callsheet.model.action_item import ActionItem, DueReason, OwnerReason
from callsheet.model.ticket import Field
from callsheet.plan.commands import Refused, Scene, obeyed
from callsheet.plan.meaning import Reading, overruled
from callsheet.plan.routing import calendar_for
from callsheet.plan.rules import Rules
from callsheet.plan.workdays import zone_of
from callsheet.run.asks import item_named, tell, with_name
from callsheet.run.names import NotKnown
from callsheet.run.ports import Memory

PRIORITIES: Final = ("P1", "P2", "P3", "P4", "P5")
VERBS: Final = ("owner", "due", "priority", "snooze")
# Of a conflict, what can be taken after all; the words of these lead back to a value.
TAKEN: Final = {Field.OWNER: "owner", Field.DUE_ON: "due", Field.PRIORITY: "priority"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Asker:
    """Who asks, when, and by which rules words are read."""

    who: str
    now: datetime
    rules: Rules


def change(memory: Memory, key: str, wanted: Mapping[str, str], asker: Asker) -> ActionItem:
    """Change an open item: `wanted` has words for some of VERBS. All of it, or nothing: Refused says why.

    `snooze` is a span or a day and a reason: `2w because the vendor is on leave`.
    """
    asked = {verb: wanted[verb].strip() for verb in VERBS if wanted.get(verb, "").strip()}
    if not asked:
        raise Refused("nothing was asked for")
    with memory.transaction():
        before = item_named(memory, key)
        if not before.open:
            raise Refused(f"it is {before.status} already; reopen its ticket first")
        after = before
        for verb, words in asked.items():
            after = _changed(memory, after, verb, words, asker)
        _keep(memory, after, "item.changed", "; ".join(f"{verb} {words}" for verb, words in asked.items()), asker)
    return after


def settle(memory: Memory, key: str, field: str, *, ours: bool, asker: Asker) -> ActionItem:
    """End a conflict: what the tracker has stays, or `ours`, what was set aside, is wanted after all."""
    with memory.transaction():
        item = item_named(memory, key)
        conflict = next((each for each in reversed(item.conflicts) if each.field.value == field), None)
        if conflict is None:
            raise NotKnown(f"there is no conflict about {field} any more; look again")
        after = replace(item, conflicts=tuple(each for each in item.conflicts if each.field is not conflict.field))
        if ours:
            if conflict.field not in TAKEN:
                raise Refused(f"{field} is changed on the ticket itself")
            after = _changed(memory, after, TAKEN[conflict.field], conflict.ours, asker)
        _keep(
            memory, after, "conflict.settled", f"{field}: “{conflict.ours if ours else conflict.theirs}” stays", asker
        )
    return after


def _changed(memory: Memory, item: ActionItem, verb: str, words: str, asker: Asker) -> ActionItem:
    if verb == "priority":
        if words not in PRIORITIES:
            raise Refused(f"“{words}” is no priority; they are {', '.join(PRIORITIES)}")
        cleared = tuple(name for name in item.cleared if name is not Field.PRIORITY)
        item = overruled(item, Field.PRIORITY)
        return replace(item, terms=replace(item.terms, priority=words), cleared=cleared)
    after = obeyed(item, verb, words, _scene(memory, item, asker))
    match verb:
        case "due":
            return replace(after, due_reason=DueReason.PAGE)
        case "owner":
            return replace(after, owner_reason=OwnerReason.PAGE)
    return after


def _scene(memory: Memory, item: ActionItem, asker: Asker) -> Scene:
    incident = memory.incidents([item.incident_id])[item.incident_id]
    now, rules = asker.now, asker.rules
    return Scene(
        incident=incident,
        reading=Reading(rules=rules, people=memory.people(), namespace="", now=now, first_cycle_at=now),
        today=now.astimezone(zone_of(calendar_for(incident, rules).zone)).date(),
        by=asker.who or None,
    )


def _keep(memory: Memory, item: ActionItem, event: str, told: str, asker: Asker) -> None:
    memory.save_items([item])
    memory.mark([item.incident_id])
    tell(memory, asker.now, event, item.key, with_name(told, asker.who))
