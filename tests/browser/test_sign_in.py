"""The whole way to the company's account and back, in a real browser: off, across two sites, in, and out again."""

from __future__ import annotations

from contextlib import closing
from pathlib import Path
from socket import socket

import pytest
from playwright.sync_api import Browser, expect

from tests.browser.conftest import PATIENCE_MS
from tests.unit.web.house import opened
from tests.unit.web.provider import providing
from tests.unit.web.signing import ANA, settings

pytestmark = pytest.mark.system


def free_port() -> int:
    """The provider has to know our address before we listen."""
    with socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def test_somebody_goes_to_the_provider_and_comes_back_to_the_page_that_they_wanted(
    browser: Browser, tmp_path: Path
) -> None:
    port = free_port()
    public = f"http://127.0.0.1:{port}"
    # By another name than ours, the provider is another site to the browser.
    with (
        providing(public, host="localhost") as provider,
        opened(tmp_path, port=port, **settings(provider, public_url=public)),
        closing(browser.new_context()) as context,
    ):
        page = context.new_page()
        page.set_default_timeout(PATIENCE_MS)
        page.goto(f"{public}/mine")
        page.get_by_role("link", name="Sign in with your company's account").click()
        expect(page.get_by_role("heading", level=1)).to_contain_text(ANA)
        assert page.url == f"{public}/mine"
        expect(page.get_by_text(f"You are {ANA}.")).to_be_visible()
        (kept,) = context.cookies()
        assert (kept["name"], kept["httpOnly"], kept["sameSite"]) == ("callsheet", True, "Lax")
        assert provider.asked.count("/token") == 1

        page.get_by_role("button", name="Sign out").click()
        expect(page.get_by_role("link", name="Sign in with your company's account")).to_be_visible()
        assert context.cookies() == []
