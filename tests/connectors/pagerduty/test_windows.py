"""Paging and windows, against a pretend listing that follows PagerDuty's rules and breaks clients' assumptions."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from operator import itemgetter
from typing import Any

import pytest

from callsheet.connect.errors import Malformed
from callsheet_pagerduty.windows import in_windows, pages, zulu
from tests.connectors.pagerduty.stage import NOW


@dataclass
class Listing:
    """Rows, oldest first; `end_inclusive` and `start_inclusive` are what nobody documents."""

    rows: list[tuple[datetime, str]]
    largest: int = 100
    start_inclusive: bool = True
    end_inclusive: bool = True
    asked: list[dict[str, Any]] = field(default_factory=list)

    def get(self, path: str, params: Mapping[str, Any]) -> dict[str, Any]:
        self.asked.append(dict(params))
        offset, limit = params["offset"], min(params["limit"], self.largest)
        assert offset + params["limit"] <= 10_000, "PagerDuty answers 400"
        found = self._found(params.get("since"), params.get("until"))
        shown = found[offset : offset + limit]
        return {
            "things": [{"id": key} for _, key in shown],
            "limit": 25,  # an echo that is not to be trusted
            "more": offset + len(shown) < len(found),
            "total": len(found) if params.get("total") == "true" else None,
        }

    def _found(self, since: str | None, until: str | None) -> list[tuple[datetime, str]]:
        if since is None or until is None:
            return self.rows[::-1]
        from_side = bisect_left if self.start_inclusive else bisect_right
        to_side = bisect_right if self.end_inclusive else bisect_left
        start = from_side(self.rows, datetime.fromisoformat(since), key=itemgetter(0))
        return self.rows[start : to_side(self.rows, datetime.fromisoformat(until), key=itemgetter(0))][::-1]

    def windows(self) -> list[tuple[str, str]]:
        return [(each["since"], each["until"]) for each in self.asked if each["offset"] == 0]


def every(count: int, step: timedelta, start: datetime = NOW) -> list[tuple[datetime, str]]:
    return [(start + place * step, f"R{place:06}") for place in range(count)]


def read(listing: Listing, since: datetime, until: datetime) -> list[str]:
    found = [piece for page in in_windows(listing.get, "/things", "things", {}, since, until) for piece in page.pieces]
    return [row["id"] for _, row in found]


def test_a_quiet_window_is_one_request_with_full_seconds_and_z() -> None:
    listing = Listing([])
    since = NOW + timedelta(milliseconds=700)
    assert read(listing, since, since + timedelta(minutes=2)) == []
    assert listing.asked == [
        {"since": "2026-11-21T10:00:00Z", "until": "2026-11-21T10:02:01Z", "limit": 100, "offset": 0, "total": "true"}
    ]


def test_every_page_is_read_and_only_the_first_asks_for_the_total() -> None:
    listing = Listing(every(250, timedelta(seconds=1)))
    assert sorted(read(listing, NOW, NOW + timedelta(hours=1))) == [key for _, key in listing.rows]
    assert [each["offset"] for each in listing.asked] == [0, 100, 200]
    assert ["total" in each for each in listing.asked] == [True, False, False]


def test_a_smaller_page_than_asked_for_loses_nothing() -> None:
    listing = Listing(every(60, timedelta(seconds=1)), largest=25)
    assert len(read(listing, NOW, NOW + timedelta(hours=1))) == 60
    assert {each["limit"] for each in listing.asked} == {100}


def test_an_empty_page_ends_it_although_it_says_more() -> None:
    answers = iter([{"things": [{"id": "1"}], "more": True}, {"things": [], "more": True, "limit": 0}])
    found = list(pages(lambda path, params: next(answers), "/things", "things", {}))
    assert [len(page.pieces) for page in found] == [1, 0]


def test_rows_that_shifted_between_pages_come_once_and_rows_without_id_pass() -> None:
    first = {"things": [{"id": "1"}, {"id": "2"}, "junk"], "more": True}
    second = {"things": [{"id": "2"}, {"id": "3"}, {"id": None}], "more": False}
    answers = iter([first, second])
    pieces = [piece for page in pages(lambda *_: next(answers), "/things", "things", {}) for piece in page.pieces]
    assert [place for place, _ in pieces] == ["things[0]", "things[1]", "things[2]", "things[4]", "things[5]"]


@pytest.mark.parametrize("start_inclusive", [True, False])
@pytest.mark.parametrize("end_inclusive", [True, False])
def test_a_window_near_the_cap_is_cut_in_two_and_loses_nothing_at_the_seam(
    start_inclusive: bool, end_inclusive: bool
) -> None:
    rows = every(20_500, timedelta(seconds=1))
    listing = Listing(rows, start_inclusive=start_inclusive, end_inclusive=end_inclusive)
    found = read(listing, NOW - timedelta(seconds=1), NOW + timedelta(seconds=20_500))
    assert sorted(found) == [key for _, key in rows]  # each once
    assert len(listing.asked) < 215


def test_what_stays_under_the_mark_is_not_cut() -> None:
    listing = Listing(every(8_950, timedelta(seconds=1)))
    assert len(read(listing, NOW, NOW + timedelta(days=1))) == 8_950
    assert len(listing.windows()) == 1


def test_one_second_with_more_than_can_be_read_ends_loudly() -> None:
    listing = Listing([(NOW, f"R{place}") for place in range(10_001)])
    with pytest.raises(Malformed, match="10000"):
        read(listing, NOW - timedelta(seconds=30), NOW + timedelta(seconds=30))


def test_one_second_that_can_just_be_read_is_read() -> None:
    listing = Listing([(NOW, f"R{place}") for place in range(9_500)])
    assert len(read(listing, NOW - timedelta(seconds=3), NOW + timedelta(seconds=3))) == 9_500


def test_wide_ranges_go_in_windows_under_six_months_without_a_gap() -> None:
    start = datetime(2025, 1, 1, tzinfo=UTC)
    rows = every(400, timedelta(days=1), start)
    listing = Listing(rows, start_inclusive=False, end_inclusive=False)
    found = read(listing, start - timedelta(seconds=1), start + timedelta(days=400))
    assert sorted(found) == [key for _, key in rows]
    for since, until in listing.windows():
        assert datetime.fromisoformat(until) - datetime.fromisoformat(since) <= timedelta(days=179, seconds=1)


def test_nothing_is_asked_about_an_empty_range() -> None:
    listing = Listing([])
    assert read(listing, NOW, NOW) == []
    assert listing.asked == []


@pytest.mark.parametrize("answer", [{}, {"things": None}, {"things": {"id": 1}}])
def test_an_answer_without_the_list_is_malformed(answer: dict[str, Any]) -> None:
    with pytest.raises(Malformed, match="things"):
        list(pages(lambda *_: answer, "/things", "things", {}))


def test_times_go_out_in_utc() -> None:
    assert zulu(datetime.fromisoformat("2026-11-21T12:00:00+02:00")) == "2026-11-21T10:00:00Z"
