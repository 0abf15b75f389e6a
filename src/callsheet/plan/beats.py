"""The screenplay's moments: everything that happened in an incident, in order. `fold` hides the noise."""

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from callsheet.model.counted import counted
from callsheet.model.incident import Actor, ActorKind, Dossier, Incident, LogEntry, Note, Ref, StatusUpdate
from callsheet.model.postmortem import Beat
from callsheet.plan.beliefs import read_note

SYSTEM: Final = "System itself"
DEPLOY: Final = "Rogue deploy"
CHANGE: Final = "change"
NOBODY_KNOWN: Final = "Somebody unknown"
OPENED: Final = "opened the incident"
REOPENED: Final = "reopened the incident"
NOISE: Final = frozenset({"notify", "assign", "link", "unlink", "event_rule_action"})
# What each kind of entry says; {who} are the people that it was done to. Other kinds speak by their summary.
TOLD: Final = {
    "acknowledge": "acknowledged the page",
    "unacknowledge": "took the acknowledgement back",
    "resolve": "resolved the incident",
    "escalate": "escalated to {who}",
    "delegate": "handed over to {who}",
    "snooze": "snoozed the incident",
    "responder_request": "asked {who} to help",
    "repeat_escalation_path": "started the escalation policy again",
    "exhaust_escalation_path": "reached the end of the escalation policy",
    "priority_change": "changed the priority",
    "urgency_change": "changed the urgency",
    "status_update": "told stakeholders",
    "assign": "assigned it to {who}",
    "notify": "paged {who}",
}
# These say more in their summary than our words do: what was set to what, which we tell in a sentence where we can.
DETAILED: Final = frozenset({"priority_change", "urgency_change"})
SET_TO: Final = re.compile(
    r"(?P<what>priority|urgency) (?:was )?(?:set|changed)(?: from (?P<was>.+?))? to (?P<now>.+?)(?: by .+)?\.?",
    re.IGNORECASE,
)
# What we ask an actor who did not write down what they believed. One kind's questions take turns.
QUESTIONS: Final = {
    "acknowledge": ("What did the page make you expect?",),
    "escalate": ("What told you that more hands were needed?",),
    "delegate": ("What did you want the next person to know?",),
    "responder_request": ("What told you that more hands were needed?",),
    "priority_change": ("What showed you how serious it was?",),
    "resolve": ("What told you that it was over?",),
    "pause": ("What did you want to understand before going on?",),
    "note": (
        "What did you think was going on?",
        "What did you expect to see next?",
        "What had you ruled out by then?",
        "What would have changed your mind?",
    ),
}
RANKS: Final = {
    "change": 0, "trigger": 1, "alert": 2, "escalate": 3, "delegate": 3, "responder_request": 3, "assign": 4,
    "notify": 5, "acknowledge": 6, "resolve": 9,
}  # fmt: skip
LATER: Final = 7
BURST: Final = timedelta(minutes=5)
SAME_MOMENT: Final = 2


@dataclass(frozen=True, slots=True, kw_only=True)
class Moment:
    """A beat with what is known about it besides: enough to fold it, to cast its actor, to find the plot in it.

    `person` is the acting person's id, `reached` the people that it was done to.
    """

    kind: str
    id: str
    beat: Beat
    person: str | None = None
    reached: tuple[Ref, ...] = ()

    @property
    def order(self) -> tuple[datetime, int, str]:
        """Oldest first; within one second as things follow from each other, then by id."""
        return self.beat.at, RANKS.get(self.kind, LATER), self.id


def moments(dossier: Dossier, merged: tuple[Incident, ...], ours: Callable[[str], bool]) -> tuple[Moment, ...]:
    """Every moment of the incident, oldest first, nothing folded yet. What Callsheet wrote itself is left out."""
    known = [
        *_changes(dossier),
        *_alerts(dossier),
        *_notes(dossier, ours),
        *_updates(dossier),
        *_entries(dossier, ours),
    ]
    known += [_merge(incident) for incident in merged]
    return tuple(sorted(known, key=lambda moment: moment.order))


def _changes(dossier: Dossier) -> Iterator[Moment]:
    """Changes up to the end of the incident; a later one can't have mattered."""
    end = dossier.incident.resolved_at
    for change in dossier.changes:
        if end is None or change.at <= end:
            source = f", says {change.source}" if change.source else ""
            beat = Beat(at=change.at, who=DEPLOY, action=f"went out{source}", observation=change.summary)
            yield Moment(kind=CHANGE, id=change.id, beat=beat)


def _alerts(dossier: Dossier) -> Iterator[Moment]:
    for alert in dossier.alerts:
        severity = f"{_article(alert.severity)} {alert.severity}" if alert.severity else "an"
        source = f" from {alert.source}" if alert.source else ""
        beat = Beat(at=alert.at, who=SYSTEM, action=f"raised {severity} alert{source}", observation=alert.summary)
        yield Moment(kind="alert", id=alert.id, beat=beat)
    clear = all_clear(dossier)
    if clear is not None:
        yield Moment(kind="all-clear", id="", beat=Beat(at=clear, who=SYSTEM, action="fell silent: no alert was left"))


def within(incident: Incident, moments: Iterable[Moment]) -> tuple[Moment, ...]:
    """What happened while the incident went on."""
    start, end = incident.created_at, incident.resolved_at
    return tuple(m for m in moments if start <= m.beat.at and (end is None or m.beat.at <= end))


def all_clear(dossier: Dossier) -> datetime | None:
    """When the last alert went away by itself: before the incident was resolved, which closes alerts too."""
    ends = [alert.resolved_at for alert in dossier.alerts]
    last = max((end for end in ends if end is not None), default=None)
    resolved = dossier.incident.resolved_at
    if last is None or None in ends or resolved is None or resolved - last < timedelta(minutes=1):
        return None
    return last


def _notes(dossier: Dossier, ours: Callable[[str], bool]) -> Iterator[Moment]:
    return (_note(note) for note in dossier.notes if not ours(note.text))


def _note(note: Note) -> Moment:
    said = read_note(note.text)
    promised = counted(said.promises, "action item") if said.promises else ""
    # Only promises: the call sheet tells them.
    if promised and not said.words and not said.belief:
        action = f"noted {promised}"
    elif said.pause:
        action = "called for a pause"
    elif not said.words:
        action = "noted a belief"
    else:
        action = f"noted, with {promised}" if promised else "noted"
    kind = "pause" if said.pause else "note" if said.words or said.belief else "promise"
    by_person = note.author.kind is ActorKind.PERSON
    beat = Beat(
        at=note.created_at,
        who=note.author.name or NOBODY_KNOWN,
        action=action,
        observation=said.words,
        belief=said.belief,
        by_person=by_person,
    )
    return Moment(kind=kind, id=note.id, beat=beat, person=note.author.id if by_person else None)


def _updates(dossier: Dossier) -> Iterator[Moment]:
    return (_update(place, update) for place, update in enumerate(dossier.status_updates))


def _update(place: int, update: StatusUpdate) -> Moment:
    who, person = _voice(update.author)
    beat = Beat(
        at=update.at, who=who, action=TOLD["status_update"], observation=update.message, by_person=person is not None
    )
    return Moment(kind="status_update", id=f"{place:06}", beat=beat, person=person)


def _entries(dossier: Dossier, ours: Callable[[str], bool]) -> Iterator[Moment]:
    """The log, without what notes, status updates and the incident itself tell better."""
    noted = {(note.author.id, second) for note in dossier.notes for second in _seconds(note.created_at)}
    updates = {update.message.strip() for update in dossier.status_updates}
    resolved = False
    triggered = False
    for entry in sorted(dossier.entries, key=lambda entry: (entry.at, RANKS.get(entry.kind, LATER), entry.id)):
        text = (entry.text or "").strip()
        # A note: told by the note itself, where it still exists.
        if entry.kind == "annotate":
            if not ours(text) and (entry.actor.id if entry.actor else "", int(entry.at.timestamp())) not in noted:
                yield _entry(entry, "wrote a note that is not there any more", None)
        # A status update that is told already.
        elif entry.kind == "status_update" and text in updates:
            continue
        elif entry.kind == "trigger":
            again = REOPENED if resolved else "triggered it again"
            # Of a person, "triggered" would sound as if they had caused it.
            first = OPENED if _voice(entry.actor)[1] else "triggered the incident"
            yield _entry(entry, again if triggered else first, dossier.incident.title)
            triggered, resolved = True, False
        else:
            resolved = resolved or entry.kind == "resolve"
            yield _told(entry)


def _seconds(at: datetime) -> range:
    second = int(at.timestamp())
    return range(second - SAME_MOMENT, second + SAME_MOMENT + 1)


def _told(entry: LogEntry) -> Moment:
    told = TOLD.get(entry.kind)
    # A kind that nobody told us about speaks for itself; a summary that only repeats its name says nothing.
    if told is None:
        kind = entry.kind.replace("_", " ")
        said = entry.text or entry.summary
        repeated = said.strip(" .").casefold() == kind.casefold()
        return _entry(entry, f"has an entry of the kind “{kind}”", None if repeated else said or None)
    found = SET_TO.fullmatch(entry.summary.strip()) if entry.kind in DETAILED and not entry.text else None
    if found:
        before = f" (it was {found['was']})" if found["was"] else ""
        return _entry(entry, f"set the {found['what'].lower()} to {found['now']}{before}", None)
    who = names(ref.name for ref in entry.targets) if entry.targets else ""
    action = told.format(who=who) if who else without_whom(told)
    return _entry(entry, action, entry.text or (entry.summary if entry.kind in DETAILED else None))


def without_whom(told: str) -> str:
    """The words of TOLD where nobody is on record to whom it was done."""
    return told.replace(" it to {who}", " it").replace(" to {who}", "").replace(" {who}", " somebody")


def _entry(entry: LogEntry, action: str, observation: str | None) -> Moment:
    who, person = _voice(entry.actor)
    beat = Beat(at=entry.at, who=who, action=action, observation=observation, by_person=person is not None)
    return Moment(kind=entry.kind, id=entry.id, beat=beat, person=person, reached=entry.targets)


def _voice(actor: Actor | None) -> tuple[str, str | None]:
    """Who speaks, and their id if it is a person."""
    if actor is None or actor.kind is not ActorKind.PERSON:
        return SYSTEM, None
    return actor.name or NOBODY_KNOWN, actor.id


def _merge(incident: Incident) -> Moment:
    action = f"opened incident #{incident.number}, later merged into this one"
    beat = Beat(at=incident.created_at, who=SYSTEM, action=action, observation=incident.title)
    return Moment(kind="merge", id=incident.id, beat=beat)


def _article(word: str) -> str:
    return "an" if word[:1].lower() in "aeiou" else "a"


def names(words: Iterable[str]) -> str:
    """`A`, `A and B`, `A, B and C`; each name once."""
    known = list(dict.fromkeys(word for word in words if word))
    return " and ".join(filter(None, (", ".join(known[:-1]), *known[-1:])))
