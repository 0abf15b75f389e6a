"""Seniority: how much of incidents somebody has seen, by the policy or their job title. Feeds `casting` and `turns`."""

import re
from typing import Final

from callsheet.model.incident import Incident
from callsheet.model.person import Level, Person
from callsheet.plan.routing import priority_of
from callsheet.plan.rules import CastingRules

LADDER: Final = tuple(Level)
# The first that fits a job title; any other title is an engineer's.
TITLES: Final = (
    (
        re.compile(
            r"\b(chief|c[teis]o|[se]?vp|vice president|head of|director|(engineering|development) manager)\b",
            re.IGNORECASE,
        ),
        Level.LEADER,
    ),
    (re.compile(r"\b(senior|sr|staff|principal|lead|architect|manager)\b", re.IGNORECASE), Level.SENIOR),
    (
        re.compile(
            r"\b(junior|jr|associate|graduate|intern|trainee|apprentice|working student)\b",
            re.IGNORECASE,
        ),
        Level.JUNIOR,
    ),
)


def level_of(person: Person, rules: CastingRules) -> Level | None:
    """Somebody's level; None where neither the policy nor a job title tells.

    | known                                         | level              |
    |-----------------------------------------------|--------------------|
    | the policy names the person                   | the policy's       |
    | the title holds words of the policy           | of the longest     |
    | the title holds words of ours                 | of the first rule  |
    | any other title                               | engineer           |
    | no title                                      | nobody knows       |
    """
    for word in (person.id, person.email or ""):
        if word.casefold() in rules.people:
            return rules.people[word.casefold()]
    title = " ".join((person.job_title or "").split())
    if not title:
        return None
    for words in sorted(rules.titles, key=lambda words: (-len(words), words)):
        if re.search(rf"(?<!\w){re.escape(words)}(?!\w)", title, re.IGNORECASE):
            return rules.titles[words]
    return next((level for words, level in TITLES if words.search(title)), Level.ENGINEER)


def wanted_for(incident: Incident, rules: CastingRules) -> Level:
    """The level that managing an incident of this priority asks for."""
    return rules.wants[priority_of(incident)]


def said_of(level: Level, wanted: Level, priority: str) -> str | None:
    """What a document says where the level was not the wanted one; a step too many is worth a word only for learning.

    It never names anybody: who is there is decided by the rota.
    """
    if steps_above(level, wanted) < 0:
        return (
            f"For a {priority} the policy asks for the level {wanted}; the level on duty was {level}. "
            "The rota decides who is there: a question to the rota, and a chance to pair next time."
        )
    if wanted is Level.JUNIOR and steps_above(level, Level.ENGINEER) > 0:
        return (
            f"By the policy a {priority} is a slot to learn in; the level on duty was {level}. "
            "Next time somebody newer could take it, with company."
        )
    return None


def steps_above(level: Level, wanted: Level) -> int:
    """How many steps a level is above the wanted one; below zero: beneath it."""
    return LADDER.index(level) - LADDER.index(wanted)
