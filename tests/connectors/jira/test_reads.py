"""Reads and edits on the wire's bad days: repeated, throttled, read to their end."""

from __future__ import annotations

from datetime import timedelta
from email.utils import format_datetime

import pytest

from callsheet.connect.errors import (
    AuthRefused,
    Malformed,
    NotFound,
    RateLimited,
    Rejected,
    Transient,
)
from callsheet.model.ticket import Category, Field, TicketChange
from tests.connectors.jira.house import (
    DRAFT,
    EMPTY,
    NOW,
    PROOF,
    Answer,
    House,
    Seen,
    Serve,
    always,
    both,
    issue,
)

# Reads and edits may be repeated


@both
def test_a_read_is_repeated_until_it_succeeds(serve: Serve, house: House, flavour: str) -> None:
    good = Answer(200, EMPTY, PROOF[flavour])
    tiny = serve(always(Answer(502), Answer(drop=True), Answer(200, EMPTY, cut=True), good))
    assert list(house.jira(tiny.env(flavour)).changes("callsheet", NOW)) == []
    assert len(tiny.seen) == house.requests == 4
    assert len(house.clock.waits) == 3


def test_an_edit_is_repeated_and_conflicts_are_too(serve: Serve, house: House) -> None:
    tiny = serve(always(Answer(409), Answer(204)))
    house.jira(tiny.env()).update("7", TicketChange(fields={Field.TITLE: "New"}, add_labels=("late",)))
    assert [(seen.method, seen.path) for seen in tiny.seen] == [("PUT", "/jira/rest/api/3/issue/7")] * 2
    assert tiny.seen[0].body == {"fields": {"summary": "New"}, "update": {"labels": [{"add": "late"}]}}


def test_an_empty_edit_sends_nothing(serve: Serve, house: House) -> None:
    tiny = serve(always(Answer(500)))
    house.jira(tiny.env()).update("7", TicketChange())
    assert tiny.seen == []


def test_a_login_page_is_no_successful_edit(serve: Serve, house: House) -> None:
    tiny = serve(always(Answer(200, b"<html>sign in</html>")))
    with pytest.raises(Malformed):
        house.jira(tiny.env()).update("7", TicketChange(fields={Field.TITLE: "New"}))


def test_a_redirect_is_not_followed(serve: Serve, house: House) -> None:
    other = serve(always(Answer(200, EMPTY)))
    tiny = serve(always(Answer(302, None, {"Location": other.url})))
    with pytest.raises(Transient, match="JIRA_BASE_URL"):
        list(house.jira(tiny.env()).changes("callsheet", None))
    assert other.seen == []


def test_cookies_are_not_kept(serve: Serve, house: House) -> None:
    tiny = serve(always(Answer(200, EMPTY, {**PROOF["cloud"], "Set-Cookie": "JSESSIONID=1; Path=/"})))
    jira = house.jira(tiny.env())
    for _ in range(2):
        list(jira.changes("callsheet", None))
    assert "cookie" not in tiny.seen[1].headers


# Throttling


@pytest.mark.parametrize(
    ("headers", "seconds"),
    [
        ({"Retry-After": "7"}, 7.0),
        ({"Retry-After": "1.5"}, 1.5),
        ({"Retry-After": "0"}, 0.0),
        ({"Retry-After": format_datetime(NOW + timedelta(seconds=9), usegmt=True)}, 9.0),
        ({"X-RateLimit-Reset": "2026-11-02T09:00:11Z"}, 11.0),
        ({}, 30.0),
    ],
    ids=str,
)
def test_a_throttled_read_waits_as_long_as_it_was_asked_to(
    serve: Serve, house: House, headers: dict[str, str], seconds: float
) -> None:
    tiny = serve(always(Answer(429, None, headers), Answer(200, EMPTY, PROOF["cloud"])))
    assert list(house.jira(tiny.env()).changes("callsheet", None)) == []
    assert sum(house.clock.waits) == seconds
    assert len(tiny.seen) == 2


def test_a_long_throttle_ends_the_call_and_silences_the_credential(serve: Serve, house: House) -> None:
    answer = Answer(429, None, {"Retry-After": "1847", "RateLimit-Reason": "jira-quota-global-based"})
    tiny = serve(always(answer))
    jira = house.jira(tiny.env())
    with pytest.raises(RateLimited) as caught:
        list(jira.changes("callsheet", None))
    assert (caught.value.retry_after, caught.value.scope) == (1847.0, "jira-quota-global-based")
    with pytest.raises(RateLimited) as again:
        jira.create(DRAFT)
    assert again.value.retry_after == 1847.0
    assert len(tiny.seen) == 1
    assert house.clock.waits == []


# Pages


def test_a_repeated_cursor_is_an_error_and_a_missing_one_the_end(serve: Serve, house: House) -> None:
    page = {"issues": [issue(1)], "isLast": False, "nextPageToken": "t"}
    tiny = serve(always(Answer(200, page, PROOF["cloud"])))
    with pytest.raises(Malformed, match="same page token"):
        list(house.jira(tiny.env()).changes("callsheet", None))
    assert len(tiny.seen) == 2
    tiny.script = always(Answer(200, {"issues": [issue(1)], "isLast": False}, PROOF["cloud"]))
    assert [ticket.key for ticket in house.jira(tiny.env()).changes("callsheet", None)] == ["OPS-1"]


def test_data_center_pages_overlap_so_that_a_change_meanwhile_hides_nothing(serve: Serve, house: House) -> None:
    every = [issue(number) for number in range(1, 251)]

    def script(seen: Seen) -> Answer:
        start = seen.body["startAt"]
        page = {"issues": every[start : start + 100], "total": len(every), "startAt": start}
        if start == 0:
            # Two tickets of the first page change and go to the end of the order.
            every.extend([every.pop(0), every.pop(0)])
        return Answer(200, page, PROOF["datacenter"])

    found = [ticket.key for ticket in house.jira(serve(script).env("datacenter")).changes("callsheet", None)]
    assert sorted(found) == sorted(f"OPS-{number}" for number in range(1, 251))


def test_a_search_without_a_total_is_malformed_rather_than_short(serve: Serve, house: House) -> None:
    tiny = serve(always(Answer(200, {"issues": [issue(1)]}, PROOF["datacenter"])))
    with pytest.raises(Malformed, match="total"):
        list(house.jira(tiny.env("datacenter")).changes("callsheet", None))


def test_data_center_reads_each_ticket_when_one_spoils_the_query(serve: Serve, house: House) -> None:
    def script(seen: Seen) -> Answer:
        if seen.path.endswith("/search"):
            return Answer(400, {"errorMessages": ["A value with ID '10009' does not exist"]}, PROOF["datacenter"])
        number = int(seen.path.rpartition("/")[2]) - 10000
        return Answer(404 if number == 9 else 200, issue(number), PROOF["datacenter"])

    read = house.jira(serve(script).env("datacenter")).read([str(10000 + number) for number in range(1, 10)])
    assert (len(read.found), read.missing) == (8, ("10009",))


def test_a_hidden_ticket_is_missing_for_a_proven_account_only(serve: Serve, house: House) -> None:
    tiny = serve(always(Answer(403, None, PROOF["datacenter"])))
    assert house.jira(tiny.env("datacenter")).read(["10001"]).missing == ("10001",)
    tiny.script = always(Answer(403))
    with pytest.raises(AuthRefused):
        house.jira(tiny.env("datacenter")).read(["10001"])


@both
def test_a_search_that_is_itself_not_there_names_the_address(serve: Serve, house: House, flavour: str) -> None:
    jira = house.jira(serve(always(Answer(404, b"<html>"))).env(flavour))
    with pytest.raises(NotFound, match="answered 404: nothing is there; check that JIRA_BASE_URL is"):
        jira.find(["cs-1"])
    with pytest.raises(NotFound, match=r"answered 404$"):
        jira.update("10001", TicketChange(add_labels=("a",)))


def test_ids_are_quoted_into_paths(serve: Serve, house: House) -> None:
    tiny = serve(always(Answer(404, None, PROOF["cloud"])))
    with pytest.raises(NotFound):
        house.jira(tiny.env()).update("../../myself?x=1", TicketChange(add_labels=("a",)))
    assert tiny.seen[0].path == "/jira/rest/api/3/issue/..%2F..%2Fmyself%3Fx%3D1"


def test_a_step_that_jira_took_without_moving_is_told(serve: Serve, house: House) -> None:
    def script(seen: Seen) -> Answer:
        if seen.method == "POST":
            return Answer(204, None, PROOF["cloud"])
        if seen.path.endswith("/transitions"):
            to = {"name": "Done", "statusCategory": {"key": "done"}}
            return Answer(200, {"transitions": [{"id": "31", "name": "Done", "to": to}]}, PROOF["cloud"])
        return Answer(200, issue(1), PROOF["cloud"])

    with pytest.raises(Rejected, match="is in 'To Do'"):
        house.jira(serve(script).env()).transition("10001", Category.DONE, ())


def test_our_account_is_read_and_a_wrong_flavour_is_told(serve: Serve, house: House) -> None:
    tiny = serve(always(Answer(200, {"accountId": "5b10", "displayName": "Callsheet"})))
    assert house.jira(tiny.env()).who_am_i().id == "5b10"
    with pytest.raises(Malformed, match="JIRA_FLAVOUR"):
        house.jira(tiny.env("datacenter")).who_am_i()
