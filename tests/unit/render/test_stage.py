"""The timeline's drawing: who stands in which lane, what lies where, and what is left to the words."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from callsheet.model.postmortem import Beat, PlotKind, PlotPoint
from callsheet.render.stage import LANE, LEFT, LIFT, RIGHT, WIDE, WIDTH, Drawing, MarkKind, drawing
from tests.unit.render.story import postmortem

START = postmortem().impact.started_at


def beat(minute: float, who: str = "Ana", **given: Any) -> Beat:
    return Beat(**{"at": START + timedelta(minutes=minute), "who": who, "action": "noted", "by_person": True, **given})


def drawn(*beats: Beat, minutes: float | None = 60, plot: tuple[PlotPoint, ...] = ()) -> Drawing:
    story = postmortem()
    impact = replace(story.impact, ended_at=START + timedelta(minutes=minutes) if minutes is not None else None)
    found = drawing(replace(story, impact=impact, beats=beats, plot=plot, cast=()))
    assert found
    return found


def test_each_actor_has_a_lane_in_the_order_of_their_entrance() -> None:
    found = drawn(beat(1, "Ana"), beat(2, "Ben"), beat(3, "Ana"))

    assert [lane.name for lane in found.lanes] == ["Ana", "Ben"]
    assert found.lanes[0].y < found.lanes[1].y
    assert found.lanes[0].x1 < found.lanes[0].x2
    assert found.lanes[1].x1 == found.lanes[1].x2


def test_time_runs_from_left_to_right() -> None:
    found = drawn(*(beat(minute) for minute in (0, 10, 30, 60)))
    xs = [mark.x for mark in found.marks]

    assert xs == sorted(xs)
    assert LEFT <= xs[0] <= xs[-1] <= WIDTH - RIGHT
    assert (xs[2] - xs[0]) / (xs[3] - xs[0]) == pytest.approx(0.5, abs=0.01)


@pytest.mark.parametrize(
    ("given", "kind"),
    [
        ({}, MarkKind.ACT),
        ({"belief": "I was sure"}, MarkKind.BELIEF),
        ({"question": "What did you think?"}, MarkKind.QUESTION),
        ({"by_person": False}, MarkKind.SYSTEM),
        ({"by_person": False, "belief": "sure"}, MarkKind.SYSTEM),
    ],
)
def test_a_mark_says_what_it_is(given: dict[str, object], kind: MarkKind) -> None:
    (mark,) = drawn(beat(5, **given)).marks
    assert mark.kind is kind


def test_a_mark_tells_the_belief_before_the_observation_and_counts_what_it_stands_for() -> None:
    (mark,) = drawn(beat(5, belief="I was sure", observation="all of it", folded=(("page", 2), ("alert", 1)))).marks
    assert mark.told.endswith("Ana noted: “I was sure” (and 3 quieter)")


def test_marks_that_would_lie_on_each_other_are_one_that_counts_them() -> None:
    found = drawn(beat(5), beat(5.1), beat(5.2), beat(5.1, "Ben"), beat(5.1, belief="I was sure"), beat(20))

    assert [mark.kind for mark in found.marks] == [MarkKind.ACT, MarkKind.ACT, MarkKind.BELIEF, MarkKind.ACT]
    assert found.marks[0].told.endswith("(and 2 more close by)")


def test_what_lies_far_from_the_incident_is_counted_and_not_drawn() -> None:
    found = drawn(beat(-600, "Rogue deploy"), beat(5), beat(5000, "Grace"))

    assert [lane.name for lane in found.lanes] == ["Ana"]
    assert found.left_out == 2


def test_what_came_shortly_before_is_drawn() -> None:
    assert [lane.name for lane in drawn(beat(-10, "Rogue deploy"), beat(5)).lanes] == ["Rogue deploy", "Ana"]


def test_silence_has_no_lane() -> None:
    assert [lane.name for lane in drawn(beat(5), beat(9, "Nobody", by_person=False)).lanes] == ["Ana"]


@pytest.mark.parametrize("minutes", [0, 1, 7, 60, 600, 10_000, 500_000])
def test_there_are_a_few_round_times_whatever_it_lasted(minutes: float) -> None:
    found = drawn(beat(0), minutes=minutes)

    assert 1 <= len(found.ticks) <= 10
    assert len({label for _, label in found.ticks}) == len(found.ticks)


def test_an_incident_that_goes_on_ends_where_the_record_does() -> None:
    found = drawn(beat(0), beat(30), minutes=None)
    assert found.ends is None
    assert found.marks[-1].x < WIDTH - RIGHT


def test_near_plot_points_are_told_at_two_heights() -> None:
    at = [START + timedelta(minutes=minute) for minute in (1, 2, 50)]
    kinds = (PlotKind.LEAD_UP, PlotKind.CLIMAX, PlotKind.RESOLUTION)
    plot = tuple(PlotPoint(kind=kind, at=when, beat=None, why="") for kind, when in zip(kinds, at, strict=True))

    assert [turn.row for turn in drawn(beat(1), plot=plot).turns] == [0, 1, 0]


def test_nothing_on_record_is_no_drawing() -> None:
    assert drawing(replace(postmortem(), beats=())) is None


def test_a_question_stands_above_the_belief_that_it_would_cover() -> None:
    belief, near, far = drawn(
        beat(5, belief="I was sure"), beat(5.5, question="What now?"), beat(30, question="And then?")
    ).marks
    assert (belief.kind, near.kind) == (MarkKind.BELIEF, MarkKind.QUESTION)
    assert near.x - belief.x < WIDE
    assert (near.y, far.y) == (belief.y - LIFT, belief.y)
    assert LIFT + 8 <= LANE / 2


def test_a_question_in_another_lane_stays_in_its_own() -> None:
    _, other = drawn(beat(5, belief="I was sure"), beat(5, "Ben", question="What now?")).marks
    assert other.y == drawn(beat(5), beat(5, "Ben")).lanes[1].y
