"""The timeline as a drawing: people by lane, time by x, what they did and believed as marks. Numbers, no markup."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final

from callsheet.document.markdown import clip
from callsheet.model.postmortem import Beat, CastMember, PlotPoint, Postmortem
from callsheet.plan.silence import NOBODY
from callsheet.render.times import Clock

WIDTH: Final = 1000
LEFT: Final = 190
RIGHT: Final = 20
TOP: Final = 34
LANE: Final = 38
FOOT: Final = 30
# Less than half a mark: one on the other.
NEAR: Final = 5
# A belief and the ring of a question side by side; how far the ring is lifted, within its lane, where it has no room.
WIDE: Final = 16
LIFT: Final = 11
LONGEST_NAME: Final = 24
LONGEST_TOLD: Final = 240
# What came long before is told in words; drawn, it would squeeze the night itself into a corner.
LEAD: Final = 0.4
TAIL: Final = 0.06
STEPS: Final = tuple(timedelta(minutes=minutes) for minutes in (1, 2, 5, 10, 15, 30, 60, 120, 240, 480, 1440))
MOST_TICKS: Final = 9


class MarkKind(StrEnum):
    """What a mark stands for."""

    ACT = "act"
    BELIEF = "belief"
    QUESTION = "question"
    SYSTEM = "system"


@dataclass(frozen=True, slots=True, kw_only=True)
class Mark:
    """One beat. `told` is what it says to who points at it."""

    x: float
    y: float
    kind: MarkKind
    told: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Lane:
    """One actor. From `x1` to `x2` they are on stage."""

    name: str
    y: float
    x1: float
    x2: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Turn:
    """A plot point. `row` is 0 or 1: its label stands higher where the one before is near."""

    x: float
    label: str
    anchor: str
    row: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Drawing:
    """All of it, in a box of `width` to `height`. `left_out` beats lie too far from the incident to be drawn."""

    width: int
    height: int
    lanes: tuple[Lane, ...]
    marks: tuple[Mark, ...]
    ticks: tuple[tuple[float, str], ...]
    turns: tuple[Turn, ...]
    begins: float
    ends: float | None
    left_out: int


@dataclass(frozen=True, slots=True)
class _Scale:
    """Time to x."""

    start: datetime
    end: datetime

    def __call__(self, at: datetime) -> float:
        share = (at - self.start) / (self.end - self.start)
        return round(LEFT + (WIDTH - LEFT - RIGHT) * min(max(share, 0.0), 1.0), 1)

    def __contains__(self, at: datetime) -> bool:
        return self.start <= at <= self.end


def drawing(story: Postmortem) -> Drawing | None:
    """The drawing of a post-mortem's beats; None where nothing is on record."""
    if not story.beats:
        return None
    scale = _scale(story)
    told = [beat for beat in story.beats if beat.who != NOBODY]
    seen = [beat for beat in told if beat.at in scale]
    if not seen:
        return None
    names = tuple(dict.fromkeys(beat.who for beat in seen))
    height = TOP + LANE * len(names) + FOOT
    rows = {name: TOP + LANE * number + LANE / 2 for number, name in enumerate(names)}
    clock = Clock(story.time_zone, story.impact.started_at)
    return Drawing(
        width=WIDTH,
        height=height,
        lanes=tuple(_lane(name, rows[name], seen, story.cast, scale) for name in names),
        marks=_lifted(tuple(_mark(heap, rows[heap[0].who], scale, clock) for heap in _heaps(seen, scale))),
        ticks=tuple(_ticks(scale)),
        turns=_turns([point for point in story.plot if point.at and point.at in scale], scale),
        begins=scale(story.impact.started_at),
        ends=scale(story.impact.ended_at) if story.impact.ended_at else None,
        left_out=len(told) - len(seen),
    )


def _scale(story: Postmortem) -> _Scale:
    begins = story.impact.started_at
    ends = story.impact.ended_at or max(beat.at for beat in story.beats)
    span = max(ends - begins, timedelta(minutes=5))
    first = min([begins, *(beat.at for beat in story.beats if beat.at >= begins - LEAD * span)])
    return _Scale(first - TAIL / 2 * span, begins + span + TAIL * span)


def _lane(name: str, y: float, beats: Sequence[Beat], cast: Sequence[CastMember], scale: _Scale) -> Lane:
    member = next((each for each in cast if each.name == name and each.entered_at), None)
    own = [beat.at for beat in beats if beat.who == name]
    enters = min([*own, *([member.entered_at] if member and member.entered_at else [])])
    leaves = max([*own, *([member.left_at] if member and member.left_at else [])])
    return Lane(name=clip(name, LONGEST_NAME), y=y, x1=scale(enters), x2=scale(leaves))


def _kind(beat: Beat) -> MarkKind:
    if not beat.by_person:
        return MarkKind.SYSTEM
    return MarkKind.BELIEF if beat.belief else MarkKind.QUESTION if beat.question else MarkKind.ACT


def _heaps(beats: Iterable[Beat], scale: _Scale) -> list[list[Beat]]:
    """The beats of a kind whose marks would lie on each other."""
    found: list[list[Beat]] = []
    last: dict[tuple[str, MarkKind], list[Beat]] = {}
    for beat in beats:
        heap = last.get((beat.who, _kind(beat)))
        if heap and scale(beat.at) - scale(heap[0].at) < NEAR:
            heap.append(beat)
        else:
            last[beat.who, _kind(beat)] = heap = [beat]
            found.append(heap)
    return found


def _mark(heap: Sequence[Beat], y: float, scale: _Scale, clock: Clock) -> Mark:
    """One mark for all of them: it tells the first, and how many follow."""
    beat = heap[0]
    said = f": “{beat.belief or beat.observation}”" if beat.belief or beat.observation else ""
    quieter = sum(number for _, number in beat.folded)
    more = f" (and {quieter} quieter)" if quieter else ""
    told = clip(f"{clock.utc(beat.at)} {beat.who} {beat.action}{said}", LONGEST_TOLD)
    close = f" (and {len(heap) - 1} more close by)" if len(heap) > 1 else ""
    return Mark(x=scale(beat.at), y=y, kind=_kind(beat), told=f"{told}{more}{close}")


def _lifted(marks: Sequence[Mark]) -> tuple[Mark, ...]:
    """The marks with each question above the belief that it would lie on: both are to be seen."""
    beliefs = [(mark.x, mark.y) for mark in marks if mark.kind is MarkKind.BELIEF]

    def on_a_belief(mark: Mark) -> bool:
        return mark.kind is MarkKind.QUESTION and any(y == mark.y and abs(x - mark.x) < WIDE for x, y in beliefs)

    return tuple(replace(mark, y=mark.y - LIFT) if on_a_belief(mark) else mark for mark in marks)


def _ticks(scale: _Scale) -> list[tuple[float, str]]:
    """Round times, in UTC, as many as there is room for; a midnight is told by its date."""
    span = scale.end - scale.start
    days = STEPS[-1] * (span // (STEPS[-1] * MOST_TICKS) + 1)
    step = next((step for step in STEPS if span / step <= MOST_TICKS), days)
    midnight = scale.start.replace(hour=0, minute=0, second=0, microsecond=0)
    at = midnight + step * ((scale.start - midnight) // step + 1)
    found = []
    while at < scale.end:
        found.append((scale(at), f"{at:%H:%M}" if step < STEPS[-1] and at.hour + at.minute else f"{at.day} {at:%b}"))
        at += step
    return found


def _turns(points: Sequence[PlotPoint], scale: _Scale) -> tuple[Turn, ...]:
    found: list[Turn] = []
    for point in sorted((each for each in points if each.at), key=lambda each: each.at or scale.start):
        x = scale(point.at or scale.start)
        before = found[-1] if found else None
        row = 1 - before.row if before and x - before.x < WIDTH / 5 else 0
        anchor = "end" if x > WIDTH * 0.85 else "start"
        found.append(Turn(x=x, label=point.kind.value, anchor=anchor, row=row))
    return tuple(found)
