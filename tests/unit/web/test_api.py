"""`/api/v1`: programs read what the pages show and do what people do there, with who asked in the ledger."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from callsheet.web.acts import ACTS
from tests.unit.web.house import Page, opened
from tests.unit.web.reading import read
from tests.unit.web.story import Lived, lived, rehearsed

TOKEN = "CANARY-a-token-of-the-house"
BEARER = {"Authorization": f"Bearer {TOKEN}"}
WHO = "a program with the token"
JSON = {"Content-Type": "application/json"}


class Scene(Lived):
    """A lived-in world, and a program that has the token."""

    def get(self, path: str) -> Page:
        return self.web.browse(f"/api/v1{path}", BEARER)

    def post(self, path: str, headers: Mapping[str, str] | None = None, /, **body: Any) -> Page:
        return self.web.send(f"/api/v1{path}", json.dumps(body).encode(), {**BEARER, **JSON, **(headers or {})})


@contextmanager
def staged(folder: Path) -> Iterator[Scene]:
    world, incident = lived(folder)
    plan = rehearsed(world)
    with opened(folder, now=world.clock.now(), rules=world.rules, rehearse=lambda: plan, web_token=TOKEN) as web:
        yield Scene(world, web, incident.id)


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Scene]:
    """One that is only read."""
    with staged(tmp_path_factory.mktemp("house")) as found:
        yield found


@pytest.fixture
def scene(tmp_path: Path) -> Iterator[Scene]:
    with staged(tmp_path) as found:
        yield found


# Reading.


def rows(page: Page) -> list[str]:
    assert page.status == 200, page.text
    return [row["title"] for row in json.loads(page.text)]


@pytest.mark.parametrize(
    ("query", "titles"),
    [
        ("", ["Warm the cache", "Write the runbook"]),
        ("?every=true", ["Warm the cache", "Add an alert", "Write the runbook"]),
        ("?every=1&sort=title", ["Add an alert", "Warm the cache", "Write the runbook"]),
        ("?overdue=true", ["Warm the cache"]),
        ("?owner=ana&priority=P1", ["Warm the cache"]),
        ("?team=elsewhere", []),
    ],
)
def test_the_call_sheet_is_filtered_and_sorted_as_its_page_is(house: Scene, query: str, titles: list[str]) -> None:
    assert rows(house.get(f"/sheet{query}")) == titles


def test_a_list_comes_in_pages_that_lead_to_each_other(house: Scene) -> None:
    at, seen = "/api/v1/sheet?every=true&per_page=1", []
    while at:
        page = house.web.browse(at, BEARER)
        seen += rows(page)
        assert page.headers["x-total-count"] == "3"
        following = re.search(r'<([^>]+)>; rel="next"', page.headers["link"])
        at = following[1] if following else ""
    assert seen == rows(house.get("/sheet?every=true"))
    assert rows(house.get("/sheet?page=9")) == []


def test_one_persons_are_those_of_their_page(house: Scene) -> None:
    assert rows(house.get("/mine?who=ana.ferreira%40example.com")) == ["Warm the cache"]
    assert rows(house.get("/mine?who=%40ana.ferreira")) == ["Warm the cache"]
    near = house.get("/mine?who=ana")
    assert (near.status, near.headers["content-type"]) == (404, "application/problem+json")
    assert json.loads(near.text)["detail"].startswith("Nobody here is called ana; did you mean Ana Ferreira?")


def test_the_season_at_a_glance_is_that_of_the_front_page(house: Scene) -> None:
    told, page = json.loads(house.get("/").text), read(house.web.browse("/", BEARER).text).text
    assert (told["season"]["name"], told["promised"], told["kept"], told["overdue"]) == ("2026-Q4", 3, 1, 1)
    assert told["by_team"].keys() == {"Storefront"}
    assert told["weeks"][-1]["promised"] == told["promised"]
    for need in told["needs"]:
        assert f"{need['what']}: {need['count']} " in page
        assert all(each["words"] in page for each in need["named"])
    assert any(each["incident_id"] == house.incident_id for need in told["needs"] for each in need["named"])


def test_a_promise_is_told_with_what_both_sides_changed(house: Scene) -> None:
    told = json.loads(house.get("/items/OPS-1").text)
    assert (told["title"], told["conflicts"][0]["field"]) == ("Warm the cache", "due_on")


def test_an_incident_is_told_with_its_document_and_promises(house: Scene) -> None:
    told = json.loads(house.get("/incidents/1001").text)
    assert told["incident"]["id"] == house.incident_id
    assert "## Call sheet" in told["document"]
    assert len(told["items"]) == 3
    (listed,) = json.loads(house.get("/incidents").text)
    assert (listed["promised"], listed["settled"], listed["overdue"]) == (3, 1, 1)


@pytest.mark.parametrize(
    "path", ["/items/OPS-99", "/incidents/99", "/season/9999-Q9", "/explain/NOBODY-1", "/nowhere", "/a%0Ab"]
)
def test_what_is_not_there_is_a_problem_that_says_so(house: Scene, path: str) -> None:
    page = house.get(path)
    assert (page.status, page.headers["content-type"]) == (404, "application/problem+json")
    told = json.loads(page.text)
    assert (told["status"], told["title"]) == (404, "Not Found")
    assert len(told["detail"]) > 20


@pytest.mark.parametrize("query", ["?pge=2", "?page=0", "?per_page=1001", "?overdue=maybe", "?sort=luck"])
def test_a_slip_is_named_with_its_place_and_not_repeated(house: Scene, query: str) -> None:
    page = house.get(f"/sheet{query}")
    (slip,) = json.loads(page.text)["errors"]
    assert (page.status, slip["where"]) == (422, f"query.{query[1:].partition('=')[0]}")
    assert "maybe" not in page.text


def test_nobody_keeps_what_is_told(house: Scene) -> None:
    for path in ("/sheet", "/nowhere"):
        assert house.get(path).headers["cache-control"] == "private, no-store"


# Acting.


def test_each_act_of_the_pages_is_there(house: Scene) -> None:
    described = json.loads(house.get("/openapi.json").text)["paths"]
    acting = {re.sub(r"{\w+}", "{word}", path) for path, operations in described.items() if "post" in operations}
    assert acting == set(ACTS)


def test_a_change_reaches_the_ticket_in_the_next_cycle_with_who_asked(scene: Scene) -> None:
    key = scene.item().key
    page = scene.post("/items/OPS-1/change", due="2026-12-05", priority="P3", owner="@marcus.hill")
    told = json.loads(page.text)
    assert (page.status, told["due_on"], told["priority"], told["owner"]["name"]) == (
        200,
        "2026-12-05",
        "P3",
        "Marcus Hill",
    )
    assert scene.web.rings
    assert scene.told(key) == [f"item.changed: owner @marcus.hill; due 2026-12-05; priority P3 (by {WHO})"]
    scene.world.once()
    assert scene.world.ticket("Warm the cache").due_on == date(2026, 12, 5)


def test_the_ledger_keeps_for_whom_a_program_asked(scene: Scene) -> None:
    scene.post("/items/OPS-1/drop", {"From": " ana@example.com\t"}, because="we moved away")
    assert scene.told(scene.item().key) == [f"item.dropped: we moved away (by ana@example.com, through {WHO})"]


def test_a_conflict_ends(scene: Scene) -> None:
    item = scene.item()
    scene.web.store.save_items([replace(item, conflicts=(replace(item.conflicts[0], ours="2026-12-24"),))])
    told = json.loads(scene.post("/items/OPS-1/settle", field="due_on", stays="ours").text)
    assert (told["conflicts"], told["due_on"]) == ([], "2026-12-24")


def test_an_incident_is_waived(scene: Scene) -> None:
    told = json.loads(scene.post("/incidents/1001/waive", because="a drill").text)
    assert told["waived_because"] == "a drill"


def test_a_refusal_is_approved(scene: Scene) -> None:
    assert json.loads(scene.post("/refusals/R1/approve").text)["approved"] is True
    assert scene.told("R1") == [f"refusal.approved: {WHO} approved it"]
    assert scene.post("/refusals/R9/approve").status == 404


def test_at_a_seasons_end_promises_are_renewed_cut_and_carried(scene: Scene) -> None:
    scene.web.clock.advance(date(2027, 1, 5) - scene.web.clock.now().date())
    path, other = "/season/2026-Q4/decide", scene.item("Write the runbook").key
    assert scene.post(path, item="OPS-1", choice="renew", due_on="2026-12-30").status == 409
    assert scene.post(path, item="OPS-1", choice="renew", due_on="next week").status == 422
    assert scene.post(path, item="OPS-1", choice="carry", because="x").status == 422
    told = json.loads(scene.post(path, item="OPS-1", choice="renew", due_on="2027-02-01").text)
    assert told["due_on"] == "2027-02-01"
    assert json.loads(scene.post(path, item=other, choice="cut", because="never read").text)["status"] == "dropped"
    assert "2026-Q4" in scene.web.store.closed_seasons()


@pytest.mark.parametrize(
    ("path", "body", "status"),
    [
        ("/items/OPS-1/change", {"due": "someday"}, 409),
        ("/items/OPS-1/change", {"owner": "@nobody.known"}, 409),
        ("/items/OPS-1/change", {"due": "2026-12-05", "owner": "@nobody.known"}, 409),
        ("/items/OPS-1/change", {}, 422),
        ("/items/OPS-1/change", {"priority": "P9"}, 422),
        ("/items/OPS-1/change", {"title": "Another"}, 422),
        ("/items/OPS-1/change", {"due": "\ud800"}, 422),
        ("/items/OPS-1/settle", {"field": "title", "stays": "ours"}, 409),
        ("/items/OPS-1/drop", {"because": " "}, 422),
        ("/items/OPS-99/drop", {"because": "x"}, 404),
        ("/items/OPS-2/drop", {"because": "it is done"}, 409),
    ],
)
def test_what_can_not_be_done_is_told_and_changes_nothing(
    scene: Scene, path: str, body: dict[str, str], status: int
) -> None:
    before = scene.web.store.items(every=True)
    page = scene.post(path, **body)
    assert (page.status, page.headers["content-type"]) == (status, "application/problem+json"), page.text
    assert scene.web.store.items(every=True) == before
    assert not scene.web.rings


def test_a_busy_database_asks_to_be_tried_again(scene: Scene) -> None:
    before = scene.item()
    with scene.web.store.transaction():
        page = scene.post("/items/OPS-1/change", priority="P4")
    assert (page.status, page.headers["retry-after"], scene.item()) == (503, "1", before)


def test_a_database_that_can_not_be_written_is_told_as_what_it_is(scene: Scene) -> None:
    before = scene.item()
    with scene.web.desk.writing() as store:
        store.database.execute("PRAGMA query_only = ON")
    page = scene.post("/items/OPS-1/change", priority="P4")
    assert (page.status, "retry-after" in page.headers, scene.item()) == (503, False, before)
    assert "read-only" in json.loads(page.text)["detail"]


def test_a_statement_that_is_wrong_is_a_fault_of_ours_and_not_of_the_disk(scene: Scene) -> None:
    with scene.web.desk.writing() as store:
        store.database.execute("ALTER TABLE ledger RENAME TO lost")
    assert scene.post("/items/OPS-1/change", priority="P4").status == 500
