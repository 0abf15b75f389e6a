"""A plan for people, and as JSON: what would be done, to what, and why."""

from collections.abc import Iterable
from typing import Any

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
    RecordStatus,
    SendNudge,
    SendReport,
    TransitionTicket,
    UpdateTicket,
)
from callsheet.model.text import plain
from callsheet.run.ports import Memory


def as_json(plan: Plan) -> dict[str, Any]:
    """The document that `plan --json` prints."""
    return {
        "effects": [_effect(effect) for effect in plan.effects],
        "blocked": [{"key": b.key, "effect": b.effect, "reason": b.reason.value, "what": b.what} for b in plan.blocked],
        "refused": [{"id": r.id, "guard": r.guard.value, "what": r.what} for r in plan.refused],
    }


def as_words(plan: Plan, memory: Memory) -> Iterable[str]:
    """The same for reading, with names beside the keys."""
    if not plan.effects and not plan.refused and not plan.blocked:
        yield "Nothing to do, as far as can be seen."
    for effect in plan.effects:
        told = _effect(effect)
        yield f"{_VERBS[told['effect']]} {_named(told['target'], memory)}: {told['reason']}"
        for name, value in told["after"].items():
            before = (told["before"] or {}).get(name)
            shown = _shown(value)
            yield f"    {name}: {_shown(before)} -> {shown}" if before is not None else f"    {name}: {shown}"
    for blocked in plan.blocked:
        yield f"blocked {blocked.effect} {blocked.key}: {blocked.what}"
    opening = sum(isinstance(effect, OpenPostmortem) for effect in plan.effects)
    if opening:
        yield f"{opening} post-mortem(s) would open; their action items and tickets follow in the same run."
    for refusal in plan.refused:
        yield f"held back ({refusal.id}): {refusal.what}"


_VERBS = {
    "OpenPostmortem": "open post-mortem",
    "FileTicket": "file ticket for",
    "Adopt": "adopt ticket for",
    "UpdateTicket": "update ticket of",
    "TransitionTicket": "close ticket of",
    "Comment": "comment on ticket of",
    "LinkDuplicate": "link duplicate of",
    "RecordStatus": "record",
    "PostNote": "write note on",
    "SendNudge": "remind",
    "SendReport": "report to",
    "Publish": "publish",
}


def _shown(value: object) -> str:
    if isinstance(value, list):
        return "; ".join(str(part) for part in value) or "-"
    if isinstance(value, bool):
        return "yes" if value else "no"
    return "-" if value is None or value == "" else str(value).replace("\n", "\n        ")


def _named(target: str, memory: Memory) -> str:
    item, incident = memory.item(target), memory.incident_named(target)
    if item:
        return f"{target} “{item.spoken.title}”"
    return f"#{incident.number} “{incident.title}”" if incident else target


def _effect(effect: Effect) -> dict[str, Any]:
    target, before, after = _told(effect)
    return {
        "key": effect.key,
        "effect": type(effect).__name__,
        "reason": effect.reason.value,
        "target": target,
        "before": before,
        "after": after,
    }


def _told(effect: Effect) -> tuple[str, dict[str, Any] | None, dict[str, Any]]:  # noqa: C901, PLR0911 - one case each
    match effect:
        case OpenPostmortem():
            return effect.incident_id, None, {"backfilled": effect.backfilled, "items": "to come"}
        case FileTicket():
            return effect.item_key, None, _filing(effect)
        case UpdateTicket() | RecordStatus():
            return effect.item_key, dict(effect.before), dict(effect.after)
        case TransitionTicket():
            return effect.item_key, {"status": "open"}, {"status": "dropped", "because": effect.because}
        case Adopt():
            return effect.item_key, None, {"ticket": effect.ticket_id}
        case Comment():
            return effect.item_key, None, {"ticket": effect.ticket_id}
        case LinkDuplicate():
            return effect.item_key, None, {"kept": effect.kept_id, "duplicate": effect.duplicate_id}
        case PostNote():
            return effect.incident_id, None, {"note": effect.text}
        case Publish():
            return effect.incident_id, None, {"publisher": effect.publisher, "items": len(effect.postmortem.call_sheet)}
        case SendNudge():
            lines = [f"{line.ticket_key or line.item_key} {line.title}" for line in effect.digest.lines]
            return effect.digest.to.name, None, {"on": effect.digest.local_on.isoformat(), "about": lines}
        case SendReport():
            return effect.to.name, None, {"subject": effect.subject, "text": plain(effect.body)}


def _filing(effect: FileTicket) -> dict[str, Any]:
    draft = effect.draft
    return {
        "title": draft.title,
        "project": draft.project,
        "owner": effect.owner_name,
        "due_on": draft.due_on.isoformat() if draft.due_on else None,
        "priority": effect.priority_name,
        "labels": list(draft.labels),
        "remarks": list(effect.notes),
        "ticket": "to come",
    }
