"""A real browser for the pages: Debian's Chromium, driven by Playwright, which downloads none of its own."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, field
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, ConsoleMessage, Page, Playwright, expect, sync_playwright
from tenacity import Retrying, stop_after_delay, wait_fixed

PROGRAMS = ("chromium", "chromium-browser", "google-chrome")
DESKTOP, PHONE = (1280, 900), (390, 844)
# A busy machine is no fault of the pages.
PATIENCE_MS = 60_000
expect.set_options(timeout=PATIENCE_MS)


@dataclass
class Looked:
    """A page in a browser, and what the browser noticed: hosts that were asked, dialogs, complaints."""

    page: Page
    hosts: set[str] = field(default_factory=set)
    dialogs: list[str] = field(default_factory=list)
    complaints: list[str] = field(default_factory=list)

    def complain(self, message: ConsoleMessage) -> None:
        # An address that is not there is a page of ours, too.
        if message.type in {"error", "warning"} and "the server responded with a status of" not in message.text:
            self.complaints.append(message.text)


Look = Callable[..., AbstractContextManager[Looked]]


def program() -> str | None:
    """Chromium's place on this machine."""
    return next((path for name in PROGRAMS if (path := shutil.which(name))), None)


def started(playwright: Playwright) -> Browser:
    """Chromium, without a window. Its own sandbox does not start for root, as in a container."""
    return playwright.chromium.launch(executable_path=program(), chromium_sandbox=os.geteuid() != 0)


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """Chromium; without it the tests are skipped by name, or fail in CI."""
    if not program():
        what = "no browser here: install chromium (Debian, Ubuntu: apt install chromium)"
        if os.environ.get("CI"):
            pytest.fail(f"{what}, which CI must not skip")
        pytest.skip(what)
    with sync_playwright() as playwright:
        running = started(playwright)
        yield running
        running.close()


@pytest.fixture
def look(browser: Browser) -> Look:
    """Opens a page: `with look(size=PHONE, dark=True, script=False) as looked`.

    In the end no other host was asked for anything, nothing ran that opens a dialog, and nothing was refused.
    """
    return lambda **how: looking(browser, **how)


def comes_true(page: Page, condition: str) -> None:
    """Asks until `condition`, an expression of JavaScript, holds.

    Playwright's own `wait_for_function` asks from inside the page, whose policy rightly refuses a text as script
    from the second time on.
    """
    for attempt in Retrying(stop=stop_after_delay(PATIENCE_MS / 1000), wait=wait_fixed(0.05), reraise=True):
        with attempt:
            assert page.evaluate(condition), condition


@contextmanager
def looking(
    browser: Browser,
    *,
    size: tuple[int, int] = DESKTOP,
    dark: bool = False,
    script: bool = True,
    careless: bool = False,
) -> Iterator[Looked]:
    """A fresh visitor. `careless`: the page is one that the browser should complain of."""
    context = browser.new_context(
        viewport={"width": size[0], "height": size[1]},
        color_scheme="dark" if dark else "light",
        java_script_enabled=script,
        locale="en-US",
    )
    context.set_default_timeout(PATIENCE_MS)
    looked = Looked(context.new_page())
    looked.page.on("request", lambda request: looked.hosts.add(urlsplit(request.url).hostname or ""))
    looked.page.on("dialog", lambda dialog: (looked.dialogs.append(dialog.message), dialog.dismiss()))
    looked.page.on("console", looked.complain)
    looked.page.on("pageerror", lambda error: looked.complaints.append(str(error)))
    try:
        yield looked
    finally:
        context.close()
    assert looked.hosts <= {"127.0.0.1"}, looked.hosts
    assert looked.dialogs == []
    if not careless:
        assert looked.complaints == []
