"""Every page in a real browser, at desktop and phone width: it draws, and the browser has nothing to complain about."""

from __future__ import annotations

import os
import re
import shutil
import struct
import subprocess
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from threading import Thread

import pytest

from callsheet.web.seal import POLICY
from tests.unit.web.house import Web, opened
from tests.unit.web.story import lived, rehearsed

pytestmark = pytest.mark.system

PAGES = (
    "/",
    "/sheet?every=1",
    "/mine?who=ana.ferreira%40example.com",
    "/incidents",
    "/incidents/1001",
    "/incidents/1001/present?scene=5",
    "/season/2026-Q4",
    "/plan",
    "/status",
    "/explain/OPS-1",
    "/explain/nothing",
)
PROGRAMS = ("chromium", "chromium-browser", "google-chrome")
DESKTOP, PHONE = (1280, 900), (500, 1000)
# What a browser says of a page goes to its log as one of these.
COMPLAINT = re.compile(r".*(?:CONSOLE|violates|Refused to).*")


@pytest.fixture(scope="module")
def browser() -> str:
    """Chromium's program; without it the tests are skipped by name, or fail in CI."""
    found = next(
        (path for name in ("chromium", "chromium-browser", "google-chrome") if (path := shutil.which(name))), ""
    )
    if not found:
        what = "no browser here: install chromium (Debian, Ubuntu: apt install chromium)"
        if os.environ.get("CI"):
            pytest.fail(f"{what}, which CI must not skip")
        pytest.skip(what)
    return found


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Web]:
    folder = tmp_path_factory.mktemp("house")
    world, _ = lived(folder)
    with opened(folder, now=world.clock.now(), rules=world.rules, rehearse=lambda: rehearsed(world)) as web:
        yield web


def shown(browser: str, url: str, size: tuple[int, int], folder: Path) -> tuple[list[str], Path]:
    """What the browser complained of, and the picture that it took."""
    picture = folder / "page.png"
    command = [browser, "--headless", "--disable-gpu", "--hide-scrollbars", "--enable-logging=stderr"]
    command += ["--no-sandbox"] if os.geteuid() == 0 else []
    command += [
        f"--user-data-dir={folder / 'profile'}",
        f"--window-size={size[0]},{size[1]}",
        f"--screenshot={picture}",
    ]
    done = subprocess.run([*command, url], capture_output=True, text=True, timeout=100, check=True)
    return COMPLAINT.findall(done.stderr), picture


def size_of(picture: Path) -> tuple[int, int]:
    """Width and height of a PNG."""
    width, height = struct.unpack(">II", picture.read_bytes()[16:24])
    return int(width), int(height)


@pytest.mark.parametrize("size", [DESKTOP, PHONE], ids=["desktop", "phone"])
@pytest.mark.parametrize("path", PAGES)
def test_a_page_draws_and_nothing_is_refused(
    browser: str, house: Web, path: str, size: tuple[int, int], tmp_path: Path
) -> None:
    complaints, picture = shown(browser, f"http://127.0.0.1:{house.port}{path}", size, tmp_path)

    assert complaints == []
    assert size_of(picture) == size
    # A page without its style sheet, or without content, is far smaller.
    assert picture.stat().st_size > 15_000


class Careless(BaseHTTPRequestHandler):
    """A page under our policy that breaks it."""

    def do_GET(self) -> None:
        self.send_response(200)
        self.send_header("Content-Type", "text/html")
        self.send_header("Content-Security-Policy", POLICY)
        self.end_headers()
        self.wfile.write(b"<p style='color:red'>late</p><script>1</script>")

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the library's name
        """Says nothing."""


def test_a_careless_page_is_complained_of(browser: str, tmp_path: Path) -> None:
    with HTTPServer(("127.0.0.1", 0), Careless) as server:
        thread = Thread(target=server.serve_forever)
        thread.start()
        try:
            complaints, _ = shown(browser, f"http://127.0.0.1:{server.server_port}/", DESKTOP, tmp_path)
        finally:
            server.shutdown()
            thread.join()
    assert len(complaints) >= 2
