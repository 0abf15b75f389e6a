"""The sandbox's time: ticks, jumps, freezes, and never runs back."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from callsheet.sandbox.clock import Clock, parse_duration, parse_instant

START = datetime(2026, 11, 2, 9, tzinfo=UTC)


class Wall:
    """A wall clock that a test moves."""

    def __init__(self) -> None:
        self.moment = datetime(2030, 1, 1, tzinfo=UTC)

    def __call__(self) -> datetime:
        return self.moment


def test_it_ticks_with_the_wall_and_adds_every_advance() -> None:
    wall = Wall()
    clock = Clock(START, tick=True, wall=wall)
    wall.moment += timedelta(seconds=5)
    clock.advance(timedelta(days=3))
    assert clock.now() == START + timedelta(days=3, seconds=5)


def test_frozen_it_moves_by_advances_only_and_thawed_it_goes_on_from_there() -> None:
    wall = Wall()
    clock = Clock(START, tick=True, wall=wall)
    clock.freeze(True)
    wall.moment += timedelta(hours=1)
    clock.advance(timedelta(minutes=2))
    assert clock.now() == START + timedelta(minutes=2)
    clock.freeze(False)
    wall.moment += timedelta(seconds=1)
    assert clock.now() == START + timedelta(minutes=2, seconds=1)


def test_it_never_runs_back() -> None:
    clock = Clock(START, tick=False)
    with pytest.raises(ValueError, match="forward"):
        clock.set(START - timedelta(seconds=1))


def test_a_dumped_clock_goes_on_in_another_process_as_if_it_had_ticked_meanwhile() -> None:
    wall = Wall()
    clock = Clock(START, tick=True, wall=wall)
    clock.advance(timedelta(days=1))
    state = clock.dump()
    wall.moment += timedelta(hours=2)
    later = Clock(START, tick=True, wall=wall)
    later.restore(state)
    assert later.now() == START + timedelta(days=1, hours=2)


@pytest.mark.parametrize(
    ("text", "seconds"), [("90s", 90), ("15m", 900), ("36h", 129_600), ("30d", 2_592_000), ("2w", 1_209_600)]
)
def test_durations_are_written_with_one_unit(text: str, seconds: int) -> None:
    assert parse_duration(text).total_seconds() == seconds


def test_a_nonsense_duration_says_how_to_write_one() -> None:
    with pytest.raises(ValueError, match="90s, 15m"):
        parse_duration("soon")


def test_instants_without_an_offset_are_utc() -> None:
    assert parse_instant("2026-11-02T09:00:00") == parse_instant("2026-11-02T10:00:00+01:00") == START
