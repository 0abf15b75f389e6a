"""What people do on a page: checked, kept with their name, carried out by the next cycle; and by nobody else."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from callsheet.model.action_item import ItemStatus
from callsheet.web.acts import ACTS
from callsheet.web.door import By, Visitor
from tests.unit.web.house import Page, opened
from tests.unit.web.reading import read
from tests.unit.web.story import Lived, lived

BY_PROXY = {"X-Forwarded-User": "Grace Okafor"}


class Scene(Lived):
    """A lived-in world, its pages, and somebody who is signed in at a proxy."""

    def send(self, path: str, shown_on: str, **fields: str) -> Page:
        """Fill in the form that a page shows, and send it."""
        page = read(self.web.browse(shown_on, BY_PROXY).text)
        assert path in page.loads(), f"{shown_on} has no form for {path}"
        seal = next(each["value"] for tag, each in page.elements if each.get("name") == "seal")
        return self.web.browse(path, BY_PROXY, form={"seal": seal, **fields})

    def change(self, act: str = "change", **fields: str) -> Page:
        key = self.item().key
        return self.send(f"/items/{key}/{act}", f"/explain/{key}", **fields)


@contextmanager
def staged(folder: Path) -> Iterator[Scene]:
    world, incident = lived(folder)
    with opened(folder, now=world.clock.now(), rules=world.rules, web_proxies="127.0.0.1") as web:
        yield Scene(world, web, incident.id)


@pytest.fixture
def scene(tmp_path: Path) -> Iterator[Scene]:
    with staged(tmp_path) as found:
        yield found


def test_a_new_date_and_priority_reach_the_ticket_in_the_next_cycle(scene: Scene) -> None:
    found = scene.change(due="2026-12-05", priority="P3")

    assert (found.status, found.headers["location"]) == (303, f"/explain/{scene.item().key}?done=1")
    assert "carries it out" in scene.web.browse(found.headers["location"], BY_PROXY).text
    assert scene.web.rings
    assert "item.changed: due 2026-12-05; priority P3 (by Grace Okafor)" in scene.told(scene.item().key)
    scene.world.once()
    ticket = scene.world.ticket("Warm the cache")
    assert (ticket.due_on, ticket.priority) == (date(2026, 12, 5), "Medium")
    assert scene.item().due_reason.value == "set on a page"


def test_a_new_owner_reaches_the_ticket(scene: Scene) -> None:
    assert scene.change(owner="@marcus.hill").status == 303
    assert scene.item().owner.name == "Marcus Hill"
    scene.world.once()
    assert scene.world.ticket("Warm the cache").owner.id == "acc-marcus.hill"


@pytest.mark.parametrize(
    ("fields", "why"),
    [
        ({"due": "someday"}, "not a day"),
        ({"due": "2026-11-01"}, "has passed"),
        ({"owner": "@nobody.known"}, "nobody by that name"),
        ({"priority": "P9"}, "no priority"),
        ({"snooze": "2w"}, "needs a reason"),
        ({"snooze": "300d because"}, "needs a reason"),
        ({"snooze": "999d because x"}, "too far"),
        ({}, "nothing was asked for"),
        ({"due": "2026-12-05", "priority": "P9"}, "no priority"),
    ],
)
def test_what_can_not_be_done_is_told_and_changes_nothing(scene: Scene, fields: dict[str, str], why: str) -> None:
    before = scene.item()
    found = scene.change(**fields)

    assert found.status == 422
    assert why in read(found.text).text
    assert scene.item() == before
    assert not scene.web.rings


def test_a_snooze_is_kept_with_its_reason(scene: Scene) -> None:
    assert scene.change(snooze="2w because the vendor is on leave").status == 303
    item = scene.item()
    assert (item.snoozed_until, item.snoozed_because) == (date(2026, 11, 26), "the vendor is on leave")


@pytest.mark.parametrize("snoozed", [False, True])
def test_nobody_is_reminded_of_what_is_snoozed(scene: Scene, snoozed: bool) -> None:
    wanted = {"due": "2026-11-17"} | ({"snooze": "2w because the vendor is on leave"} if snoozed else {})
    assert scene.change(**wanted).status == 303
    key, before = scene.item().key, len(scene.world.notifier.inbox)
    for _ in range(13):
        scene.world.wait(days=1)
        scene.world.once()
    lines = [line for message in scene.world.notifier.inbox[before:] for line in message.digest.lines]
    assert any(line.item_key == key for line in lines) is not snoozed


def test_a_dropped_promise_closes_its_ticket(scene: Scene) -> None:
    assert scene.change("drop", because="  ").status == 422
    assert scene.change("drop", because="we moved away").status == 303
    assert "item.dropped: we moved away (by Grace Okafor)" in scene.told(scene.item().key)
    scene.world.once()
    assert scene.item().status is ItemStatus.DROPPED
    assert scene.world.ticket("Warm the cache").category.value == "done"


def test_what_is_over_has_no_form_and_takes_none(scene: Scene) -> None:
    done = scene.item("Add an alert")
    page = read(scene.web.browse("/status", BY_PROXY).text)
    seal = next(each["value"] for _, each in page.elements if each.get("name") == "seal")

    assert "/items/" not in scene.web.browse(f"/explain/{done.key}", BY_PROXY).text
    found = scene.web.browse(f"/items/{done.key}/change", BY_PROXY, form={"seal": seal, "priority": "P4"})
    assert (found.status, scene.item("Add an alert")) == (422, done)


@pytest.mark.parametrize(("stays", "due_on"), [("theirs", date(2026, 11, 3)), ("ours", date(2026, 12, 24))])
def test_a_conflict_ends_as_somebody_says(scene: Scene, stays: str, due_on: date) -> None:
    item = scene.item()
    scene.web.store.save_items([replace(item, conflicts=(replace(item.conflicts[0], ours="2026-12-24"),))])

    assert scene.change("settle", field="due_on", stays=stays).status == 303
    assert (scene.item().conflicts, scene.item().terms.due_on) == ((), due_on)
    scene.world.once()
    assert scene.world.ticket("Warm the cache").due_on == due_on


def test_a_conflict_that_is_over_is_told(scene: Scene) -> None:
    assert scene.change("settle", field="title", stays="ours").status == 422


def test_an_incident_is_waived_with_a_reason(scene: Scene) -> None:
    found = scene.send(f"/incidents/{scene.incident_id}/waive", f"/incidents/{scene.incident_id}", because="a drill")
    assert found.status == 303
    assert scene.web.store.postmortems([scene.incident_id])[scene.incident_id].waived_because == "a drill"
    assert "waived because a drill" in read(scene.web.browse(f"/incidents/{scene.incident_id}", BY_PROXY).text).text


def test_a_refusal_is_approved(scene: Scene) -> None:
    assert scene.send("/refusals/R1/approve", "/sync").headers["location"] == "/sync?done=1"
    assert [approved for _, approved in scene.web.store.refusals()] == [True]
    assert scene.told("R1") == ["refusal.approved: Grace Okafor approved it"]


def test_at_the_seasons_end_a_promise_is_renewed_or_cut_and_the_last_one_closes_it(scene: Scene) -> None:
    scene.web.clock.advance(date(2027, 1, 5) - scene.web.clock.now().date())
    path, key = "/season/2026-Q4/decide", scene.item().key

    assert scene.send(path, "/season/2026-Q4", item=key, choice="renew", due_on="2026-12-30").status == 422
    assert scene.send(path, "/season/2026-Q4", item=key, choice="renew", due_on="x").status == 422
    assert scene.send(path, "/season/2026-Q4", item=key, choice="renew", due_on="2027-02-01").status == 303
    assert scene.item().terms.due_on == date(2027, 2, 1)
    other = scene.item("Write the runbook").key
    assert scene.send(path, "/season/2026-Q4", item=other, choice="cut", because="never read").status == 303
    assert "item.cut: 2026-Q4: never read (by Grace Okafor)" in scene.told(other)
    assert "2026-Q4" in scene.web.store.closed_seasons()


def test_before_its_end_a_season_is_not_decided_on(scene: Scene) -> None:
    page = read(scene.web.browse("/sync", BY_PROXY).text)
    seal = next(each["value"] for _, each in page.elements if each.get("name") == "seal")
    form = {"seal": seal, "item": scene.item().key, "choice": "carry"}
    found = scene.web.browse("/season/2026-Q4/decide", BY_PROXY, form=form)
    assert found.status == 422
    assert "2026-Q4 is not over: its last day is 2026-12-31" in read(found.text).text
    assert not scene.told(scene.item().key)


@pytest.mark.parametrize(
    ("referer", "back"),
    [
        ("http://[", "/"),
        ("http://127.0.0.1/explain/OPS-1?done=1", "/explain/OPS-1"),
        ("https://evil.example//evil.example", "/"),
        ("javascript:alert(1)", "/"),
        ("", "/"),
    ],
)
def test_from_what_was_not_done_a_link_leads_back_to_the_form(scene: Scene, referer: str, back: str) -> None:
    found = scene.web.browse("/items/OPS-1/change", BY_PROXY | {"Referer": referer}, form={"seal": "x"})
    assert f'<p><a href="{back}">' in found.text


# Nobody else.


def test_a_form_without_our_seal_or_with_somebody_elses_changes_nothing(scene: Scene) -> None:
    key, before = scene.item().key, scene.item()
    theirs = scene.web.site.door
    for seal in ("", "x", theirs.seal(Visitor(name="Mallory", by=By.PROXY))):
        found = scene.web.browse(f"/items/{key}/change", BY_PROXY, form={"seal": seal, "priority": "P4"})
        assert found.status == 403
    assert scene.item() == before


@pytest.mark.parametrize(
    "headers", [{"Origin": "https://evil.example"}, {"Origin": "null"}, {"Sec-Fetch-Site": "cross-site"}]
)
def test_a_form_of_another_site_changes_nothing(scene: Scene, headers: dict[str, str]) -> None:
    key, before = scene.item().key, scene.item()
    page = read(scene.web.browse(f"/explain/{key}", BY_PROXY).text)
    seal = next(each["value"] for _, each in page.elements if each.get("name") == "seal")
    found = scene.web.browse(f"/items/{key}/change", {**BY_PROXY, **headers}, form={"seal": seal, "priority": "P4"})
    assert (found.status, scene.item()) == (403, before)


def test_no_act_happens_without_a_seal(scene: Scene) -> None:
    for path in ACTS:
        found = scene.web.browse(path.replace("{word}", scene.item().key), BY_PROXY, form={"because": "x"})
        assert found.status == 403, path
    assert not scene.web.rings


def test_who_is_not_signed_in_changes_nothing(scene: Scene) -> None:
    key, before = scene.item().key, scene.item()
    found = scene.web.browse(f"/items/{key}/change", form={"priority": "P4"})
    assert (found.status, scene.item()) == (403, before)


def test_a_busy_database_is_told_and_nothing_is_half_done(scene: Scene) -> None:
    before = scene.item()
    key = before.key
    page = read(scene.web.browse(f"/explain/{key}", BY_PROXY).text)
    seal = next(each["value"] for _, each in page.elements if each.get("name") == "seal")
    with scene.web.store.transaction():
        found = scene.web.browse(f"/items/{key}/change", BY_PROXY, form={"seal": seal, "priority": "P4"})
    assert (found.status, scene.item()) == (503, before)
    assert "is writing just now" in found.text


@pytest.mark.parametrize(
    ("pragma", "says"), [("max_page_count = 1", "disk of the database is full"), ("query_only = ON", "read-only")]
)
def test_a_database_that_can_not_be_written_is_told_as_what_it_is(scene: Scene, pragma: str, says: str) -> None:
    key = scene.item().key
    page = read(scene.web.browse(f"/explain/{key}", BY_PROXY).text)
    seal = next(each["value"] for _, each in page.elements if each.get("name") == "seal")
    with scene.web.desk.writing() as store:
        store.database.execute(f"PRAGMA {pragma}")
        with suppress(sqlite3.OperationalError):
            for number in range(1000):
                store.note_down(f"filler {number}", "x" * 4000)
    # The last page that is there may take some more.
    for number in range(40):
        before = scene.item()
        form = {"seal": seal, "priority": f"P{number % 4 + 1}"}
        found = scene.web.browse(f"/items/{key}/change", BY_PROXY, form=form)
        if found.status == 503:
            break
    assert (found.status, scene.item()) == (503, before)
    assert (says in found.text, "writing just now" in found.text) == (True, False)


@pytest.mark.parametrize(
    ("path", "page"),
    [
        ("/items/{key}/change", "/explain/{key}"),
        ("/items/{key}/drop", "/explain/{key}"),
        ("/incidents/1001/waive", "/incidents/1001"),
        ("/refusals/R1/approve", "/sync"),
        ("/season/2026-Q4/decide", "/season/2026-Q4"),
        ("/sign-out", "/"),
    ],
)
def test_who_opens_the_address_of_a_form_is_led_to_its_page(scene: Scene, path: str, page: str) -> None:
    key = scene.item().key
    found = scene.web.browse(path.format(key=key), BY_PROXY)
    assert (found.status, found.headers["allow"]) == (405, "POST")
    told = read(found.text)
    assert "only takes what a form or a program sends" in told.text
    assert page.format(key=key) in told.links()
    # Programs get no page, and a stranger learns nothing.
    assert (
        scene.web.browse(path.format(key=key), {**BY_PROXY, "Accept": "*/*"}).text == '{"detail":"Method Not Allowed"}'
    )
    assert "only takes" not in scene.web.browse(path.format(key=key)).text


def test_a_page_that_takes_no_form_says_so(scene: Scene) -> None:
    found = scene.web.browse("/sheet", BY_PROXY, form={"a": "b"})
    assert (found.status, "takes no form" in found.text) == (405, True)
