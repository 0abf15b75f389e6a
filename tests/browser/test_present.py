"""The session view in a real browser: keys, a remote and the clock, and that all is there without the script."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from tests.browser.conftest import DESKTOP, PHONE, Look, comes_true
from tests.unit.web.house import Web, opened
from tests.unit.web.story import lived

pytestmark = pytest.mark.system


@pytest.fixture(scope="module")
def stage(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of a session."""
    folder = tmp_path_factory.mktemp("stage")
    world, incident = lived(folder)
    with opened(folder, now=world.clock.now(), rules=world.rules) as web:
        yield address(web, incident.id)


def address(web: Web, incident_id: str) -> str:
    return f"http://127.0.0.1:{web.port}/incidents/{incident_id}/present"


def shows(page: Page, title: str, number: int) -> None:
    expect(page.get_by_role("heading", level=1)).to_have_text(title)
    expect(page.locator("main > p")).to_contain_text(f"{number} of ")


def test_arrow_keys_turn_the_pages(look: Look, stage: str) -> None:
    with look(size=DESKTOP) as looked:
        page = looked.page
        page.goto(stage)
        page.keyboard.press("ArrowLeft")
        shows(page, "Summary", 1)
        page.keyboard.press("ArrowRight")
        shows(page, "Impact", 2)
        page.keyboard.press("ArrowLeft")
        shows(page, "Summary", 1)
        # Others' keys stay theirs.
        page.keyboard.press("Control+ArrowRight")
        page.get_by_label("A key, a ticket").focus()
        page.keyboard.press("ArrowRight")
        shows(page, "Summary", 1)


@pytest.mark.parametrize(("on", "back"), [("Space", "Shift+Space"), ("PageDown", "PageUp")])
def test_space_and_a_remote_read_on_and_turn_the_page_at_its_end(look: Look, stage: str, on: str, back: str) -> None:
    with look(size=(800, 400)) as looked:
        page = looked.page
        page.goto(f"{stage}?scene=5")
        shows(page, "Timeline: the screenplay", 5)
        page.keyboard.press(on)
        comes_true(page, "scrollY > 0")
        shows(page, "Timeline: the screenplay", 5)
        page.evaluate("scrollTo(0, document.documentElement.scrollHeight)")
        comes_true(page, "scrollY + innerHeight >= document.documentElement.scrollHeight - 1")
        page.keyboard.press(on)
        shows(page, "Plot points", 6)
        comes_true(page, "scrollY === 0")
        page.keyboard.press(back)
        shows(page, "Timeline: the screenplay", 5)


def test_the_drawn_timeline_keeps_its_own_arrow_keys(look: Look, stage: str) -> None:
    with look(size=PHONE) as looked:
        page = looked.page
        page.goto(f"{stage}?scene=5")
        drawing = page.get_by_role("group", name="The timeline, drawn")
        drawing.focus()
        page.keyboard.press("ArrowRight")
        comes_true(page, "document.querySelector('.drawn .wide').scrollLeft > 0")
        shows(page, "Timeline: the screenplay", 5)


def test_the_clock_holds_each_part_against_its_plan_over_the_sections(look: Look, stage: str) -> None:
    with look(size=DESKTOP) as looked:
        page = looked.page
        page.clock.install()
        page.goto(stage)
        clock, curtain = page.get_by_role("timer"), page.locator(".show dd").nth(1)
        expect(clock).to_be_hidden()
        expect(curtain).to_have_text("3 min")
        page.get_by_role("button", name="Start the clock").click()
        expect(clock).to_have_text("1. Curtain: 0 of 3 min")
        page.clock.run_for("02:00")
        page.keyboard.press("ArrowRight")
        shows(page, "Impact", 2)
        page.clock.run_for("02:30")
        expect(clock).to_have_text("1. Curtain: 4 of 3 min")
        expect(curtain).to_have_class("late")
        page.goto(f"{stage}?scene=5")
        expect(clock).to_have_text("2. Reenactment: 0 of 10 min")
        expect(curtain).to_have_text("4 of 3 min")
        # The machine slept through lunch.
        page.clock.fast_forward("01:00:00")
        expect(clock).to_have_text("2. Reenactment: 0 of 10 min")
        page.get_by_role("button", name="Stop the clock").click()
        expect(clock).to_be_hidden()
        expect(curtain).to_have_text("3 min")
        page.reload()
        expect(page.get_by_role("button", name="Start the clock")).to_be_visible()


def test_nobody_is_read_the_clock_aloud(look: Look, stage: str) -> None:
    with look() as looked:
        looked.page.goto(stage)
        looked.page.get_by_role("button", name="Start the clock").click()
        # A timer is quiet by itself; a live region would not be.
        assert looked.page.locator("[aria-live], [role=status], [role=alert], [role=log]").count() == 0
        assert Axe().run(looked.page).response["violations"] == []


@pytest.mark.parametrize("size", [DESKTOP, PHONE], ids=["desk", "phone"])
def test_without_script_it_is_whole_and_offers_nothing_that_does_not_work(
    look: Look, stage: str, size: tuple[int, int]
) -> None:
    with look(size=size, script=False) as looked:
        page = looked.page
        page.goto(stage)
        expect(page.get_by_text("Start the clock")).to_be_hidden()
        expect(page.get_by_text("Arrow keys turn the page")).to_be_hidden()
        page.get_by_role("navigation", name="Sections").get_by_role("link", name="Impact").click()
        shows(page, "Impact", 2)
        expect(page.locator(".show [aria-current=step]")).to_contain_text("Curtain")
