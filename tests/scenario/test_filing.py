"""What people promise becomes tickets, and the incident's one note says so."""

from __future__ import annotations

import json

import pytest

from tests.conftest import StartPlay
from tests.scenario.daemon import ACTION

both = pytest.mark.parametrize("flavour", ["cloud", "datacenter"])


@both
def test_a_ticket_has_owner_due_date_priority_labels_and_a_link_back(play: StartPlay, flavour: str) -> None:
    p = play(flavour=flavour)
    p.settled()
    incident = p.incident(ACTION)
    p.settled()
    ticket = p.ticket("Alert when the pool is exhausted")
    fields = ticket["fields"]
    assert fields["assignee"]["displayName"] == "Ana Ferreira"
    assert fields["duedate"] == "2026-11-20"
    assert fields["priority"]["name"] == "Highest"
    marker = next(label for label in fields["labels"] if label.startswith("cs-"))
    assert sorted(fields["labels"]) == sorted(["callsheet", marker, "2026-Q4"])
    assert f"/incidents/{incident}" in json.dumps(fields["description"])
    assert p.rows(incident)["Alert when the pool is exhausted"]["Ticket"].startswith(f"[{ticket['key']}](")


@both
def test_one_note_is_posted_on_the_incident_and_edited_afterwards(play: StartPlay, flavour: str) -> None:
    p = play(flavour=flavour)
    p.settled()
    incident = p.incident(ACTION)
    p.settled()
    (note,) = p.our_notes(incident)
    assert "0 of 2 done" in note
    key = p.ticket("Alert")["key"]
    assert f"{key} Alert when the pool is exhausted (Ana Ferreira, open)" in note
    p.in_jira("transition", issue=key, to="Done")
    p.forget()
    p.settled()
    (note,) = p.our_notes(incident)
    assert "1 of 2 done" in note
    assert p.writes() == {"PUT /incidents/{id}/notes/{note_id}": 1}


def test_an_item_without_written_terms_takes_the_priority_and_the_policys_days(play: StartPlay) -> None:
    p = play()
    p.settled()
    p.incident("TODO: Diff before apply", priority="P2")
    p.settled()
    fields = p.ticket("Diff before apply")["fields"]
    assert fields["priority"]["name"] == "High"
    # Ten business days after Monday 2 November.
    assert fields["duedate"] == "2026-11-16"


def test_the_block_form_and_several_actions_in_one_note_are_all_filed(play: StartPlay) -> None:
    p = play()
    p.settled()
    p.incident(
        "Action Item: Page the owning team\nOwner: @jonas.weber\nDue: 2026-11-18\n\n- [ ] Warm the cache @rahul.mehta",
        "We took action: restarted nothing.\n```\nACTION: drop the table\n```",
    )
    p.settled()
    assert p.titles() == ["Hold the blameless review", "Page the owning team", "Warm the cache"]
    owned = {t["fields"]["summary"]: (t["fields"]["assignee"] or {}).get("displayName") for t in p.tickets()}
    assert owned["Page the owning team"] == "Jonas Weber"
    assert owned["Warm the cache"] == "Rahul Mehta"


def test_an_owner_whom_nobody_knows_falls_back_visibly(play: StartPlay) -> None:
    p = play(policy='[default_route]\nfallback_owner = "grace.okafor@larkspur.example"\n')
    p.settled()
    incident = p.incident("ACTION: Lag alert at 60 seconds @weber\nACTION: Ask the network team @nobody.here")
    p.settled()
    for title, words in (("Lag alert", "weber"), ("Ask the network", "nobody.here")):
        ticket = p.ticket(title)
        assert ticket["fields"]["assignee"]["displayName"] == "Grace Okafor"
        assert words in json.dumps(ticket["fields"]["description"])
        row = next(row for action, row in p.rows(incident).items() if action.startswith(title))
        assert row["Owner"].startswith("Grace Okafor (for “")
        assert words in row["Owner"]


def test_a_week_of_the_sandboxes_own_world_is_filed_once_and_settles(play: StartPlay) -> None:
    p = play(incidents=4)
    p.settled()
    for _ in range(4):
        p.wait(hours=42)
        p.settled()
        p.wait(seconds=30)
    markers = [label for t in p.tickets() for label in t["fields"]["labels"] if label.startswith("cs-")]
    assert len(markers) == len(set(markers)) == len(p.tickets()) >= 15
    assert all(len(p.our_notes(i["id"])) <= 1 for i in p.box.state()["pagerduty"]["incidents"])
