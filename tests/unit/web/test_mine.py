"""The way from a digest to one's own page: by a link that opens that page, for that person, for a while."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest

from callsheet.run.seals import MINE_LASTS, OwnPages, Seals
from tests.unit.run.world import World
from tests.unit.web.house import opened
from tests.unit.web.reading import read
from tests.unit.web.story import lived
from tests.unit.web.test_door import TOKEN

PUBLIC = "https://callsheet.example.com"


def linked(folder: Path) -> tuple[World, str]:
    """A world in which somebody was reminded, and the path of the link that they got."""
    world, _ = lived(folder)
    before = len(world.notifier.inbox)
    with world.store() as store:
        late = next(item for item in store.items() if item.spoken.title == "Write the runbook")
    world.tracker.edit(late.ticket_id or "", due_on=world.clock.now().date())
    world.once(own_page=OwnPages(PUBLIC, Seals(TOKEN, world.clock)))
    world.wait(days=1)
    world.once(own_page=OwnPages(PUBLIC, Seals(TOKEN, world.clock)))
    bodies = [message.body for message in world.notifier.inbox[before:]]
    (url,) = {word.strip("()") for body in bodies for word in body.split() if f"{PUBLIC}/mine" in word}
    return world, url.removeprefix(PUBLIC)


def test_the_link_of_a_digest_opens_its_readers_page_and_no_other(tmp_path: Path) -> None:
    world, path = linked(tmp_path)
    with opened(tmp_path, now=world.clock.now(), rules=world.rules, web_token=TOKEN, public_url=PUBLIC) as web:
        told = read(web.browse(path).text)
        assert "What Grace Okafor promised" in told.text
        assert "Write the runbook" in told.text
        assert "Call sheet" not in told.text
        assert "What Grace Okafor promised" in web.browse(f"{path}&who=ana.ferreira%40example.com").text
        assert web.browse(path.replace("/mine", "/sheet")).status == 303
        assert web.browse("/mine?who=grace.okafor%40example.com").status == 303


@pytest.mark.parametrize("spoilt", ["x", "", "WyJhbmEiLDk5OTk5OTk5OTld.xxxx"])
def test_a_link_that_we_did_not_sign_opens_nothing(tmp_path: Path, spoilt: str) -> None:
    with opened(tmp_path, web_token=TOKEN) as web:
        assert web.browse(f"/mine?by={spoilt}").status == 303


def test_a_link_ends(tmp_path: Path) -> None:
    with opened(tmp_path, web_token=TOKEN) as web:
        path = OwnPages("", Seals(TOKEN, web.clock))("ana.ferreira@example.com")
        assert web.browse(path).status == 200
        web.clock.advance(MINE_LASTS + timedelta(minutes=1))
        assert web.browse(path).status == 303


def test_a_link_of_another_token_opens_nothing(tmp_path: Path) -> None:
    with opened(tmp_path, web_token=TOKEN) as web:
        assert web.browse(OwnPages("", Seals(f"{TOKEN}-2", web.clock))("ana@example.com")).status == 303


def test_behind_a_proxy_the_link_is_the_same_for_all(tmp_path: Path) -> None:
    assert OwnPages(PUBLIC, None)("ana@example.com") == f"{PUBLIC}/mine"
