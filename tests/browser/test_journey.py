"""The whole way of a lead: from a digest's link to their promises, to one of them, to a new date in the tracker."""

from __future__ import annotations

import re
import socket
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime

import pytest
from playwright.sync_api import Page, expect

from callsheet.cli.demo_backstage import Mailbox
from tests.browser.conftest import PHONE, Look
from tests.conftest import StartPlay
from tests.scenario.daemon import ACTION, Play
from tests.scenario_webhooks.daemon import HOUR, living, until

pytestmark = [pytest.mark.system, pytest.mark.timeout(600)]

TOKEN = "a-token-of-thirty-two-characters-or-more"
TITLE = "Alert when the pool is exhausted"
# A Monday morning: the season of the promise is over, and its owner hears of it.
AFTERWARDS = datetime(2027, 1, 4, 9, 0, tzinfo=UTC)
RENEWED = date(2027, 2, 15)


@dataclass(frozen=True)
class Lead:
    """Somebody with an open promise of last season, and the link that their digest of this morning has."""

    play: Play
    link: str


def free_port() -> int:
    with closing(socket.create_server(("127.0.0.1", 0))) as bound:
        return int(bound.getsockname()[1])


@pytest.fixture
def lead(play: StartPlay) -> Iterator[Lead]:
    mailbox, port = Mailbox(), free_port()
    env = {
        **HOUR,
        **mailbox.env(),
        "CALLSHEET_NOTIFIERS": "apprise",
        "CALLSHEET_LISTEN": f"127.0.0.1:{port}",
        "CALLSHEET_PUBLIC_URL": f"http://127.0.0.1:{port}",
        "CALLSHEET_WEB_TOKEN": TOKEN,
    }
    with closing(mailbox):
        p = play(env=env, policy="standing = []\n")
        p.settled()
        p.incident(ACTION)
        p.settled()
        p.box.advance(AFTERWARDS - p.box.now())
        p.settled()
        told = mailbox.to("ana.ferreira")[-1].text
        found = re.search(rf"http://127\.0\.0\.1:{port}/mine\?by=[\w.-]+", told)
        assert found, told
        yield Lead(p, found[0])


@contextmanager
def renewed(lead: Lead) -> Iterator[None]:
    """While somebody renews the promise on the daemon's pages: the store has the new date, and the ticket gets it."""
    with living(lead.play) as daemon:
        before = daemon.cycles()
        yield
        assert lead.play.item(TITLE).terms.due_on == RENEWED
        until(lambda: daemon.cycles() > before, "a cycle, because somebody asked")
        until(lambda: due_in_jira(lead.play) == RENEWED.isoformat(), "the ticket's new date")
    assert "by Ana" in lead.play.cli("explain", lead.play.item(TITLE).key).stdout


def due_in_jira(p: Play) -> object:
    return p.ticket(TITLE)["fields"]["duedate"]


def walk(page: Page, link: str) -> None:
    """As people do: press what they read."""
    page.goto(link)
    expect(page.get_by_role("heading", level=1)).to_contain_text("What Ana Ferreira promised")
    page.get_by_role("link", name=TITLE).click()
    page.get_by_label("Your name or e-mail").fill("Ana")
    page.get_by_label("Token").fill(TOKEN)
    page.get_by_role("button", name="Come in").click()
    expect(page.get_by_role("heading", level=1)).to_have_text(TITLE)
    page.get_by_label("New date").fill(RENEWED.isoformat())
    page.get_by_role("button", name="Renew").click()
    arrived(page)


def arrived(page: Page) -> None:
    expect(page.get_by_role("status")).to_contain_text("Noted.")
    expect(page.locator("main")).to_contain_text(RENEWED.isoformat())
    expect(page.get_by_role("heading", name="Its season is over")).to_have_count(0)


def test_a_lead_renews_a_promise_from_the_link_in_a_digest(look: Look, lead: Lead) -> None:
    with renewed(lead), look() as looked:
        walk(looked.page, lead.link)


def test_all_of_it_works_without_javascript_and_on_a_phone(look: Look, lead: Lead) -> None:
    with renewed(lead), look(script=False, size=PHONE) as looked:
        walk(looked.page, lead.link)


def test_all_of_it_works_from_the_keyboard(look: Look, lead: Lead) -> None:
    with renewed(lead), look() as looked:
        page = looked.page
        page.goto(lead.link)
        press(page, "a", TITLE)
        expect(page.get_by_role("heading", level=1)).to_have_text("Sign in")
        tab_to(page, "input", "name")
        page.keyboard.type("Ana")
        tab_to(page, "input", "token")
        page.keyboard.type(TOKEN)
        page.keyboard.press("Enter")
        expect(page.get_by_role("heading", level=1)).to_have_text(TITLE)
        tab_to(page, "input", "due_on")
        # Month, day, year, as this locale writes them.
        page.keyboard.type(f"{RENEWED:%m%d%Y}")
        press(page, "button", "Renew")
        arrived(page)


def focused(page: Page) -> dict[str, str]:
    """What has the focus, by tag, name and words; and whether one sees that it has."""
    found: dict[str, str] = page.evaluate(
        "(e => ({tag: e.tagName.toLowerCase(), name: e.getAttribute('name') || '', words: e.textContent.trim(),"
        " outline: getComputedStyle(e).outlineStyle}))(document.activeElement)"
    )
    return found


def tab_to(page: Page, tag: str, name: str = "", words: str = "") -> None:
    """Tab until the focus is there; it must show, and come within a page's worth of stops."""
    for _ in range(60):
        page.keyboard.press("Tab")
        at = focused(page)
        if at["tag"] == tag and (not name or at["name"] == name) and at["words"].startswith(words):
            assert at["outline"] != "none", at
            return
    raise AssertionError(f"no {tag} {name}{words} among the stops")


def press(page: Page, tag: str, words: str) -> None:
    tab_to(page, tag, words=words)
    page.keyboard.press("Enter")
