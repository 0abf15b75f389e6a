"""Closing a season, beside the daemon: each open promise is renewed, cut or carried; the next cycle picks it up."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from enum import StrEnum

from callsheet.model.action_item import ActionItem, DueReason, ItemStatus
from callsheet.model.season import Season
from callsheet.model.ticket import Field
from callsheet.plan.rules import Rules
from callsheet.plan.season import Line, Standing, figures, seasons_of, today_of
from callsheet.run.asks import item_named, tell, with_name
from callsheet.run.names import NotKnown, item_called
from callsheet.run.ports import Memory
from callsheet.run.seasons import record

CARRIED = "item.carried"


class Choice(StrEnum):
    """What becomes of an open promise when its season ends."""

    RENEW = "renew"
    CUT = "cut"
    CARRY = "carry"


@dataclass(frozen=True, slots=True, kw_only=True)
class Decision:
    """A person's word on one item, named by its key or its ticket's.

    `due_on` comes with a renewal, `because` with a cut.
    """

    word: str
    choice: Choice
    due_on: date | None = None
    because: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Closing:
    """What was decided, by choice, and what is still open without a word on it. `closed`: nothing is."""

    season: Season
    done: Mapping[Choice, tuple[ActionItem, ...]]
    undecided: tuple[Line, ...]

    @property
    def closed(self) -> bool:
        """Whether everything in it is decided."""
        return not self.undecided


class Undecidable(ValueError):
    """Decisions that can't be followed; `problems` are all of them, in words that say what to write."""

    def __init__(self, problems: Iterable[str]) -> None:
        self.problems = tuple(problems)
        super().__init__("; ".join(self.problems))


def undecided(memory: Memory, season: Season, rules: Rules, now: datetime) -> tuple[Line, ...]:
    """The season's open promises that nobody has carried yet, by priority, then date."""
    return not_carried(memory, season, figures(season, record(memory), rules, now).lines)


def not_carried(memory: Memory, season: Season, lines: Iterable[Line]) -> tuple[Line, ...]:
    """Those of the season's lines that are open and that nobody has carried yet, by priority, then date."""
    waiting = [line for line in lines if line.standing in {Standing.OPEN, Standing.DRIFTED}]
    told = memory.ledger(*(line.promise.item.key for line in waiting))
    carried = {entry.subject for entry in told if entry.event == CARRIED and entry.detail == season.name}
    return tuple(sorted((line for line in waiting if line.promise.item.key not in carried), key=_by_priority))


def _by_priority(line: Line) -> tuple[str, date, str]:
    item = line.promise.item
    return item.terms.priority or "P9", line.due_on, item.key


def waiting_seasons(memory: Memory, rules: Rules, now: datetime) -> tuple[Season, ...]:
    """The seasons that are over and have something undecided, oldest first."""
    known = record(memory)
    over = (each for each in seasons_of(known, rules, now) if not_over(each, rules, now) is None)
    return tuple(each for each in over if not_carried(memory, each, figures(each, known, rules, now).lines))


def not_over(season: Season, rules: Rules, now: datetime) -> str | None:
    """Why nothing is decided in it yet, and what can be done until then; None once its last day has passed."""
    today, ends_on = today_of(rules, now), season.ends_on.isoformat()
    if today < season.starts_on:
        return f"{season.name} has not begun; close it when it ends, on {ends_on}"
    if today <= season.ends_on:
        return (
            f"{season.name} is not over: its last day is {ends_on}, and until then promises are kept and made in it. "
            "Close it after that; until then drop a promise (`callsheet drop`), or change its date"
        )
    return None


def season_to_decide(memory: Memory, word: str, rules: Rules, now: datetime) -> Season | None:
    """The season that is over while the item of that name is open, and nobody has said what becomes of it."""
    item = item_called(memory, word)
    if item is None or not item.open or item.ticket_id is None or item.terms.due_on is None:
        return None
    season = rules.seasons.of(item.terms.due_on)
    carried = any(entry.event == CARRIED and entry.detail == season.name for entry in memory.ledger(item.key))
    return None if carried or not_over(season, rules, now) else season


def close(
    memory: Memory,
    season: Season,
    decisions: Iterable[Decision],
    rules: Rules,
    now: datetime,
    *,
    carry_rest: bool = False,
    by: str | None = None,
    unread: Iterable[str] = (),
) -> Closing:
    """Follow the decisions, all or none; `carry_rest`: what is not named is carried.

    Raises Undecidable with everything that is wrong with them, or where the season is not over; `unread` is what is
    known to be wrong before.
    """
    if too_early := not_over(season, rules, now):
        raise Undecidable([too_early])
    done: dict[Choice, list[ActionItem]] = {choice: [] for choice in Choice}
    with memory.transaction():
        waiting = {line.promise.item.key: line for line in undecided(memory, season, rules, now)}
        problems = list(unread)
        decided: dict[str, Decision] = {}
        for decision in decisions:
            key, problem = _checked(memory, decision, season, waiting, rules, today_of(rules, now))
            if problem is None and key in decided:
                problem = f"{decision.word} is decided on twice; leave one of the two out"
            problems += [problem] if problem else []
            decided[key] = decision
        if problems:
            raise Undecidable(problems)
        if carry_rest:
            decided = {key: Decision(word=key, choice=Choice.CARRY) for key in waiting} | decided
        for key, decision in decided.items():
            done[decision.choice].append(_follow(memory, waiting[key].promise.item, decision, season, now, by))
        left = tuple(line for key, line in waiting.items() if key not in decided)
        if not left:
            memory.close_season(season.name, today_of(rules, now))
    return Closing(season=season, done={choice: tuple(items) for choice, items in done.items()}, undecided=left)


def _checked(
    memory: Memory, decision: Decision, season: Season, waiting: Mapping[str, Line], rules: Rules, today: date
) -> tuple[str, str | None]:
    """The item's key, and what is wrong with the decision."""
    try:
        item = item_named(memory, decision.word)
    except NotKnown as error:
        return decision.word, str(error)
    key = item.key
    if key not in waiting:
        return key, f"{decision.word} {_why_not(item, season, rules)}; leave it out"
    # The season is over, so this is a later one's day, too.
    if decision.choice is Choice.RENEW and (decision.due_on is None or decision.due_on < today):
        return key, f"{decision.word}: a renewed promise needs a new date, {today.isoformat()} or later"
    if decision.choice is Choice.CUT and not (decision.because or "").strip():
        return key, f"{decision.word}: say why it is cut"
    return key, None


def _why_not(item: ActionItem, season: Season, rules: Rules) -> str:
    """Why there is nothing to decide about an item."""
    if not item.open:
        return "is done" if item.status is ItemStatus.DONE else "was given up already"
    if item.ticket_id is None:
        return "has no ticket, so it is no promise yet"
    own = rules.seasons.of(item.terms.due_on) if item.terms.due_on else season
    return f"counts in {own.name}" if own != season else f"was carried out of {season.name} already"


def _follow(
    memory: Memory, item: ActionItem, decision: Decision, season: Season, now: datetime, by: str | None
) -> ActionItem:
    after, event, detail = _decided(item, decision, season)
    memory.save_items([after])
    memory.mark([item.incident_id])
    tell(memory, now, event, item.key, detail if event == CARRIED else with_name(detail, by))
    return after


def _decided(item: ActionItem, decision: Decision, season: Season) -> tuple[ActionItem, str, str]:
    """The item afterwards, and how the ledger tells it. A carried one stays as it is, and shows as drifted."""
    match decision.choice:
        case Choice.RENEW:
            assert decision.due_on is not None  # noqa: S101 - a renewal without a date was refused above
            renewed = replace(
                item,
                terms=replace(item.terms, due_on=decision.due_on),
                due_reason=DueReason.RENEWED,
                cleared=tuple(name for name in item.cleared if name is not Field.DUE_ON),
            )
            return renewed, "item.renewed", f"{season.name}: due on {decision.due_on.isoformat()}"
        case Choice.CUT:
            because = (decision.because or "").strip()
            cut = replace(item, status=ItemStatus.DROPPED, status_because=because)
            return cut, "item.cut", f"{season.name}: {because}"
        case Choice.CARRY:
            return item, CARRIED, season.name
