"""Every page in a real browser, on desk and phone, by day and night: it draws, fits, reads aloud, and calls nobody."""

from __future__ import annotations

from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe

from callsheet.web.seal import POLICY
from tests.browser.conftest import DESKTOP, PHONE, Look
from tests.loopback import answering
from tests.unit.web.house import Web, opened
from tests.unit.web.story import lived, rehearsed
from tests.unit.web.test_inert import ALL, HOSTILE_NOTES, addresses

pytestmark = pytest.mark.system

PAGES = (
    "/",
    "/sheet?every=1",
    "/mine?who=ana.ferreira%40example.com",
    "/incidents",
    "/incidents/1001",
    "/incidents/1001/log",
    "/incidents/1001/present?scene=5",
    "/season/2026-Q4",
    "/plan",
    "/status",
    "/explain/OPS-1",
    "/explain/nothing",
    "/leader-card",
)
DISPLAYS = pytest.mark.parametrize(
    ("size", "dark"),
    [(DESKTOP, False), (DESKTOP, True), (PHONE, False), (PHONE, True)],
    ids=["desk", "desk at night", "phone", "phone at night"],
)
# What nobody may be kept out by.
GRAVE = {"serious", "critical"}


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Web]:
    folder = tmp_path_factory.mktemp("house")
    world, _ = lived(folder)
    with opened(folder, now=world.clock.now(), rules=world.rules, rehearse=lambda: rehearsed(world)) as web:
        yield web


@DISPLAYS
@pytest.mark.timeout(600)
def test_every_page_fits_and_nobody_is_kept_out(look: Look, house: Web, size: tuple[int, int], dark: bool) -> None:
    axe = Axe()
    with look(size=size, dark=dark) as looked:
        for path in PAGES:
            looked.page.goto(f"http://127.0.0.1:{house.port}{path}")
            found = axe.run(looked.page).response["violations"]
            grave = {each["id"]: [node["html"] for node in each["nodes"]] for each in found if each["impact"] in GRAVE}
            assert grave == {}, path
            # What is too wide scrolls in a place of its own; the page never does.
            assert looked.page.evaluate("document.documentElement.scrollWidth") <= size[0], path
            assert looked.page.evaluate("getComputedStyle(document.querySelector('.curtain')).color"), path


@pytest.mark.timeout(600)
def test_hostile_words_run_nowhere(look: Look, tmp_path_factory: pytest.TempPathFactory) -> None:
    folder = tmp_path_factory.mktemp("hostile")
    world, incident = lived(folder, title=ALL, notes=HOSTILE_NOTES)
    with world.store() as store:
        store.mark([incident.id], noted=True)
    with (
        opened(folder, now=world.clock.now(), rules=world.rules, rehearse=lambda: rehearsed(world)) as web,
        look(size=PHONE) as looked,
    ):
        for path in (each for some in addresses(web).values() for each in some):
            looked.page.goto(f"http://127.0.0.1:{web.port}{path}")
            ours = 'script[src^="/static/present.js?"]'
            assert looked.page.locator(f"script:not({ours}), iframe, object, embed, img, x-evil").count() == 0, path
            # Words without an end are broken somewhere.
            assert looked.page.evaluate("document.documentElement.scrollWidth") <= PHONE[0], path
    assert looked.hosts == {"127.0.0.1"}


def test_a_title_without_a_space_is_broken_somewhere(look: Look, tmp_path: Path) -> None:
    world, _ = lived(tmp_path, title="ErrorBudgetBurn_" * 20)
    with (
        opened(tmp_path, now=world.clock.now(), rules=world.rules, rehearse=lambda: rehearsed(world)) as web,
        look(size=PHONE) as looked,
    ):
        for path in PAGES:
            looked.page.goto(f"http://127.0.0.1:{web.port}{path}")
            assert looked.page.evaluate("document.documentElement.scrollWidth") <= PHONE[0], path


class Careless(BaseHTTPRequestHandler):
    """A page under our policy that breaks it."""

    def do_GET(self) -> None:
        self.send_response(200)
        self.send_header("Content-Type", "text/html")
        self.send_header("Content-Security-Policy", POLICY)
        self.end_headers()
        self.wfile.write(b"<p style='color:red'>late</p><script>alert(1)</script><button></button>")

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the library's name
        """Says nothing."""


def test_a_careless_page_is_complained_of(look: Look) -> None:
    with answering(HTTPServer(("127.0.0.1", 0), Careless)) as server, look(careless=True) as looked:
        looked.page.goto(f"http://127.0.0.1:{server.server_port}/")
        found = {each["id"] for each in Axe().run(looked.page).response["violations"] if each["impact"] in GRAVE}
    assert len(looked.complaints) >= 2
    assert "button-name" in found
