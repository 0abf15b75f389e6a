"""Casting: who could manage the next incident of each priority. Seniority matched to it; low ones are for learning."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from callsheet.model.person import Level, OnCall, Person
from callsheet.plan.rules import CastingRules
from callsheet.plan.seniority import level_of, steps_above
from callsheet.plan.turns import Turn

LONG_AGO = 0.0
OTHERS = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class Candidate:
    """Somebody who is on call. `turns` is how many incidents they managed lately, `last_at` when the latest began."""

    name: str
    email: str | None
    level: Level | None
    policies: tuple[str, ...]
    rung: int
    turns: int = 0
    last_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Suggestion:
    """For one priority. `first` is None where nobody is on call; `fits` says that their level is the wanted one.

    `training`: it is a place to learn, and `beside` is who could sit there with them.
    """

    priority: str
    wanted: Level
    first: Candidate | None
    others: tuple[Candidate, ...] = ()
    fits: bool = False
    training: bool = False
    beside: Candidate | None = None


def suggestions(
    on_call: Iterable[OnCall], people: Mapping[str, Person], turns: Sequence[Turn], rules: CastingRules
) -> tuple[Suggestion, ...]:
    """One for each priority, P1 first. `people` are by id, `turns` are the recent ones."""
    there = _candidates(on_call, people, turns, rules)
    return tuple(_suggestion(priority, wanted, there) for priority, wanted in sorted(rules.wants.items()))


def _candidates(
    on_call: Iterable[OnCall], people: Mapping[str, Person], turns: Sequence[Turn], rules: CastingRules
) -> list[Candidate]:
    duties: dict[str, list[OnCall]] = {}
    for duty in on_call:
        duties.setdefault(duty.person_id, []).append(duty)
    found = []
    for id_, own in duties.items():
        person = people.get(id_) or Person(id=id_, name=own[0].name)
        if person.machine:
            continue
        managed = [turn.incident.created_at for turn in turns if turn.manager == id_]
        found.append(
            Candidate(
                name=person.name,
                email=person.email,
                level=level_of(person, rules),
                policies=tuple(sorted({duty.policy for duty in own})),
                rung=min(duty.rung for duty in own),
                turns=len(managed),
                last_at=max(managed, default=None),
            )
        )
    return found


def _suggestion(priority: str, wanted: Level, there: list[Candidate]) -> Suggestion:
    ordered = sorted(there, key=lambda each: (_distance(each.level, wanted), *_turn(each)))
    if not ordered:
        return Suggestion(priority=priority, wanted=wanted, first=None)
    first = ordered[0]
    training = wanted is Level.JUNIOR and first.level is Level.JUNIOR
    return Suggestion(
        priority=priority,
        wanted=wanted,
        first=first,
        others=tuple(ordered[1 : 1 + OTHERS]),
        fits=first.level is wanted,
        training=training,
        beside=_beside(first, there) if training else None,
    )


def _distance(level: Level | None, wanted: Level) -> tuple[int, int]:
    """The wanted level, then the nearest above it, then the nearest below, and last those whom nobody knows."""
    if level is None:
        return 3, 0
    gap = steps_above(level, wanted)
    return (0, 0) if gap == 0 else (1, gap) if gap > 0 else (2, -gap)


def _turn(each: Candidate) -> tuple[int, float, int, str]:
    """Who had the fewest turns lately, then whose last one is longest ago, then who is paged first."""
    return each.turns, each.last_at.timestamp() if each.last_at else LONG_AGO, each.rung, each.name


def _beside(first: Candidate, there: list[Candidate]) -> Candidate | None:
    """Whoever has seen enough to sit beside somebody who learns: a senior first."""
    able = [each for each in there if each is not first and each.level and steps_above(each.level, Level.JUNIOR) > 0]
    return min(able, key=lambda each: (_distance(each.level, Level.SENIOR), *_turn(each)), default=None)
