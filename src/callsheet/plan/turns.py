"""Who managed an incident, and which people acted in it although nobody had called them. From a dossier, pure."""

from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass

from callsheet.model.incident import Dossier, Incident
from callsheet.model.memory import Presence
from callsheet.model.person import Level, Person
from callsheet.plan.beats import Moment, moments, within
from callsheet.plan.cast import COMMANDER, on_call_of
from callsheet.plan.routing import priority_of
from callsheet.plan.rules import CastingRules
from callsheet.plan.seniority import level_of, steps_above, wanted_for

# To report an incident is no way of taking it over.
REPORTED = "trigger"


@dataclass(frozen=True, slots=True, kw_only=True)
class Turn:
    """`manager` is the id of the person who managed the incident, None where nobody is on record.

    `uncalled` are the ids of those who acted before anybody had assigned, paged or asked them.
    """

    incident: Incident
    manager: str | None
    uncalled: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True, kw_only=True)
class CastTally:
    """Totals, and never names: in how many of `incidents` a leader `took_over` uncalled, and whether the level of who
    managed them was the one that the priority asks for (`matched`), `below` or `above` it, or `unknown`.
    """

    incidents: int = 0
    took_over: int = 0
    matched: int = 0
    below: int = 0
    above: int = 0
    unknown: int = 0


def turn_of(dossier: Dossier, ours: Callable[[str], bool], on_policy: Collection[str] = ()) -> Turn:
    """Read one turn. `on_policy` are the ids of people whom the service's escalation policy is known to page.

    The manager is whom a custom field names as commander, else the first to acknowledge, else the first to be called.
    """
    during = within(dossier.incident, moments(dossier, (), ours))
    ids = {person.name.casefold(): person.id for person in dossier.people}
    named = [(role, ids.get(name.casefold())) for role, name in dossier.roles]
    commander = next((id_ for role, id_ in named if id_ and COMMANDER.search(role)), None)
    called = {*on_policy, *(id_ for _, id_ in named if id_), *(each.person.id for each in dossier.responders)}
    return Turn(
        incident=dossier.incident,
        manager=commander or on_call_of(during),
        uncalled=frozenset(_uncalled(during, called)),
    )


def turn_by(incident: Incident, present: Iterable[Presence], on_policy: Collection[str] = ()) -> Turn:
    """Read one turn of an incident of which only the feed told: who was there, first when. Parts are not known of it.

    The manager is the first to acknowledge, else the first of those who were called and acted.
    """
    end = incident.resolved_at
    acting = [each for each in present if each.acted_at and (end is None or each.acted_at <= end)]
    took = [(each.acknowledged_at, each.person_id) for each in acting if each.acknowledged_at]
    called = [(each.called_at, each.person_id) for each in acting if each.called_at]
    uncalled = {each.person_id for each in acting if not _was_called(each)}
    return Turn(
        incident=incident,
        manager=min(took or called, default=(None, None))[1],
        uncalled=frozenset(uncalled - set(on_policy)),
    )


def _was_called(each: Presence) -> bool:
    """Whether somebody was called before they acted."""
    return bool(each.called_at and each.acted_at and each.called_at <= each.acted_at)


def _uncalled(during: Iterable[Moment], called: set[str]) -> Iterable[str]:
    for moment in during:
        if moment.person and moment.person not in called and moment.kind != REPORTED:
            yield moment.person
        called |= {ref.id for ref in moment.reached}


def tally(turns: Iterable[Turn], people: Mapping[str, Person], rules: CastingRules) -> dict[str, CastTally]:
    """By priority, P1 first. `people` are by id."""
    levels = {id_: level for id_, person in people.items() if (level := level_of(person, rules))}
    by_priority: dict[str, list[Turn]] = {}
    for turn in turns:
        by_priority.setdefault(priority_of(turn.incident), []).append(turn)
    return {priority: _tally(by_priority[priority], levels, rules) for priority in sorted(by_priority)}


def _tally(turns: list[Turn], levels: Mapping[str, Level], rules: CastingRules) -> CastTally:
    gaps = [gap_of(turn, levels, rules) for turn in turns]
    return CastTally(
        incidents=len(turns),
        took_over=sum(any(levels.get(id_) is Level.LEADER for id_ in turn.uncalled) for turn in turns),
        matched=sum(gap == 0 for gap in gaps),
        below=sum(gap is not None and gap < 0 for gap in gaps),
        above=sum(gap is not None and gap > 0 for gap in gaps),
        unknown=sum(gap is None for gap in gaps),
    )


def gap_of(turn: Turn, levels: Mapping[str, Level], rules: CastingRules) -> int | None:
    """How many steps the manager's level was above what the priority asks for; None where that is not known."""
    level = levels.get(turn.manager or "")
    return steps_above(level, wanted_for(turn.incident, rules)) if level else None
