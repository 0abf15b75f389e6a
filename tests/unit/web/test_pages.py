"""The pages tell what the store holds: the season, the call sheet, one's own, playbills, status, why."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from urllib.parse import quote

import pytest

from callsheet.model.postmortem import Form
from callsheet.plan.review_session import scenes
from callsheet.web.pages.incidents import part_played
from tests.unit.web.house import Web, opened
from tests.unit.web.reading import Read, read
from tests.unit.web.story import lived
from tests.unit.web.test_inert import addresses


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Web]:
    """A server over a lived-in world, which these tests only read."""
    folder = tmp_path_factory.mktemp("house")
    world, _ = lived(folder)
    with opened(folder, now=world.clock.now()) as web:
        yield web


def page(web: Web, path: str, status: int = 200) -> Read:
    found = web.browse(path)
    assert found.status == status, found.text
    return read(found.text)


def incident_id(web: Web) -> str:
    (opened_one,) = web.store.every_postmortem()
    return opened_one.incident_id


def test_the_front_page_counts_the_season_and_names_what_needs_a_person(house: Web) -> None:
    told = page(house, "/").text

    assert "Season 2026-Q4" in told
    assert "promised 3 kept 1 kept late 0 open 2 overdue 1" in told
    for words in ("changed on both sides: 1", "Held back by a guard: 1", "owner could not be found: 1"):
        assert words in told
    assert "Storefront" in told
    # Where it can be let go on.
    assert '<a href="/sync">60 filings' in house.browse("/").text


def test_the_front_page_draws_promises_kept_over_time(house: Web) -> None:
    labels = [each["aria-label"] for tag, each in page(house, "/").elements if tag == "svg" and "aria-label" in each]

    assert "In 3 weeks 3 promises were made in all, and 1 kept." in labels


def test_the_call_sheet_shows_open_promises_and_a_spotlight_on_what_is_late(house: Web) -> None:
    found = page(house, "/sheet")

    assert "2 promises, 1 overdue" in found.text
    assert [each["class"] for tag, each in found.elements if tag == "tr" and "class" in each] == ["spot"]
    assert "Add an alert" not in found.text
    assert "Add an alert" in page(house, "/sheet?every=1").text


@pytest.mark.parametrize(
    ("query", "count"),
    [
        ("owner=ana", 1),
        ("owner=ANA.FERREIRA%40example.com", 1),
        ("owner=Grace", 1),
        ("team=storefront", 2),
        ("team=elsewhere", 0),
        ("service=checkout", 2),
        ("priority=P1", 1),
        ("season=2026-Q4&every=1", 3),
        ("season=2027-Q1", 0),
        ("overdue=1", 1),
        ("incident=1001", 2),
        ("incident=%231001&every=1", 3),
        ("incident=4711", 0),
        ("overdue=", 0),
    ],
)
def test_filters_narrow_it(house: Web, query: str, count: int) -> None:
    if query == "overdue=":
        assert house.browse(f"/sheet?{query}").status == 422
        return
    word = "promise" if count == 1 else "promises"
    assert f"{count} {word}" in page(house, f"/sheet?{query}").text


def test_a_filter_that_matches_nothing_offers_what_there_is(house: Web) -> None:
    assert "There are, for instance, Storefront" in page(house, "/sheet?team=storfront").text


@pytest.mark.parametrize(
    ("sort", "first"), [("title", "Warm the cache"), ("due", "Warm the cache"), ("owner", "Warm the cache")]
)
def test_it_sorts(house: Web, sort: str, first: str) -> None:
    rows = list(csv.DictReader(io.StringIO(house.browse(f"/sheet.csv?sort={sort}").text)))
    key = {"title": "title", "due": "due_on", "owner": "owner"}[sort]

    assert [row[key] for row in rows] == sorted(row[key] for row in rows)
    assert first in [row["title"] for row in rows]


def test_the_same_as_csv(house: Web) -> None:
    found = house.browse("/sheet.csv?every=1")

    assert found.headers["content-type"].startswith("text/csv")
    rows = list(csv.DictReader(io.StringIO(found.text)))
    assert {row["title"] for row in rows} == {"Warm the cache", "Add an alert", "Write the runbook"}
    assert all(row["ticket"].startswith("OPS-") for row in rows)


def test_ones_own_are_found_by_the_whole_name_handle_or_e_mail_only(house: Web) -> None:
    assert "1 open promise, 1 overdue" in page(house, "/mine?who=ana.ferreira%40example.com").text
    assert "1 open promise" in page(house, "/mine?who=ANA%20FERREIRA").text
    assert "1 open promise" in page(house, "/mine?who=%40ana.ferreira").text
    assert "1 open promise" in page(house, "/mine?who=ana.ferreira").text
    assert "Whose promises?" in page(house, "/mine").text


@pytest.mark.parametrize("near", ["ana", "Anna", "ferreira", "Ana Fereira"])
def test_who_is_misspelt_is_asked_about(house: Web, near: str) -> None:
    found = page(house, f"/mine?who={quote(near)}")
    assert "did you mean Ana Ferreira" in found.text
    assert "Nothing is open" not in found.text
    assert "/mine?who=Ana%20Ferreira" in found.links()
    assert "Nobody here is called “Zzyzx”." in page(house, "/mine?who=Zzyzx").text


def test_the_list_of_playbills_counts_what_is_settled(house: Web) -> None:
    told = page(house, "/incidents").text

    assert "Checkout API is slow" in told
    assert "1 of 3 settled, 1 overdue" in told


@pytest.mark.parametrize("by", ["id", "number"])
def test_a_playbill_has_the_story_drawn_and_told_and_its_promises_as_they_are(house: Web, by: str) -> None:
    found = page(house, f"/incidents/{incident_id(house) if by == 'id' else 1001}")

    assert next(each["class"] for tag, each in found.elements if tag == "svg") == "stage"
    assert "belief" in {each.get("class") for tag, each in found.elements if tag == "path"}
    for words in ("Plot points", "I was sure that the cache was warm", "As it stands now", "Appendix: the whole log"):
        assert words in found.text
    assert "callsheet:begin" not in found.text


def test_a_playbill_says_where_people_write_in_it(house: Web) -> None:
    (held,) = house.store.publications([incident_id(house)]).values()
    assert f"What you write in {held.location} stays" in page(house, f"/incidents/{incident_id(house)}").text


def test_every_entry_of_the_contents_leads_to_a_heading(house: Web) -> None:
    found = page(house, f"/incidents/{incident_id(house)}")
    ids = {each["id"] for _, each in found.elements if "id" in each}

    anchors = [link for link in found.links() if link.startswith("#")]
    assert len(anchors) > 10
    assert {anchor[1:] for anchor in anchors} <= ids


def test_the_review_goes_through_the_sections_one_by_one(house: Web) -> None:
    path = f"/incidents/{incident_id(house)}/present"
    seen, at = [], f"{path}?scene=1"
    while True:
        found = page(house, at)
        seen.append(next(word for tag, word in zip(found.elements, found.words, strict=False) if tag) and at)
        following = [each["href"] for tag, each in found.elements if tag == "a" and each.get("rel") == "next"]
        if not following:
            break
        (at,) = following
    assert len(seen) > 8
    assert "Run of show" in found.text
    assert "The whole playbill" in found.text


@pytest.mark.parametrize(
    ("titles", "part"),
    [
        (["Summary", "Cast of characters"], 0),
        (["Summary", "Timeline: the screenplay"], 1),
        (["Timeline", "Plot points"], 1),
        (["Timeline", "Critique", "What we learned"], 2),
        (["Timeline", "Critique", "Call sheet", "Promised before, still open"], 3),
        (["Call sheet", "Awards ceremony", "Notes from the review"], 4),
        ([], 0),
    ],
)
def test_the_part_of_the_session_is_that_of_the_section(titles: list[str], part: int) -> None:
    assert part_played(titles, scenes(20, Form.FULL)) == part


def test_the_short_form_has_its_parts_too_and_an_unknown_one_begins_at_the_beginning() -> None:
    short = scenes(20, Form.CONCISE)
    parts = [part_played(titles, short) for titles in (["Summary"], ["Timeline"], ["Questions"], ["Call sheet"])]
    assert parts == [0, 0, 1, 2]
    assert part_played(["Critique"], ()) == 0


def test_the_part_that_is_on_is_marked_without_any_script(house: Web) -> None:
    for scene, part in ((1, "1. Curtain"), (5, "2. Reenactment")):
        found = page(house, f"/incidents/{incident_id(house)}/present?scene={scene}")
        (at,) = [number for number, (tag, each) in enumerate(found.elements) if tag == "dt" and "aria-current" in each]
        parts = [number for number, (tag, _) in enumerate(found.elements) if tag == "dt"][1:]
        assert part.startswith(str(parts.index(at) + 1))
        assert part in found.text


def test_an_incident_without_a_document_still_has_a_page(house: Web) -> None:
    incident = house.store.incidents([incident_id(house)])[incident_id(house)]

    house.store.save_incidents([replace(incident, id="QBARE", number=77, title="Nobody wrote about it")])
    assert "There is no document yet" in page(house, "/incidents/77").text
    assert "nothing to present" in page(house, "/incidents/77/present").text


def test_the_season_report(house: Web) -> None:
    told = page(house, "/season/2026-q4").text

    assert "3 promises; 1 kept on time; 1 overdue" in told
    assert "By team" in told
    assert house.browse("/season").headers["location"] == "/season/2026-Q4"
    assert "1001 Checkout API is slow" in house.browse("/season/2026-Q4.csv").text


def test_a_later_season_is_drawn_beside_the_one_before(tmp_path: Path) -> None:
    world, _ = lived(tmp_path)
    with opened(tmp_path, now=world.clock.now() + timedelta(days=60), rules=world.rules) as web:
        found = page(web, "/season/2027-Q1")
    assert "Season by season" in found.text
    assert re.search(r"2026-Q4 3 1 .*2027-Q1 0 0", found.text)
    drawn = [each["aria-label"] for tag, each in found.elements if tag == "svg" and "aria-label" in each]
    assert any(label.startswith("1 kept") for label in drawn), drawn


def test_status_is_a_page_for_people_and_json_for_programs(house: Web) -> None:
    told = page(house, "/status").text

    assert "Held back by a guard" in told
    assert "held back by a guard, until you approve" in told
    assert house.get("/status")[1]["items"]["open"] == 2


def test_why_tells_where_a_promise_comes_from_and_what_was_done(house: Web) -> None:
    told = page(house, "/explain/OPS-1").text

    assert "ticket filed" in told
    assert "from a note of #1001" in told
    assert house.browse("/explain?key=%20OPS-1%20").headers["location"] == "/explain/OPS-1"
    assert house.browse("/explain?key=..%2F..%2Fx").headers["location"] == "/explain/..%2F..%2Fx"


def test_the_leader_s_card_is_the_house_s_own(tmp_path: Path) -> None:
    with opened(tmp_path) as web:
        assert "Before you join the call" in page(web, "/leader-card").text
    (tmp_path / "leader-card.md.j2").write_text("# {{ title }}\n\nBreathe out. <script>alert(1)</script>\n")
    with opened(tmp_path, templates=tmp_path) as web:
        found = page(web, "/leader-card")
        assert "Breathe out. <script>" in found.text
        assert "script" not in {tag for tag, _ in found.elements}
    (tmp_path / "leader-card.md.j2").write_text("{{ nobody_knows_this }}")
    with opened(tmp_path, templates=tmp_path) as web:
        assert "leader-card.md.j2, line 1" in page(web, "/leader-card", 500).text


@pytest.mark.parametrize("path", ["/explain/NOBODY-1", "/incidents/999", "/season/9999-Q9", "/nowhere", "/static/x"])
def test_what_is_not_there_is_a_page_that_says_so(house: Web, path: str) -> None:
    assert "Not on the programme" in page(house, path, 404).text


def test_pages_are_kept_by_nobody_and_the_style_sheet_for_long(house: Web) -> None:
    found = house.browse("/")
    (style,) = [each["href"] for tag, each in read(found.text).elements if each.get("rel") == "stylesheet"]

    assert found.headers["cache-control"] == "private, no-store"
    assert "immutable" in house.browse(style).headers["cache-control"]
    assert house.browse("/static/callsheet.css").headers["cache-control"] == "no-cache"


def test_pages_serve_while_a_cycle_writes(house: Web) -> None:
    with house.store.transaction():
        house.store.note_down("busy", "yes")
        assert house.browse("/").status == 200


def test_an_empty_house_has_all_its_pages(tmp_path: Path) -> None:
    with opened(tmp_path) as web:
        for path in ("/", "/sheet", "/mine", "/incidents", "/season/2026-Q4", "/status"):
            assert page(web, path).text


def test_every_page_answers_head_as_it_answers_get_but_for_its_body(house: Web) -> None:
    paths = (each[0] for each in addresses(house).values())
    for path in (
        *paths,
        "/sheet.csv",
        "/season",
        "/static/callsheet.css",
        "/healthz",
        "/metrics",
        "/api/v1/sheet",
        "/no",
    ):
        got, found = house.browse(path), house.head(path)
        assert (found.status, found.text) == (got.status, ""), path
        assert {**found.headers, "date": "", "content-length": ""} == {**got.headers, "date": "", "content-length": ""}
        assert int(found.headers["content-length"]) > 0 or got.status == 303, path
