"""How a season went: what was promised for it and what became of that, as figures. From the store's record, pure."""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from enum import StrEnum
from statistics import median
from zoneinfo import ZoneInfo

from callsheet.model.action_item import ActionItem, ItemStatus
from callsheet.model.incident import Incident
from callsheet.model.person import Person
from callsheet.model.season import Season
from callsheet.model.span import span
from callsheet.plan.earlier import Earlier, after_stopgap, on_open_promise
from callsheet.plan.routing import calendar_for
from callsheet.plan.rules import Rules
from callsheet.plan.turns import CastTally, Turn, tally

DAY = 24 * 60 * 60
NO_TEAM = "no team"
NO_KIND = "not said"
TREND = 6


class Standing(StrEnum):
    """What became of a promise in one season, in the order of bars; a season's promises are the sum of these."""

    KEPT = "kept"
    KEPT_LATE = "kept_late"
    RENEWED = "renewed"
    CUT = "cut"
    DRIFTED = "drifted"
    OPEN = "open"

    @property
    def words(self) -> str:
        """What people call it."""
        return self.value.replace("_", " ")


@dataclass(frozen=True, slots=True, kw_only=True)
class Promise:
    """An item that was filed or adopted. `dates` are all due dates that it and its ticket ever agreed on.

    `filed_at` is None where its ticket is no longer there.
    """

    item: ActionItem
    incident: Incident
    dates: tuple[date, ...] = ()
    filed_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Investigation:
    """An incident whose post-mortem is live; `backfilled` ones ended before Callsheet's first cycle.

    `reviewed`: the review was held; `causes`: somebody wrote down what brought it about. `draft`: the document is
    neither final, nor is its review waived; `summary`: a person wrote its summary, or said that ours is right.
    """

    incident: Incident
    opened_at: datetime
    backfilled: bool = False
    reviewed: bool = False
    causes: bool = False
    draft: bool = True
    summary: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Record:
    """All that figures are drawn from. `closed` are the seasons that people closed, and when.

    `turns` tell who managed the incidents; their figures are left out where nobody asked for them.
    """

    promises: tuple[Promise, ...] = ()
    investigations: tuple[Investigation, ...] = ()
    closed: Mapping[str, date] = field(default_factory=dict)
    turns: tuple[Turn, ...] = ()
    people: tuple[Person, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Tally:
    """promised = kept + kept_late + cut + renewed + drifted + open. `overdue` are the late ones of the last two."""

    promised: int = 0
    kept: int = 0
    kept_late: int = 0
    cut: int = 0
    renewed: int = 0
    drifted: int = 0
    open: int = 0
    overdue: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Days:
    """Medians in days, from the trigger of the incident or from the filing; None where there is nothing to measure."""

    incident_to_postmortem: float | None = None
    incident_to_filed: float | None = None
    incident_to_done: float | None = None
    filed_to_done: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Investigated:
    """How whole the investigations of the season's incidents are. `minutes_to_resolve` is a median.

    `complete`: the review was held and causes are stated.
    """

    incidents: int = 0
    reviewed: int = 0
    causes: int = 0
    complete: int = 0
    minutes_to_resolve: float | None = None

    @property
    def time_to_resolve(self) -> str | None:
        """That median in words, `1 h 14 min`, as lengths of time are told everywhere."""
        return None if self.minutes_to_resolve is None else span(timedelta(minutes=self.minutes_to_resolve))


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One promise in one season. `due_on` is the date by which it counts there; `late` that it is open and past it."""

    promise: Promise
    season: Season
    standing: Standing
    due_on: date
    late: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Figures:
    """One season. `over` when its last day has passed; `carried_in` are what drifted from earlier seasons.

    `repeats_on_open_promises` are incidents on a service that still had an open promise from an earlier one;
    `repeats_after_stopgap` those on a service where an earlier one was answered by a stopgap and no root fix was done.
    `casting` is by priority: totals without names.
    """

    season: Season
    over: bool
    total: Tally
    by_team: Mapping[str, Tally]
    by_service: Mapping[str, Tally]
    by_kind: Mapping[str, Tally]
    days: Days
    investigated: Investigated
    repeats_on_open_promises: int
    repeats_after_stopgap: int
    carried_in: int
    closed_on: date | None
    lines: tuple[Line, ...]
    casting: Mapping[str, CastTally] = field(default_factory=dict)


def figures(season: Season, record: Record, rules: Rules, now: datetime) -> Figures:
    """What the season comes to at `now` (aware). Days are counted where each incident's people are."""
    return _figures(season, record, every_line(record, rules, now), Earlier(record.promises), rules, now)


def every_line(record: Record, rules: Rules, now: datetime) -> tuple[Line, ...]:
    """Each promise in each season in which it counts."""
    return tuple(line for promise in record.promises for line in lines_of(promise, rules, now))


def _figures(
    season: Season, record: Record, every: tuple[Line, ...], earlier: Earlier, rules: Rules, now: datetime
) -> Figures:
    mine = tuple(line for line in every if line.season.name == season.name)
    began = tuple(each for each in record.investigations if _season_of(each, rules) == season)
    return Figures(
        season=season,
        over=today_of(rules, now) > season.ends_on,
        total=_tally(mine),
        by_team=_tallies(mine, team_of),
        by_service=_tallies(mine, lambda line: line.promise.incident.service.name),
        by_kind=_tallies(mine, lambda line: line.promise.item.kind or NO_KIND),
        days=_days(mine, began),
        investigated=_investigated(began),
        repeats_on_open_promises=sum(on_open_promise(each.incident, earlier) for each in began),
        repeats_after_stopgap=sum(after_stopgap(each.incident, earlier) for each in began),
        carried_in=sum(_drifted(line) and line.season.ends_on < season.starts_on for line in every),
        closed_on=_closed_on(season, record),
        lines=mine,
        casting=tally(
            (turn for turn in record.turns if rules.seasons.of(_day(turn.incident.created_at, turn, rules)) == season),
            {person.id: person for person in record.people},
            rules.casting,
        ),
    )


def _closed_on(season: Season, record: Record) -> date | None:
    """When it was closed. What was closed before its end, as was possible once, is to be closed again after it."""
    day = record.closed.get(season.name)
    return day if day and day > season.ends_on else None


def seasons_of(record: Record, rules: Rules, now: datetime) -> tuple[Season, ...]:
    """The seasons that something was promised for, and the present one, oldest first."""
    return seasons_in(every_line(record, rules, now), rules, now)


def seasons_in(every: Iterable[Line], rules: Rules, now: datetime) -> tuple[Season, ...]:
    """The same, of lines."""
    found = {line.season for line in every}
    found.add(rules.seasons.of(today_of(rules, now)))
    return tuple(sorted(found, key=lambda season: (season.starts_on, season.name)))


def trend(
    season: Season, record: Record, rules: Rules, now: datetime, every: tuple[Line, ...] | None = None
) -> tuple[Figures, ...]:
    """The season and those before it that something was promised for, oldest first; six at most.

    `every` are all lines of the record, where they are known already.
    """
    every, earlier = every_line(record, rules, now) if every is None else every, Earlier(record.promises)
    before = [each for each in seasons_in(every, rules, now) if each.starts_on < season.starts_on]
    return tuple(_figures(each, record, every, earlier, rules, now) for each in (*before[1 - TREND :], season))


# | the promise's dates              | season of its date         | seasons of its earlier dates |
# | one                              | what became of it, below   | -                            |
# | moved on into a later season     | what became of it          | renewed                      |
# | moved back                       | what became of it          | -                            |
# | cleared in the tracker           | as if it had its last one  | as above                     |
def lines_of(promise: Promise, rules: Rules, now: datetime) -> tuple[Line, ...]:
    """The seasons in which a promise counts; none for one that never had a date."""
    item = promise.item
    due_on = item.terms.due_on or max(promise.dates, default=None)
    if due_on is None:
        return ()
    season = rules.seasons.of(due_on)
    before = {was: day for day in sorted(promise.dates) if (was := rules.seasons.of(day)).starts_on < season.starts_on}
    made_on = _day(item.noted_at, promise, rules) if before else due_on
    # A date that had passed when the promise was made was a slip of the pen, and no season's.
    renewed = [
        Line(promise=promise, season=was, standing=Standing.RENEWED, due_on=day)
        for was, day in before.items()
        if was.ends_on >= made_on
    ]
    today = _day(now, promise, rules)
    standing = _standing(promise, due_on, season, today, rules)
    late = item.open and due_on < today
    return (*renewed, Line(promise=promise, season=season, standing=standing, due_on=due_on, late=late))


# | item     | and                         | standing  |
# | dropped  |                             | cut       |
# | done     | by its date                 | kept      |
# | done     | after it                    | kept late |
# | open     | its season is over          | drifted   |
# | open     | its season goes on          | open      |
def _standing(promise: Promise, due_on: date, season: Season, today: date, rules: Rules) -> Standing:
    item = promise.item
    if item.status is ItemStatus.DROPPED:
        return Standing.CUT
    if item.status is ItemStatus.DONE:
        late = item.closed_at is not None and _day(item.closed_at, promise, rules) > due_on
        return Standing.KEPT_LATE if late else Standing.KEPT
    return Standing.DRIFTED if today > season.ends_on else Standing.OPEN


def _drifted(line: Line) -> bool:
    """Whether it is open after its season. What still can be kept in its own season is carried into no other."""
    return line.standing is Standing.DRIFTED


def team_of(line: Line) -> str:
    """The team that a promise counts for: the incident's first."""
    teams = line.promise.incident.teams
    return teams[0].name if teams else NO_TEAM


def open_first(line: Line) -> tuple[bool, date, str]:
    """Sorts what is still to be kept before the rest, by date."""
    return not line.promise.item.open, line.due_on, line.promise.item.key


def _tally(lines: Iterable[Line]) -> Tally:
    given = tuple(lines)
    counts = Counter(line.standing.value for line in given)
    return Tally(promised=len(given), overdue=sum(line.late for line in given), **counts)


def _tallies(lines: Iterable[Line], part: Callable[[Line], str]) -> Mapping[str, Tally]:
    """By a part of the whole: the largest first, then by name."""
    groups: dict[str, list[Line]] = {}
    for line in lines:
        groups.setdefault(part(line), []).append(line)
    ordered = sorted(groups.items(), key=lambda group: (-len(group[1]), group[0].casefold()))
    return {name: _tally(group) for name, group in ordered}


def _days(lines: tuple[Line, ...], began: tuple[Investigation, ...]) -> Days:
    """Renewed promises are measured in their new season. Post-mortems of the past all opened on day one: left out."""
    promises = [line.promise for line in lines if line.standing is not Standing.RENEWED]
    filed = [(p.incident.created_at, p.filed_at) for p in promises if p.filed_at]
    done = [p for p in promises if p.item.status is ItemStatus.DONE and p.item.closed_at]
    return Days(
        incident_to_postmortem=_median((e.incident.created_at, e.opened_at) for e in began if not e.backfilled),
        incident_to_filed=_median(filed),
        incident_to_done=_median((p.incident.created_at, p.item.closed_at) for p in done),
        filed_to_done=_median((p.filed_at, p.item.closed_at) for p in done if p.filed_at),
    )


def _median(spans: Iterable[tuple[datetime, datetime | None]]) -> float | None:
    """In days. Nothing takes less than none: a ticket may be older than the incident that it was taken over for."""
    found = [max(0.0, (end - start).total_seconds() / DAY) for start, end in spans if end]
    return round(median(found), 1) if found else None


def _investigated(began: tuple[Investigation, ...]) -> Investigated:
    spans = [each.incident.duration for each in began]
    minutes = [each.total_seconds() / 60 for each in spans if each is not None]
    return Investigated(
        incidents=len(began),
        reviewed=sum(each.reviewed for each in began),
        causes=sum(each.causes for each in began),
        complete=sum(each.reviewed and each.causes for each in began),
        minutes_to_resolve=round(median(minutes), 0) if minutes else None,
    )


def today_of(rules: Rules, now: datetime) -> date:
    """The day that seasons begin and end by, in the zone of the policy's calendar."""
    return now.astimezone(ZoneInfo(rules.calendar.zone)).date()


def _season_of(each: Investigation, rules: Rules) -> Season:
    return rules.seasons.of(_day(each.incident.created_at, each, rules))


def _day(at: datetime, where: Promise | Investigation | Turn, rules: Rules) -> date:
    """The date where the incident's people are."""
    return at.astimezone(ZoneInfo(calendar_for(where.incident, rules).zone)).date()
