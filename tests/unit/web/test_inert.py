"""Whatever people, monitors or trackers wrote: on each page it is words. And no page calls out."""

from __future__ import annotations

import csv
import re
from collections.abc import Iterator
from urllib.parse import quote, urlsplit

import pytest

from callsheet.web.app import build
from tests.unit.web.house import Page, Web, opened
from tests.unit.web.reading import is_inside, paths_of, read
from tests.unit.web.story import NOTES, lived, rehearsed

EVIL = (
    "<script>alert(1)</script>",
    '"><img src=x onerror=alert(1)>',
    "'><svg/onload=alert(1)>",
    "</title></textarea></style><x-evil a=b>",
    "javascript:alert(1)",
    "[click](javascript:alert(1)) ![i](https://evil.example/i.png) <https://evil.example>",
    "{{ 7 * 7 }} {% include 'x' %} ${7*7}",
    "&lt;b&gt; \u202etxt.exe \x07",
    "<iframe src=//evil.example></iframe><form action=//evil.example><base href=//evil.example>",
)
ALL = " ".join(EVIL)
# What a spreadsheet would compute.
FORMULAS = ("=HYPERLINK(1)", "+1+1+cmd", "-2+3+cmd")
HOSTILE_NOTES = (
    *NOTES,
    *(f"I thought {word}" for word in EVIL),
    *(f"ACTION: {word} @{word}" for word in EVIL),
    *(f"ACTION: {word} by formula" for word in FORMULAS),
)
# What a page of ours may be made of: nothing that runs, frames or fetches.
TAGS = frozenset({
    "a", "article", "aside", "bdi", "blockquote", "body", "br", "button", "caption", "circle", "code", "dd", "del",
    "details", "div", "dl", "dt", "em", "figcaption", "figure", "footer", "form", "h1", "h2", "h3", "h4", "h5", "h6",
    "head", "header", "hr", "html", "input", "ins", "label", "li", "line", "link", "main", "meta", "nav", "ol",
    "option", "p", "path", "polygon", "polyline", "pre", "rect", "s", "section", "select", "span", "strong", "summary",
    "svg", "table", "tbody", "td", "text", "th", "thead", "title", "tr", "ul",
})  # fmt: skip
# The one page with a script.
PRESENT = "/present"
# Machines' own, and those that only lead elsewhere.
NO_PAGES = {
    "/healthz",
    "/readyz",
    "/metrics",
    "/sheet.csv",
    "/season/{name}.csv",
    "/static/{name}",
    "/explain",
    "/season",
}


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Web]:
    folder = tmp_path_factory.mktemp("hostile")
    world, incident = lived(folder, title=ALL, notes=HOSTILE_NOTES)
    with world.store() as store:
        store.mark([incident.id], noted=True)
    with opened(folder, now=world.clock.now(), rules=world.rules, rehearse=lambda: rehearsed(world)) as web:
        yield web


def addresses(web: Web) -> dict[str, list[str]]:
    """For each page of the route table, where it is seen with hostile words: an entry that is missing is a fault."""
    (opened_one,) = web.store.every_postmortem()
    id_, evil = opened_one.incident_id, quote(ALL, safe="")
    keys = [item.key for item in web.store.items(every=True)]
    return {
        "/": ["/"],
        "/sheet": ["/sheet", "/sheet?every=1", f"/sheet?owner={quote(EVIL[1])}", f"/sheet?team={quote(EVIL[0])}"],
        "/mine": ["/mine?who=ana.ferreira%40example.com", f"/mine?who={quote(EVIL[1])}"],
        "/incidents": ["/incidents"],
        "/incidents/{word}": [f"/incidents/{id_}", f"/incidents/{quote(EVIL[1], safe='')}"],
        "/incidents/{word}/present": [f"/incidents/{id_}/present?scene={number}" for number in range(1, 16)],
        "/incidents/{word}/log": [f"/incidents/{id_}/log"],
        "/leader-card": ["/leader-card"],
        "/season/{name}": ["/season/2026-Q4", f"/season/{quote(EVIL[0], safe='')}"],
        "/status": ["/status"],
        "/sync": ["/sync"],
        "/plan": ["/plan"],
        "/explain/{key}": [*(f"/explain/{key}" for key in keys), f"/explain/{id_}", f"/explain/{evil}"],
        "/sign-in": [f"/sign-in?to={evil}"],
    }


def test_every_page_of_the_route_table_is_looked_at(house: Web) -> None:
    assert paths_of(build(house.desk, house.site).routes) - NO_PAGES == set(addresses(house))


def test_hostile_words_are_words_on_every_page(house: Web) -> None:
    seen = 0
    for address in (each for some in addresses(house).values() for each in some):
        found = house.browse(address)
        assert found.status < 500, address
        page = read(found.text)
        seen += "alert(1)" in page.text
        assert {tag for tag, _ in page.elements} <= TAGS | ({"script"} if PRESENT in address else set()), address
        # Ours is a file of its own: between its tags stands nothing.
        assert found.text.count("<script") == found.text.count('<script src="/static/present.js?'), address
        assert found.text.count("<script") == found.text.count(" defer></script>") <= 1, address
        for tag, attributes in page.elements:
            assert not [name for name in attributes if name.startswith("on") or name == "style"], (address, tag)
        assert "49" not in re.findall(r"\b49\b", page.text), address
    assert seen > 20


def test_no_page_calls_out_to_another_host(house: Web) -> None:
    for address in (each for some in addresses(house).values() for each in some):
        page = read(house.browse(address).text)
        assert all(is_inside(url) for url in page.loads()), (address, page.loads())
        assert not [each for tag, each in page.elements if tag == "meta" and "http-equiv" in each]


def test_links_lead_inside_or_to_the_web(house: Web) -> None:
    for address in (each for some in addresses(house).values() for each in some):
        for link in read(house.browse(address).text).links():
            assert is_inside(link) or urlsplit(link).scheme in {"http", "https"}, (address, link)


def test_the_style_sheet_calls_nobody(house: Web) -> None:
    text = house.browse("/static/callsheet.css").text
    assert not re.search(r"@import|url\(|expression\(|//", text)


def test_csv_cells_that_look_like_formulas_stay_words(house: Web) -> None:
    for path in ("/sheet.csv?every=1", "/season/2026-Q4.csv"):
        cells = [cell for row in csv.reader(house.browse(path).text.splitlines()) for cell in row]
        assert not [cell for cell in cells if cell.lstrip().startswith(("=", "+", "-", "@"))], path
        assert {f"'{word} by formula" for word in FORMULAS} <= set(cells), path


SEALED = (
    "default-src 'none'; style-src 'self'; img-src 'self'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'"
)


def assert_sealed(found: Page, policy: str = SEALED) -> None:
    assert found.headers["content-security-policy"] == policy
    assert found.headers["x-content-type-options"] == "nosniff"
    assert found.headers["referrer-policy"] == "same-origin"


@pytest.mark.parametrize(
    "address", ["/", "/healthz", "/metrics", "/nowhere", "/static/present.js", "/status", "/api/v1/nowhere"]
)
def test_every_answer_is_sealed(house: Web, address: str) -> None:
    assert_sealed(house.browse(address))


def test_files_of_ours_alone_may_run_and_only_where_one_helps(house: Web) -> None:
    for address in (each for some in addresses(house).values() for each in some):
        with_script = f"{SEALED}; script-src 'self'" if PRESENT in address else SEALED
        assert_sealed(house.browse(address), with_script)


def test_the_script_calls_nobody_and_writes_no_markup(house: Web) -> None:
    found = house.browse("/static/present.js")
    assert found.headers["content-type"] == "text/javascript; charset=utf-8"
    banned = r"https?:|fetch|XMLHttp|import|eval|Function|innerHTML|outerHTML|insertAdjacent|\.write|setAttribute"
    assert not re.search(banned, found.text)
    assert len(found.text) < 5000


@pytest.mark.parametrize("accepted", ["text/html", "*/*"])
def test_what_breaks_is_told_without_what_broke_and_sealed(
    house: Web, monkeypatch: pytest.MonkeyPatch, accepted: str
) -> None:
    def broken(*_: object) -> None:
        raise RuntimeError("CANARY")

    monkeypatch.setattr("callsheet.web.pages.front.glance", broken)
    found = house.browse("/", {"Accept": accepted})
    assert (found.status, "log" in found.text, "CANARY" in found.text) == (500, True, False)
    assert_sealed(found)
