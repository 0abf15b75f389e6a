"""Folding: which moments become beats of the screenplay, and which are only counted."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime
from typing import Final

from callsheet.model.postmortem import Beat
from callsheet.plan.beats import BURST, NOISE, QUESTIONS, Moment, names

ENTRY: Final = "entry"
# What entries are called when they are only counted; any other kind is an entry.
CALLED: Final = {"alert": "alert", "notify": "page", "assign": "assignment", "acknowledge": "acknowledgement"}


def fold(moments: Iterable[Moment]) -> tuple[Moment, ...]:
    """The moments that are shown, quieter ones counted in the one before them.

    | moment                                          | then                                       |
    |-------------------------------------------------|--------------------------------------------|
    | page or assignment that reaches somebody new    | a beat: they were called in                |
    | any other page, assignment or link              | counted in the beat before                 |
    | alert with the trigger's or a known wording     | counted in the first beat of that wording  |
    | alert within minutes of another, nothing between| counted in that one                        |
    | the same again by the same actor                | counted in the beat before                 |
    | everything else                                 | a beat                                     |
    """
    shown: list[Moment] = []
    counted: dict[int, tuple[Counter[str], datetime]] = {}
    reached: set[str] = set()
    alerts: dict[str, int] = {}
    for moment in moments:
        new = [ref for ref in moment.reached if ref.id not in reached]
        reached |= {ref.id for ref in new}
        place = _joins(moment, shown, alerts)
        if moment.kind in NOISE and new:
            shown.append(_called_in(moment, names(ref.name for ref in new)))
        elif place is not None:
            called, until = counted.get(place, (Counter[str](), moment.beat.at))
            called[CALLED.get(moment.kind, ENTRY)] += 1
            counted[place] = called, max(until, moment.beat.at)
        elif moment.kind in NOISE:
            shown.append(_called_in(moment, names(ref.name for ref in moment.reached)))
        else:
            shown.append(moment)
        if moment.kind in ("alert", "trigger") and moment.beat.observation:
            alerts.setdefault(moment.beat.observation, place if place is not None else len(shown) - 1)
    for place, (called, until) in counted.items():
        folded = tuple(sorted(called.items(), key=_by_name))
        shown[place] = replace(shown[place], beat=replace(shown[place].beat, folded=folded, folded_until=until))
    return tuple(shown)


def _by_name(called: tuple[str, int]) -> tuple[bool, str]:
    """What has no better name than entry stands last."""
    return called[0] == ENTRY, called[0]


def _joins(moment: Moment, shown: list[Moment], alerts: dict[str, int]) -> int | None:
    """The place of the beat that this moment is counted in; None if it stands for itself."""
    if not shown:
        return None
    before, last = shown[-1], len(shown) - 1
    if moment.kind in NOISE:
        return last
    if moment.kind == "alert":
        near = before.kind == "alert" and moment.beat.at - before.beat.at <= BURST
        return alerts.get(moment.beat.observation or "", last if near else None)
    same = (before.kind, before.beat.who, before.beat.action, before.beat.observation, before.beat.belief)
    mine = (moment.kind, moment.beat.who, moment.beat.action, moment.beat.observation, moment.beat.belief)
    return last if mine == same and moment.kind != "trigger" else None


def _called_in(moment: Moment, who: str) -> Moment:
    if moment.person and [ref.id for ref in moment.reached] == [moment.person]:
        return replace(moment, kind="call", beat=replace(moment.beat, action="took it on", observation=None))
    called = "called in" if moment.kind == "notify" or not moment.beat.by_person else "brought in"
    action = f"{called} {who}" if who else moment.beat.action
    return replace(moment, kind="call", beat=replace(moment.beat, action=action, observation=None))


def ask(moments: Iterable[Moment], end: datetime | None) -> tuple[Moment, ...]:
    """The same moments, with a question to each actor whose belief at that moment nobody knows.

    What was said after the end was said in hindsight: there is nothing to ask about it.
    """
    asked: dict[tuple[str, str], int] = {}
    result: list[Moment] = []
    for moment in moments:
        questions = QUESTIONS.get(moment.kind, ())
        beat = moment.beat
        if not questions or not beat.by_person or beat.belief or (end is not None and beat.at > end):
            result.append(moment)
            continue
        turn = asked.get((beat.who, moment.kind), 0)
        asked[beat.who, moment.kind] = turn + 1
        result.append(replace(moment, beat=replace(beat, question=questions[turn % len(questions)])))
    return tuple(result)


def beats(moments: Iterable[Moment]) -> tuple[Beat, ...]:
    """What is shown of them."""
    return tuple(moment.beat for moment in moments)
