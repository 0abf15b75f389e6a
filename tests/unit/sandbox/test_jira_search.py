"""Finding issues: the lag of search, tokens, caps, and the reads that do not lag."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from callsheet.sandbox.actions import act_jira

from .office import NOW, Office


def search(office: Office, jql: str, **more: Any) -> Any:
    reply = office.jira.post("/search/jql", {"jql": jql, "fields": ["summary", "status"], **more})
    assert reply.status == 200, reply
    return reply.body


def keys(body: Any) -> list[str]:
    return [each["key"] for each in body["issues"]]


def test_search_sees_a_new_ticket_only_after_the_lag_while_reads_see_it_at_once(office: Office) -> None:
    key = office.file(labels=["cs-1"])
    assert keys(search(office, 'labels = "cs-1"')) == []
    assert office.jira.post("/issue/bulkfetch", {"issueIdsOrKeys": [key]}).body["issues"][0]["key"] == key
    office.advance(seconds=2)
    assert keys(search(office, 'labels = "cs-1"')) == [key]


def test_search_shows_stale_fields_until_the_lag_has_passed(office: Office) -> None:
    key = office.file("Before")
    office.advance(seconds=10)
    office.jira.put(f"/issue/{key}", {"fields": {"summary": "After"}})
    stale = search(office, f"key = {key}")["issues"][0]["fields"]["summary"]
    office.advance(seconds=2)
    fresh = search(office, f"key = {key}")["issues"][0]["fields"]["summary"]
    assert (stale, fresh) == ("Before", "After")


def test_the_lag_can_be_set(office: Office) -> None:
    office.world.faults.add({"kind": "lag", "side": "jira", "seconds": "5m"})
    office.world.apply_switches()
    office.file(labels=["cs-2"])
    office.advance(minutes=4)
    assert keys(search(office, 'labels = "cs-2"')) == []
    office.advance(minutes=1)
    assert len(keys(search(office, 'labels = "cs-2"'))) == 1


def test_a_deleted_ticket_lingers_in_search_for_the_lag(office: Office) -> None:
    key = office.file(labels=["cs-3"])
    office.advance(seconds=5)
    act_jira(office.world, {"do": "delete", "issue": key})
    assert keys(search(office, 'labels = "cs-3"')) == [key]
    office.advance(seconds=2)
    assert keys(search(office, 'labels = "cs-3"')) == []
    assert office.jira.ask("GET", f"/issue/{key}").status == 404


def test_pages_are_joined_by_a_token_that_fits_its_query_only(office: Office) -> None:
    for number in range(5):
        office.file(f"Number {number}", labels=["many"])
    office.advance(seconds=5)
    first = search(office, "labels = many ORDER BY key ASC", maxResults=3)
    assert first["isLast"] is False
    last = search(office, "labels = many ORDER BY key ASC", maxResults=3, nextPageToken=first["nextPageToken"])
    assert (last["isLast"], "nextPageToken" in last) == (True, False)
    assert len({*keys(first), *keys(last)}) == 5
    other = {"jql": "labels = many", "nextPageToken": first["nextPageToken"]}
    assert office.jira.post("/search/jql", other).status == 400


def test_a_page_with_fields_holds_100_and_without_only_ids(office: Office) -> None:
    for _ in range(105):
        office.file(labels=["bulk"])
    office.advance(seconds=5)
    assert len(search(office, "labels = bulk", maxResults=1000)["issues"]) == 100
    reply = office.jira.post("/search/jql", {"jql": "labels = bulk", "maxResults": 1000})
    assert len(reply.body["issues"]) == 105
    assert set(reply.body["issues"][0]) == {"id"}


def test_an_unbounded_query_is_refused(office: Office) -> None:
    for jql in ("", "ORDER BY created"):
        reply = office.jira.post("/search/jql", {"jql": jql})
        assert reply.status == 400
        assert "Unbounded" in reply.body["errorMessages"][0]


def test_the_old_search_is_gone_on_cloud_and_lives_on_data_center(office: Office) -> None:
    gone = office.jira.ask("GET", "/search", jql="project = OPS")
    assert gone.status == 410
    assert "CHANGE-2046" in gone.body["errorMessages"][0]
    page = office.datacenter.get("/search", jql="project = OPS", maxResults=2, startAt=1)
    assert (page["total"], page["startAt"], len(page["issues"])) == (4, 1, 2)
    assert office.datacenter.post("/search/jql", {"jql": "project = OPS"}).status == 404


def test_bulkfetch_leaves_out_what_it_does_not_find_and_follows_moves(office: Office) -> None:
    key = office.file()
    act_jira(office.world, {"do": "move", "issue": key, "to": "WEB"})
    body = office.jira.post("/issue/bulkfetch", {"issueIdsOrKeys": [key, "OPS-999"]}).body
    assert (keys(body), body["issueErrors"]) == (["WEB-2"], [])
    assert office.jira.get(f"/issue/{key}")["key"] == "WEB-2"
    assert office.jira.post("/issue/bulkfetch", {"issueIdsOrKeys": ["1"] * 101}).status == 400


def test_a_moved_issue_has_a_type_of_its_new_project_also_while_the_index_lags(office: Office) -> None:
    key = office.file()
    office.advance(seconds=10)
    act_jira(office.world, {"do": "move", "issue": key, "to": "LAB"})
    (found,) = search(office, f"key = {key}", fields=["issuetype", "project"])["issues"]
    assert found["fields"]["issuetype"]["id"] == "10110"
    assert office.jira.get(f"/issue/{key}")["fields"]["issuetype"]["id"] == "10110"


def test_epoch_milliseconds_are_exact_and_written_dates_are_in_the_accounts_zone(office: Office) -> None:
    office.advance(seconds=30)
    key = office.file()
    office.advance(seconds=5)
    moment = NOW + timedelta(seconds=30)
    exact = int(moment.timestamp() * 1000)
    assert key in keys(search(office, f"project = OPS AND updated >= {exact}"))
    assert key not in keys(search(office, f"project = OPS AND updated >= {exact + 1}"))
    # 09:00 UTC is 04:00 in New York, where the account lives.
    assert key in keys(search(office, 'project = OPS AND updated >= "2026/11/02 04:00"'))
    assert key not in keys(search(office, 'project = OPS AND updated >= "2026/11/02 09:00"'))


@pytest.mark.parametrize(
    ("jql", "summaries"),
    [
        ("project = web AND statusCategory = indeterminate", {"Footer overlaps on small screens"}),
        ("project in (WEB, SEC)", {"Footer overlaps on small screens", "Yearly access review"}),
        ('project = "OPS" AND NOT (summary ~ spare OR summary ~ printer)', None),
        ("key in (OPS-1, WEB-1)", {"Renew the office printer contract", "Footer overlaps on small screens"}),
        ("project = LAB AND labels IS EMPTY", {"Try columnar storage for clickstreams"}),
        ("text ~ 'printer contract'", {"Renew the office printer contract"}),
        ("project = OPS AND labels != nothing", set()),
        ("project = OPS AND created >= -400d AND created < -26d", {"Renew the office printer contract"}),
    ],
)
def test_queries_of_the_usual_kinds(office: Office, jql: str, summaries: set[str] | None) -> None:
    found = {each["fields"]["summary"] for each in search(office, jql)["issues"]}
    wanted = summaries
    if wanted is None:
        wanted = {"Move the status page to the new provider", "Tidy the on-call calendar"}
    assert found == wanted


def test_order_is_by_the_fields_asked_for(office: Office) -> None:
    for summary in ("b", "a", "c"):
        office.file(summary, labels=["sorted"])
        office.advance(seconds=1)
    office.advance(seconds=5)
    found = search(office, "labels = sorted ORDER BY updated DESC, key ASC")["issues"]
    assert [each["fields"]["summary"] for each in found] == ["c", "a", "b"]


@pytest.mark.parametrize(
    ("jql", "words"),
    [
        ('labels = "cs-1', "has not been completed"),
        ("project = NOPE", "does not exist for the field 'project'"),
        ("sprint = 1", "Field 'sprint' does not exist"),
        ("key = OPS-999", "does not exist"),
        ("project = INT", "reserved JQL word"),
        ("updated >= yesterday", "is invalid"),
        ("(project = OPS", "Expecting ')'"),
    ],
)
def test_a_bad_query_is_refused_in_one_sentence(office: Office, jql: str, words: str) -> None:
    reply = office.jira.post("/search/jql", {"jql": jql})
    assert reply.status == 400
    assert words in reply.body["errorMessages"][0]


def test_bare_words_are_a_text_search_that_finds_nothing(office: Office) -> None:
    assert search(office, "this is no query")["issues"] == []
