"""The cast of characters: who took part, in which part, from when to when."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final

from callsheet.model.counted import counted
from callsheet.model.incident import Alert, Change, Dossier, Incident
from callsheet.model.postmortem import CastMember, Part
from callsheet.plan.beats import Moment, names

COMMANDER: Final = re.compile(r"commander|\bIC\b|\bincident (?:lead|manager)\b", re.IGNORECASE)
# What a role's name says about the part, the first that fits.
ROLES: Final = (
    (COMMANDER, Part.COMMANDER),
    (re.compile(r"communicat|comms|liaison|stakeholder", re.IGNORECASE), Part.COMMUNICATIONS),
    (re.compile(r"customer|support", re.IGNORECASE), Part.SUPPORT),
    (re.compile(r"subject|expert|\bSME\b", re.IGNORECASE), Part.EXPERT),
)
VOICES: Final = 5
STATES: Final = {
    "pending": "no answer is on record",
    "declined": "was not available",
}
ORDER: Final = tuple(Part)


@dataclass(slots=True, kw_only=True)
class Player:
    """A person while their part is being found. `acted` are the times of what they did, oldest first.

    `told` says that they wrote to stakeholders, `after` what they did when it was over, `asked_by` who called them in.
    """

    name: str
    acted: list[datetime] = field(default_factory=list)
    after: list[datetime] = field(default_factory=list)
    told: bool = False
    asked_by: str | None = None
    called: datetime | None = None
    state: str | None = None
    title: str | None = None
    roles: list[str] = field(default_factory=list)


def cast(dossier: Dossier, moments: Iterable[Moment]) -> tuple[CastMember, ...]:
    """The commander, people in the order of their entrances, then the system's voices, then the changes."""
    moments = tuple(moments)
    players = _players(dossier, moments)
    on_call = on_call_of(moments)
    people = [_member(player, person == on_call) for person, player in players.items()]
    # People without an entrance, who were called or only have a role, stand last.
    late = datetime.max.replace(tzinfo=dossier.incident.created_at.tzinfo)
    people.sort(
        key=lambda one: (one.part is not Part.COMMANDER, one.entered_at or late, ORDER.index(one.part), one.name)
    )
    return (*people, *_system(dossier), *_deploys(dossier))


def acted(moments: Iterable[Moment]) -> frozenset[str]:
    """The ids of the people who did something."""
    return frozenset(moment.person for moment in moments if moment.person)


def _players(dossier: Dossier, moments: tuple[Moment, ...]) -> dict[str, Player]:
    players: dict[str, Player] = {}
    teams = {team.id for team in dossier.incident.teams}
    for moment in moments:
        _act(players, moment, dossier.incident.resolved_at)
        for ref in moment.reached:
            if ref.id not in teams:
                _call(players.setdefault(ref.id, Player(name=ref.name)), moment)
    for responder in dossier.responders:
        if responder.person.id not in teams:
            player = players.setdefault(responder.person.id, Player(name=responder.person.name))
            player.state, player.called = responder.state, player.called or responder.at
    for person in dossier.people:
        if person.id in players:
            players[person.id].title = person.job_title
    for role, name in dossier.roles:
        _find(players, name).roles.append(role)
    return players


def _act(players: dict[str, Player], moment: Moment, end: datetime | None) -> None:
    """Somebody does something: in the play, or in its epilogue."""
    if moment.person:
        player = players.setdefault(moment.person, Player(name=moment.beat.who))
        (player.after if end and moment.beat.at > end else player.acted).append(moment.beat.at)
        player.told = player.told or moment.kind == "status_update"


def _call(player: Player, moment: Moment) -> None:
    """Somebody is called in, by a person or by a machine."""
    player.called = player.called or moment.beat.at
    if moment.kind == "responder_request" and moment.beat.by_person:
        player.asked_by = player.asked_by or moment.beat.who


def _find(players: dict[str, Player], name: str) -> Player:
    """The player of that name; a new one where a role names somebody whom the log does not know."""
    wanted = name.casefold()
    known = next((player for player in players.values() if player.name.casefold() == wanted), None)
    return known or players.setdefault(f"role:{wanted}", Player(name=name))


def on_call_of(moments: tuple[Moment, ...]) -> str | None:
    """The id of the first person to acknowledge; nobody did: of the first person who was called."""
    for moment in moments:
        if moment.kind == "acknowledge" and moment.person:
            return moment.person
    return next(
        (moment.reached[0].id for moment in moments if moment.kind in ("assign", "notify") and moment.reached), None
    )


def _member(player: Player, on_call: bool) -> CastMember:
    """
    | known of the person                       | part                       |
    |-------------------------------------------|----------------------------|
    | a role that commands                      | Incident commander         |
    | first to acknowledge or be called         | On-call engineer           |
    | a role that we know                       | that one                   |
    | wrote to stakeholders                     | Communications             |
    | did something, joined, has another role   | Responder                  |
    | did something only after the end          | In the epilogue            |
    | was called, nothing else                  | Asked to help              |
    """
    named = next((part for words, part in ROLES if any(words.search(role) for role in player.roles)), None)
    joined = player.state == "joined"
    if named is Part.COMMANDER:
        part = Part.COMMANDER
    elif on_call:
        part = Part.ON_CALL
    elif named:
        part = named
    elif player.told:
        part = Part.COMMUNICATIONS
    elif player.acted or joined or player.roles:
        part = Part.RESPONDER
    else:
        part = Part.EPILOGUE if player.after else Part.OBSERVER
    seen = player.acted or ([player.called] if joined and player.called else []) or player.after
    return CastMember(
        name=player.name,
        part=part,
        entered_at=min(seen, default=None),
        left_at=max(seen, default=None),
        remark="; ".join(_remarks(player, part, on_call)) or None,
    )


def _remarks(player: Player, part: Part, on_call: bool) -> Iterator[str]:
    if player.title:
        yield player.title
    yield from (role for role in player.roles if not COMMANDER.search(role) and role != part)
    if on_call and part is Part.COMMANDER:
        yield "on call as well"
    if player.asked_by and player.acted and part is Part.RESPONDER:
        yield f"asked by {player.asked_by}"
    if player.acted or player.after or player.state == "joined":
        return
    if part in (Part.OBSERVER, Part.ON_CALL):
        yield STATES.get(player.state or "", "called in; nothing further is on record")


def _system(dossier: Dossier) -> Iterator[CastMember]:
    """One voice for each source of alerts; the rest of many sources speak as one."""
    voices: dict[str, list[Alert]] = {}
    for alert in sorted(dossier.alerts, key=lambda alert: (alert.at, alert.id)):
        voices.setdefault(alert.source or dossier.incident.service.name, []).append(alert)
    if not voices:
        started = dossier.incident.created_at
        yield CastMember(name=dossier.incident.service.name, part=Part.SYSTEM, entered_at=started)
    for name, alerts in list(voices.items())[:VOICES]:
        yield _voice(name, alerts)
    rest = [alert for alerts in list(voices.values())[VOICES:] for alert in alerts]
    if rest:
        yield _voice(f"{len(voices) - VOICES} more sources", sorted(rest, key=lambda alert: (alert.at, alert.id)))


def _voice(name: str, alerts: list[Alert]) -> CastMember:
    ends = [alert.resolved_at for alert in alerts if alert.resolved_at is not None]
    return CastMember(
        name=name,
        part=Part.SYSTEM,
        entered_at=alerts[0].at,
        left_at=max(ends) if len(ends) == len(alerts) else None,
        remark=counted(len(alerts), "alert"),
    )


def _deploys(dossier: Dossier) -> Iterator[CastMember]:
    """The changes nearest to the trigger, oldest first."""
    start, end = dossier.incident.created_at, dossier.incident.resolved_at
    near = [change for change in dossier.changes if end is None or change.at <= end]
    near = sorted(near, key=lambda change: (abs(change.at - start), change.id))[:VOICES]
    for change in sorted(near, key=lambda change: (change.at, change.id)):
        why = "; ".join(filter(None, (changed_where(change, dossier.incident), change.why_related))) or None
        yield CastMember(name=change.summary, part=Part.DEPLOY, entered_at=change.at, remark=why)


def changed_where(change: Change, incident: Incident) -> str | None:
    """What the change touched: `this service`, `this service and Ledger`; None where the record does not say."""
    others = names(service.name for service in change.services if service.id != incident.service.id)
    if all(service.id != incident.service.id for service in change.services):
        return f"to {others}, another service" if others else None
    return f"to this service and {others}" if others else "to this service"
