"""`/plan`: what the next cycle would do, asked for once a minute at most, also while a side is down."""

from __future__ import annotations

import threading
from datetime import timedelta
from pathlib import Path

from callsheet.connect.errors import Transient
from callsheet.run.rehearsal import Rehearsal
from tests.unit.run.world import World
from tests.unit.web.house import opened
from tests.unit.web.reading import read
from tests.unit.web.story import rehearsed


def test_it_shows_what_would_be_filed_and_files_nothing(tmp_path: Path) -> None:
    world = World(tmp_path).born()
    incident = world.filed()
    world.source.say(incident.id, "ACTION: Watch the pool @ana.ferreira due 2026-11-25 P2")
    with opened(tmp_path, now=world.clock.now(), rules=world.rules, rehearse=lambda: rehearsed(world)) as web:
        told = read(web.browse("/plan").text).text

    assert "What the next cycle would do" in told
    assert "Watch the pool" in told
    assert [ticket.title for ticket in world.tracker.tickets] == ["Add an alert"]


def test_a_settled_house_has_nothing_to_do(tmp_path: Path) -> None:
    world = World(tmp_path).born()
    with opened(tmp_path, rehearse=lambda: rehearsed(world)) as web:
        assert "Nothing, as far as can be seen" in read(web.browse("/plan").text).text


def test_a_side_that_is_down_is_named(tmp_path: Path) -> None:
    world = World(tmp_path).born()
    world.tracker.faults.fail("changes", lambda: Transient("<b>nobody there</b>", sent=False), times=9)
    with opened(tmp_path, rehearse=lambda: rehearsed(world)) as web:
        found = web.browse("/plan")
    assert (found.status, "tracker could not be asked: <b>nobody there</b>" in read(found.text).text) == (200, True)


def test_however_often_people_look_both_sides_are_asked_once_a_minute(tmp_path: Path) -> None:
    world, asked = World(tmp_path).born(), []

    def look() -> Rehearsal:
        asked.append(world.clock.now())
        return rehearsed(world)

    with opened(tmp_path, now=world.clock.now(), rehearse=look) as web:
        web.browse("/plan")
        web.browse("/plan")
        assert len(asked) == 1
        world.wait(seconds=61)
        web.clock.advance(timedelta(seconds=61))
        web.browse("/plan")
        assert len(asked) == 2


def test_who_comes_while_somebody_waits_for_a_silent_side_sees_what_there_was(tmp_path: Path) -> None:
    world, going_on, may_end = World(tmp_path).born(), threading.Event(), threading.Event()
    asked: list[None] = []

    def look() -> Rehearsal:
        asked.append(None)
        if len(asked) == 2:
            going_on.set()
            may_end.wait(20)
        return rehearsed(world)

    with opened(tmp_path, now=world.clock.now(), rehearse=look) as web:
        web.browse("/plan")
        web.clock.advance(timedelta(seconds=61))
        first = threading.Thread(target=web.browse, args=("/plan",))
        first.start()
        assert going_on.wait(20)
        assert web.browse("/plan").status == 200
        assert first.is_alive()
        may_end.set()
        first.join(20)
    assert len(asked) == 2
