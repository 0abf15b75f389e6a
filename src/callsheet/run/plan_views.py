"""A plan as a diff that a person can review: each effect with its reason, what is there before, and what would be."""

import difflib
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from callsheet.document.regions import without_markers
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
    incident_of,
)
from callsheet.model.nudge import Rung
from callsheet.model.text import plain
from callsheet.plan.digest import digest_body, subject
from callsheet.plan.publishing import copies_print
from callsheet.run.app import App
from callsheet.run.shapes import AboutIncident, Planned
from callsheet.run.writing import drawn_up

TO_COME = "known once a cycle has read the incident"
TO_BE_FILED = "known once it is filed"
CONTEXT = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """One effect. `target` is the key of what it is about, `name` the same in words, `url` where it can be seen.

    `incident` is the one that it belongs to, None for a digest. `before` is None where nothing is there yet. `text` is
    what people would read; `diff` a document's changed lines, each with its sign.
    """

    key: str
    effect: str
    reason: str
    target: str
    name: str
    url: str | None = None
    incident: AboutIncident | None = None
    before: Mapping[str, Any] | None = None
    after: Mapping[str, Any] = field(default_factory=dict)
    text: str = ""
    diff: tuple[str, ...] = ()

    @property
    def within(self) -> str:
        """The incident in words, where the change is about one of its items; empty where the name tells it."""
        about = self.incident
        return f"#{about['number']} “{about['title']}”" if about and about["id"] != self.target else ""


def changes(plan: Plan, app: App) -> tuple[Change, ...]:
    """What the plan would do, in its order. `app` has the store that the plan was made on."""
    about = _incidents(plan, app)
    found = (
        (effect, replace(_change(effect, app), incident=about.get(incident_of(effect)))) for effect in plan.effects
    )
    return tuple(change for effect, change in found if not _says_so_already(effect, change, app))


def _incidents(plan: Plan, app: App) -> dict[str | None, AboutIncident]:
    heads = app.memory.incidents(id_ for id_ in map(incident_of, plan.effects) if id_)
    return {
        id_: {"id": id_, "number": head.number, "title": head.title, "url": head.url} for id_, head in heads.items()
    }


def _says_so_already(effect: Effect, change: Change, app: App) -> bool:
    """Whether nothing of a document would change: what is new of its post-mortem shows nowhere in it."""
    held = effect.planned_on if isinstance(effect, Publish) else None
    return held is not None and not change.diff and held.copied == copies_print(held.current, app.rules)


def opened_now(found: tuple[Change, ...], app: App) -> tuple[Change, ...]:
    """The same, where post-mortems that open have their items: as many as the throw-away copy has by now."""
    opened = app.memory.postmortems(change.target for change in found if change.effect == OpenPostmortem.__name__)
    items = app.memory.items_of(opened)
    return tuple(
        replace(change, after={**change.after, "items": len(items.get(change.target, ()))})
        if change.effect == OpenPostmortem.__name__ and not change.after["backfilled"] and change.target in opened
        else change
        for change in found
    )


def planned(change: Change) -> Planned:
    """One effect, as programs read it."""
    after = dict(change.after)
    after |= {"text": change.text} if change.text else {}
    after |= {"diff": list(change.diff)} if change.diff else {}
    return {
        "key": change.key,
        "effect": change.effect,
        "reason": change.reason,
        "target": change.target,
        "name": change.name,
        "incident": change.incident,
        "before": dict(change.before) if change.before is not None else None,
        "after": after,
    }


def _change(effect: Effect, app: App) -> Change:  # noqa: C901, PLR0911 - one case for each kind of effect
    match effect:
        case OpenPostmortem():
            items: dict[str, Any] = {} if effect.backfilled else {"items": TO_COME}
            return _of_incident(effect, app, after={"backfilled": effect.backfilled, **items})
        case FileTicket():
            return _of_item(effect, app, after=_filing(effect), text=plain(effect.draft.body))
        case UpdateTicket() | RecordStatus():
            return _of_item(effect, app, before=dict(effect.before), after=dict(effect.after))
        case TransitionTicket():
            after = {"status": "dropped", "because": effect.because}
            return _of_item(effect, app, before={"status": "open"}, after=after)
        case Adopt():
            return _of_item(effect, app, before=_held(effect, app), after={"ticket": _ticket(effect.ticket_id, app)})
        case Comment():
            return _of_item(effect, app, after={"ticket": _ticket(effect.ticket_id, app)}, text=plain(effect.body))
        case LinkDuplicate():
            after = {"kept": _ticket(effect.kept_id, app), "duplicate": _ticket(effect.duplicate_id, app)}
            return _of_item(effect, app, after=after)
        case PostNote():
            return _note(effect, app)
        case Publish():
            return _document(effect, app)
        case SendNudge():
            return _nudge(effect)
        case SendReport():
            made = _bare(effect, target=effect.to.name, name=effect.to.name)
            return replace(made, after={"subject": effect.subject}, text=plain(effect.body))


def _bare(effect: Effect, *, target: str, name: str, **told: Any) -> Change:
    return Change(
        key=effect.key, effect=type(effect).__name__, reason=effect.reason.value, target=target, name=name, **told
    )


def _of_item(effect: Any, app: App, **told: Any) -> Change:
    item = app.memory.item(effect.item_key)
    ticket = app.memory.tickets([item.ticket_id]).get(item.ticket_id) if item and item.ticket_id else None
    words = f"“{item.spoken.title}”" if item else effect.item_key
    name = f"{ticket.key} {words}" if ticket else words
    return _bare(effect, target=effect.item_key, name=name, url=ticket.url if ticket else None, **told)


def _of_incident(effect: Any, app: App, **told: Any) -> Change:
    head = app.memory.incidents([effect.incident_id]).get(effect.incident_id)
    name = f"#{head.number} “{head.title}”" if head else effect.incident_id
    return _bare(effect, target=effect.incident_id, name=name, url=head.url if head else None, **told)


def _held(effect: Adopt, app: App) -> dict[str, Any] | None:
    item = app.memory.item(effect.item_key)
    return {"ticket": _ticket(item.ticket_id, app)} if item and item.ticket_id else None


def _ticket(ticket_id: str, app: App) -> str:
    ticket = app.memory.tickets([ticket_id]).get(ticket_id)
    return ticket.key if ticket else ticket_id


def _filing(effect: FileTicket) -> dict[str, Any]:
    draft = effect.draft
    return {
        "title": draft.title,
        "project": draft.project,
        "owner": effect.owner_name,
        "due_on": draft.due_on.isoformat() if draft.due_on else None,
        "priority": effect.priority_name,
        "labels": list(draft.labels),
        "fields": dict(draft.extra),
        "remarks": list(effect.notes),
        "ticket": TO_BE_FILED,
    }


def _note(effect: PostNote, app: App) -> Change:
    opened = app.memory.postmortems([effect.incident_id]).get(effect.incident_id)
    before = opened.note_text if opened and effect.note_id else None
    diff = _lines(before, effect.text) if before else ()
    told = {"note": before} if before else None
    return _of_incident(effect, app, before=told, after={"note": effect.text}, diff=diff)


def _document(effect: Publish, app: App) -> Change:
    held, _, text = drawn_up(effect, app)
    before = {"lines": held.current.count("\n")} if held else None
    after = {"publisher": effect.publisher, "items": len(effect.postmortem.call_sheet), "lines": text.count("\n")}
    diff = _lines(without_markers(held.current), without_markers(text)) if held else ()
    return _of_incident(effect, app, before=before, after=after, diff=diff)


def _lines(before: str, after: str) -> tuple[str, ...]:
    """The changed lines with one line around them; where one stands is told by `@@`."""
    found = difflib.unified_diff(before.splitlines(), after.splitlines(), lineterm="", n=CONTEXT)
    return tuple(found)[2:]  # Without the names of two files.


def _nudge(effect: SendNudge) -> Change:
    digest = effect.digest
    about = [line.title if line.rung is Rung.DRAFT else f"{line.named} {line.title}" for line in digest.lines]
    after = {
        "on": digest.local_on.isoformat(),
        "about": about,
        "channel": effect.channel or "the first that reaches them",
        "subject": subject(digest),
    }
    return _bare(effect, target=digest.to.name, name=digest.to.name, after=after, text=plain(digest_body(digest)))
