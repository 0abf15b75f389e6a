"""`/plan`: what the next cycle would do, asked for once a minute at most, told at once, also while a side is down."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path

from callsheet.connect.errors import Transient
from callsheet.run.rehearsal import Rehearsal
from callsheet.web.rehearsals import USABLE
from tests.unit.run.world import World
from tests.unit.web.house import Page, Web, opened
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


class Slow:
    """A side that takes its time: a rehearsal ends when it may."""

    def __init__(self, world: World) -> None:
        self.world, self.asked = world, 0
        self.may_end = threading.Event()

    def __call__(self) -> Rehearsal:
        self.asked += 1
        assert self.may_end.wait(20)
        return rehearsed(self.world)


@contextmanager
def slow_house(folder: Path) -> Iterator[tuple[Web, Slow]]:
    world = World(folder).born()
    slow = Slow(world)
    with opened(folder, now=world.clock.now(), rehearse=slow) as web:
        try:
            yield web, slow
        finally:
            slow.may_end.set()


def when_drawn(web: Web) -> Page:
    """The page once the plan is there."""
    for _ in range(20):
        page = web.browse("/plan")
        if "being drawn up" not in page.text:
            return page
    raise AssertionError(page.text)


def test_who_comes_before_there_is_a_plan_is_told_at_once_and_looks_again(tmp_path: Path) -> None:
    with slow_house(tmp_path) as (web, slow):
        pages = [web.browse("/plan") for _ in range(3)]
        for page in pages:
            assert (page.status, page.headers["refresh"]) == (200, "3")
            assert "The plan is being drawn up" in read(page.text).text
        slow.may_end.set()
        told = when_drawn(web)
    assert ("refresh" in told.headers, "Nothing, as far as can be seen" in told.text, slow.asked) == (False, True, 1)


def test_who_comes_while_a_new_one_is_drawn_up_reads_the_last_one_with_its_time(tmp_path: Path) -> None:
    with slow_house(tmp_path) as (web, slow):
        slow.may_end.set()
        when_drawn(web)
        slow.may_end.clear()
        web.clock.advance(timedelta(seconds=61))
        page = web.browse("/plan")
        told = read(page.text)
        at = slow.world.clock.now().strftime("%Y-%m-%d at %H:%M:%S")
        assert (page.status, "refresh" in page.headers) == (200, False)
        assert f"Planned on {at} UTC" in told.text
        assert "A newer one is being drawn up: look again" in told.text
        assert "/plan" in told.links()
        assert slow.asked == 2


def test_a_rehearsal_that_breaks_is_told_and_not_begun_again_at_once(tmp_path: Path) -> None:
    asked: list[None] = []

    def broken() -> Rehearsal:
        asked.append(None)
        raise OSError("no room for <b>a copy</b>")

    with opened(tmp_path, rehearse=broken) as web:
        page = web.browse("/plan")
        assert page.status == 200
        assert "came to nothing: OSError: no room for <b>a copy</b>" in read(page.text).text
        web.browse("/plan")
        assert len(asked) == 1
        problem = web.get("/api/v1/plan")
        assert (problem[0], "could not be drawn up" in problem[1]["detail"]) == (503, True)
        web.clock.advance(timedelta(seconds=61))
        web.browse("/plan")
        assert len(asked) == 2


def test_after_a_failure_the_last_plan_is_still_there(tmp_path: Path) -> None:
    world = World(tmp_path).born()
    with slow_house(tmp_path) as (web, slow):
        slow.may_end.set()
        when_drawn(web)
        slow.world = None
        web.clock.advance(timedelta(seconds=61))
        told = read(when_drawn(web).text).text
    assert "came to nothing" in told
    assert f"Planned on {world.clock.now():%Y-%m-%d}" in told


def test_programs_are_asked_to_come_back_rather_than_given_an_old_plan(tmp_path: Path) -> None:
    with slow_house(tmp_path) as (web, slow):
        first = web.browse("/api/v1/plan", {"Accept": "*/*"})
        assert (first.status, first.headers["retry-after"]) == (503, "2")
        slow.may_end.set()
        when_drawn(web)
        assert web.get("/api/v1/plan")[1]["effects"] == []
        slow.may_end.clear()
        web.clock.advance(timedelta(seconds=61))
        assert web.get("/api/v1/plan")[0] == 200
        web.clock.advance(USABLE)
        assert web.get("/api/v1/plan")[0] == 503


def test_the_other_pages_go_on_while_many_wait_for_the_plan(tmp_path: Path) -> None:
    with slow_house(tmp_path) as (web, slow):
        crowd = [threading.Thread(target=web.browse, args=("/plan",)) for _ in range(12)]
        for each in crowd:
            each.start()
        assert web.browse("/").status == 200
        for each in crowd:
            each.join(20)
        assert slow.asked == 1
