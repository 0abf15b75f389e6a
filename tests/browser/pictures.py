"""`make screenshots`: the pictures in docs/images, of a pretend company after three weeks. Needs Chromium."""

from __future__ import annotations

import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from playwright.sync_api import sync_playwright

from callsheet.sandbox.server import Sandbox, SandboxOptions
from tests.browser.conftest import PHONE, looking, started
from tests.scenario.daemon import Play
from tests.scenario_webhooks.daemon import living

FOLDER = Path(__file__).resolve().parents[2] / "docs" / "images"
NOW = datetime(2026, 11, 2, 9, 0, tzinfo=UTC)
DAYS = 18
# Little of the past: what is held from it is not what people want to see first.
ENV = {"CALLSHEET_CYCLE_EVERY": "1h", "CALLSHEET_BACKFILL": "2d"}
POLICY = '[default_route]\nfallback_owner = "grace.okafor@larkspur.example"\n'


@dataclass(frozen=True, kw_only=True)
class Picture:
    """One picture: of which page, how large, by day or night."""

    name: str
    path: str
    size: tuple[int, int]
    dark: bool = False


PICTURES = (
    Picture(name="season", path="/", size=(1040, 720)),
    Picture(name="playbill", path="/incidents/{number}", size=(1040, 720)),
    Picture(name="session", path="/incidents/{number}/present?scene=5", size=(1280, 860)),
    Picture(name="call-sheet-at-night", path="/sheet", size=(1040, 600), dark=True),
    Picture(name="mine-on-a-phone", path="/mine?who=grace.okafor%40larkspur.example", size=PHONE),
)


@contextmanager
def company(folder: Path) -> Iterator[Play]:
    """Three weeks of work: incidents happen, promises are made, every third day somebody keeps one."""
    with Sandbox(SandboxOptions(seed=7, now=NOW, tick=False)) as box:
        box.fault("limit", side="pagerduty", per_minute=1_000_000)
        play = Play(box, folder, env=ENV, policy=POLICY, flavour="cloud")
        play.once()
        for day in range(DAYS):
            box.advance(timedelta(days=1))
            play.once()
            waiting = [row for row in play.sheet() if row["ticket"] and row["status"] == "open"]
            if day % 3 == 2 and waiting:
                play.in_jira("transition", issue=waiting[0]["ticket"]["key"], to="Done")
        play.once()
        yield play


def main() -> None:
    """All of them."""
    FOLDER.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory() as folder, company(Path(folder)) as play, living(play) as daemon:
        number = max(row["incident"]["number"] for row in play.sheet() if row["status"] == "done")
        with sync_playwright() as playwright:
            browser = started(playwright)
            for picture in PICTURES:
                with looking(browser, size=picture.size, dark=picture.dark) as looked:
                    looked.page.goto(f"http://127.0.0.1:{daemon.port}{picture.path.format(number=number)}")
                    made = FOLDER / f"{picture.name}.png"
                    looked.page.screenshot(path=made)
                    sys.stdout.write(f"{made.relative_to(FOLDER.parents[1])}: {made.stat().st_size // 1000} KB\n")
            browser.close()


if __name__ == "__main__":
    main()
