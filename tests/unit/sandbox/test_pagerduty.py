"""PagerDuty's reads: windows, pages, ties, zones, refusals."""

from __future__ import annotations

from datetime import datetime, timedelta
from itertools import pairwise

import pytest

from callsheet.sandbox.clock import zulu

from .office import NOW, Office, Side, open_office


def test_since_and_until_mean_the_creation_and_default_to_a_month(office: Office) -> None:
    body = office.pagerduty.get("/incidents", limit=100, total="true")
    assert body["total"] == 22  # The two forgotten ones are older.
    day = office.pagerduty.get("/incidents", since=zulu(NOW - timedelta(days=1)), until=zulu(NOW), limit=100)
    assert all(each["created_at"] >= zulu(NOW - timedelta(days=1)) for each in day["incidents"])


def test_a_range_over_six_months_silently_finds_nothing(office: Office) -> None:
    assert office.pagerduty.get("/incidents", since="2025-01-01T00:00:00Z")["incidents"] == []
    assert len(office.pagerduty.get("/incidents", date_range="all", limit=100)["incidents"]) == 24


def test_open_incidents_older_than_a_month_need_their_own_question(office: Office) -> None:
    query = {"statuses[]": ["triggered", "acknowledged"]}
    recent = office.pagerduty.get("/incidents", **query)["incidents"]
    every = office.pagerduty.get("/incidents", date_range="all", **query)["incidents"]
    assert (len(recent), len(every)) == (1, 3)


def test_a_page_holds_100_at_most_and_25_by_default() -> None:
    side = open_office(incidents=130).pagerduty
    assert len(side.get("/incidents")["incidents"]) == 25
    body = side.get("/incidents", limit=500)
    assert (body["limit"], len(body["incidents"]), body["more"], body["total"]) == (100, 100, True, None)
    rest = side.get("/incidents", limit=100, offset=100)
    assert rest["more"] is False
    assert not {each["id"] for each in body["incidents"]} & {each["id"] for each in rest["incidents"]}


def test_nothing_lies_beyond_ten_thousand(office: Office) -> None:
    reply = office.pagerduty.ask("GET", "/log_entries", offset=9_950, limit=100)
    assert reply.status == 400
    assert reply.body["error"]["code"] == 2002
    assert "Offset+limit exceeds maximum allowed value of 10000." in reply.body["error"]["errors"]


def test_an_incident_is_found_by_its_number_too(office: Office) -> None:
    incident = office.pagerduty.get("/incidents/1005")["incident"]
    assert office.pagerduty.get(f"/incidents/{incident['id']}")["incident"] == incident


def test_a_resolved_incident_forgets_who_was_assigned(office: Office) -> None:
    incident = office.pagerduty.get(f"/incidents/{office.scene('pool')}")["incident"]
    assert (incident["status"], incident["assignments"], incident["acknowledgements"]) == ("resolved", [], [])
    live = office.pagerduty.get(f"/incidents/{office.scene('live')}")["incident"]
    assert live["assignments"]
    assert live["resolved_at"] is None


def test_the_log_is_newest_first_and_a_window_includes_its_start_only(office: Office) -> None:
    entries = office.pagerduty.get("/log_entries", time_zone="UTC", limit=100)["log_entries"]
    moments = [each["created_at"] for each in entries]
    assert moments == sorted(moments, reverse=True)
    one = moments[-1]
    until = zulu(datetime.fromisoformat(one.replace("Z", "+00:00")) + timedelta(seconds=1))
    second = office.pagerduty.get("/log_entries", time_zone="UTC", since=one, until=until)["log_entries"]
    assert {each["created_at"] for each in second} == {one}


def test_windows_put_together_give_every_entry_once(office: Office) -> None:
    whole = office.pagerduty.get("/log_entries", total="true")["total"]
    marks = [NOW - timedelta(days=90), *(NOW - timedelta(days=day) for day in range(40, -2, -1))]
    seen: list[str] = []
    for since, until in pairwise(marks):
        offset = 0
        while True:
            page = office.pagerduty.get("/log_entries", since=zulu(since), until=zulu(until), limit=100, offset=offset)
            seen += [each["id"] for each in page["log_entries"]]
            offset += 100
            if not page["more"]:
                break
    assert len(seen) == len(set(seen)) == whole


def test_zones_are_mixed_as_in_life(office: Office) -> None:
    incident = office.scene("pool")
    alert = office.pagerduty.get(f"/incidents/{incident}/alerts")["alerts"][0]
    note = office.pagerduty.get(f"/incidents/{incident}/notes")["notes"][0]
    entry = office.pagerduty.get(f"/incidents/{incident}/log_entries")["log_entries"][0]
    utc = office.pagerduty.get(f"/incidents/{incident}/log_entries", time_zone="UTC")["log_entries"][0]
    ends = [each["created_at"][-6:] for each in (alert, note, entry)]
    assert ends == ["-06:00", "-04:00", "-04:00"]
    assert utc["created_at"].endswith("Z")
    assert datetime.fromisoformat(entry["created_at"]) == datetime.fromisoformat(
        utc["created_at"].replace("Z", "+00:00")
    )


def test_a_note_in_the_log_has_words_but_no_id(office: Office) -> None:
    incident = office.scene("pool")
    entries = office.pagerduty.get(f"/incidents/{incident}/log_entries", limit=100)["log_entries"]
    notes = office.pagerduty.get(f"/incidents/{incident}/notes")["notes"]
    annotations = [each for each in entries if each["type"] == "annotate_log_entry"]
    assert [each["channel"]["summary"] for each in annotations] == [each["content"] for each in notes]
    assert not {each["id"] for each in annotations} & {each["id"] for each in notes}


def test_the_overview_loses_notes_and_notifications(office: Office) -> None:
    page = office.pagerduty.get("/log_entries", is_overview="true", limit=100)
    kinds = {each["type"] for each in page["log_entries"]}
    assert not kinds & {"notify_log_entry", "annotate_log_entry"}


def test_included_incidents_are_whole_and_channels_bring_the_payload(office: Office) -> None:
    page = office.pagerduty.get("/log_entries", limit=100, **{"include[]": ["incidents", "channels"]})
    assert all("updated_at" in each["incident"] for each in page["log_entries"])
    trigger = next(each for each in page["log_entries"] if each["type"] == "trigger_log_entry")
    assert trigger["channel"]["cef_details"]["client"] == "Alertmanager"


def test_a_merged_incident_points_at_its_target_which_got_the_alerts(office: Office) -> None:
    source = office.pagerduty.get(f"/incidents/{office.scene('merge-source')}")["incident"]
    target = office.scene("merge-target")
    assert source["resolve_reason"]["type"] == "merge_resolve_reason"
    assert source["resolve_reason"]["incident"]["id"] == target
    assert office.pagerduty.get(f"/incidents/{source['id']}/alerts")["alerts"] == []
    alerts = office.pagerduty.get(f"/incidents/{target}/alerts")["alerts"]
    assert {each["incident"]["id"] for each in alerts} == {target}
    assert len({each["summary"] for each in alerts}) == 2


def test_related_changes_name_the_deploy_before_the_incident(office: Office) -> None:
    body = office.pagerduty.get(f"/incidents/{office.scene('pool')}/related_change_events")
    assert "Lower the connection pool limit" in body["change_events"][0]["summary"]
    assert body["change_events"][0]["correlation_reason"] == {"reason": "most_recent"}


def test_change_events_take_utc_only(office: Office) -> None:
    assert office.pagerduty.ask("GET", "/change_events", since="2026-10-30T00:00:00+01:00").status == 400
    body = office.pagerduty.get("/change_events", since="2026-10-30T00:00:00Z", limit=100)
    assert all(each["timestamp"] >= "2026-10-30" for each in body["change_events"])


def test_somebody_who_left_is_referenced_but_gone(office: Office) -> None:
    note = office.pagerduty.get(f"/incidents/{office.scene('forgotten')}/notes")["notes"][0]
    assert note["user"]["summary"] == "Kim Larsson"
    assert office.pagerduty.ask("GET", f"/users/{note['user']['id']}").status == 404


def test_priorities_come_most_severe_first(office: Office) -> None:
    names = [each["name"] for each in office.pagerduty.get("/priorities")["priorities"]]
    assert names == ["P1", "P2", "P3", "P4", "P5"]


@pytest.mark.parametrize("path", ["/users", "/services", "/teams", "/escalation_policies", "/oncalls", "/abilities"])
def test_the_company_can_be_read(office: Office, path: str) -> None:
    body = office.pagerduty.get(path, limit=100)
    assert body[path.strip("/")]


def test_a_wrong_or_missing_token_is_401_in_the_official_shape(office: Office) -> None:
    for headers in ({}, {"authorization": "Token token=wrong"}):
        reply = Side(office.front, "pagerduty", headers=headers).ask("GET", "/users")
        assert reply.status == 401
        assert reply.body["error"]["code"] == 2006


def test_every_answer_counts_down_the_rate_limit_until_it_is_429(office: Office) -> None:
    office.world.faults.add({"kind": "limit", "side": "pagerduty", "per_minute": 3})
    replies = [office.pagerduty.ask("GET", "/priorities") for _ in range(4)]
    assert [each.headers["ratelimit-remaining"] for each in replies] == ["2", "1", "0", "0"]
    assert replies[3].status == 429
    assert replies[3].body == {"error": {"message": "Rate Limit Exceeded", "code": 2020}}
    assert 1 <= int(replies[3].headers["ratelimit-reset"]) <= 60
