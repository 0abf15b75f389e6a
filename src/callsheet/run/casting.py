"""Casting from the store and the paging side: what `callsheet casting` prints. It only reads."""

from datetime import datetime, timedelta
from typing import Any

from callsheet.connect.ports import Source
from callsheet.plan.casting import Candidate, Suggestion, suggestions
from callsheet.plan.rules import Rules
from callsheet.run.names import NotKnown
from callsheet.run.overview import FIRST_CYCLE
from callsheet.run.ports import Memory
from callsheet.run.seasons import turns_since

# So many policies are named to somebody who named none.
NAMED = 5
RECENT = timedelta(days=90)


def cast_next(
    memory: Memory, source: Source, rules: Rules, now: datetime, *, policy: str | None = None
) -> tuple[Suggestion, ...]:
    """Who could manage the next incident of each priority, among those on call now; raises ConnectorError.

    `policy` narrows it to escalation policies with these words in their name; NotKnown where they are in none.
    """
    everybody = source.on_calls()
    on_call = [each for each in everybody if policy is None or policy.casefold() in each.policy.casefold()]
    if everybody and not on_call:
        names = sorted({each.policy for each in everybody})[:NAMED]
        raise NotKnown(
            f"Nobody is on call in an escalation policy named “{policy}”; there are, for instance, {', '.join(names)}."
        )
    # Before the first cycle the store knows nobody.
    people = {person.id: person for person in memory.people() or source.directory().people}
    return suggestions(on_call, people, turns_since(memory, now - RECENT), rules.casting)


def days_known(memory: Memory, backfill: timedelta, now: datetime) -> int:
    """Of how many of the recent days the turns are known: those since the first cycle, and what it read of the past."""
    first = memory.noted(FIRST_CYCLE)
    return min(RECENT, now - datetime.fromisoformat(first) + backfill).days if first else 0


def as_json(found: tuple[Suggestion, ...]) -> list[dict[str, Any]]:
    """The document that `casting --json` prints."""
    return [
        {
            "priority": each.priority,
            "wanted": each.wanted.value,
            "suggested": _candidate(each.first),
            "fits": each.fits,
            "training": each.training,
            "beside": _candidate(each.beside),
            "others": [_candidate(other) for other in each.others],
        }
        for each in found
    ]


def _candidate(each: Candidate | None) -> dict[str, Any] | None:
    if each is None:
        return None
    return {
        "name": each.name,
        "email": each.email,
        "level": each.level.value if each.level else None,
        "policies": list(each.policies),
        "turns": each.turns,
        "last_turn_on": each.last_at.date().isoformat() if each.last_at else None,
    }
