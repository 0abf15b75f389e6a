"""A season's page and its CSV: what comes from outside stays words."""

from __future__ import annotations

import csv
import io
from dataclasses import replace
from datetime import UTC, date, datetime
from html.parser import HTMLParser

import pytest
from hypothesis import given
from hypothesis import strategies as st

from callsheet.model.action_item import ItemStatus, Words
from callsheet.plan.rules import Rules
from callsheet.plan.season import Figures, Promise, Record, Tally, trend
from callsheet.render.page import link
from callsheet.render.season import bar, season_page
from callsheet.render.sheet import csv_text, neutral
from callsheet.testing.builders import make_incident, make_item, make_ticket

RULES = Rules()
NOW = datetime(2027, 2, 1, 12, tzinfo=UTC)
EVIL = '<script>alert("x")</script> & <b onmouseover=x>'


def told(title: str = "Add an alert", **given: object) -> tuple[Figures, ...]:
    incident = make_incident(title=title, url="javascript:alert(1)")
    item = make_item(title, due_on=date(2026, 11, 16), filed="10001", **given)
    promise = Promise(item=replace(item, words=Words(title=title)), incident=incident, dates=(date(2026, 11, 16),))
    return trend(RULES.seasons.of(date(2026, 11, 1)), Record(promises=(promise,)), RULES, NOW)


class Page(HTMLParser):
    """Counts tags and keeps what runs or loads something."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.active: list[str] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        loads = [name for name, value in attrs if name in {"src", "srcset", "background"} or name.startswith("on")]
        runs = [value for name, value in attrs if name == "href" and not (value or "").startswith("https://")]
        self.active += [tag] if tag in {"script", "link", "img", "iframe", "object"} or loads or runs else []


def test_the_page_holds_nothing_that_runs_or_loads() -> None:
    tickets = {"10001": make_ticket(title=EVIL, url="https://acme.tracker.example/browse/OPS-1")}
    page = season_page(told(EVIL, status=ItemStatus.DROPPED, status_because=EVIL), tickets, NOW, None)
    assert Page(page).active == []
    assert "&lt;script&gt;" in page
    assert 'href="https://acme.tracker.example/browse/OPS-1"' in page


def test_a_column_of_noughts_takes_no_room() -> None:
    opened, cut = told(), told(status=ItemStatus.DROPPED, status_because="no longer worth it")
    heading = '<th class="number">Cut</th>'
    assert heading not in season_page(opened, {}, NOW, None)
    # By team, by service and by kind.
    assert season_page(cut, {}, NOW, None).count(heading) == 3


def test_a_season_without_promises_has_a_page_too() -> None:
    page = season_page(trend(RULES.seasons.of(date(2027, 2, 1)), Record(), RULES, NOW), {}, NOW, None)
    assert "Nothing so far." in page


@pytest.mark.parametrize("url", ["javascript:alert(1)", "data:text/html,x", "//evil.example", None])
def test_only_web_addresses_become_links(url: str | None) -> None:
    assert link("<b>", url) == "&lt;b&gt;"


counts = st.integers(0, 40)


@given(counts, counts, counts, counts, counts, counts)
def test_a_bar_s_pieces_are_the_whole(kept: int, late: int, cut: int, renewed: int, drifted: int, still: int) -> None:
    promised = kept + late + cut + renewed + drifted + still
    pieces = bar(
        Tally(promised=promised, kept=kept, kept_late=late, cut=cut, renewed=renewed, drifted=drifted, open=still)
    )
    assert sum(int(str(piece["count"])) for piece in pieces) == promised
    widths = [int(str(piece["width"])) for piece in pieces]
    assert all(width >= 1 for width in widths)
    assert not pieces or 100 <= sum(widths) <= 105


@pytest.mark.parametrize("cell", ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", "  =1"])
def test_a_formula_stays_words(cell: str) -> None:
    assert neutral(cell) == f"'{cell}"


@given(st.lists(st.lists(st.text(), min_size=2, max_size=2)))
def test_csv_is_read_back_as_it_was_without_formulas(rows: list[list[str]]) -> None:
    text = csv_text(("a", "b"), rows)
    read = list(csv.reader(io.StringIO(text, newline="")))
    assert read == [["a", "b"], *([neutral(cell) for cell in row] for row in rows)]
