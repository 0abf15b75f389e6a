"""What happens in the two products besides our own doing, and what becomes of it here."""

from __future__ import annotations

import json
from typing import Any

import pytest

from callsheet.model.ledger import IntentState
from tests.conftest import StartPlay
from tests.scenario.daemon import ACTION, Play, out
from tests.scenario.test_faults import CREATE, markers, told, until_quiet
from tests.scenario_webhooks.daemon import living, until

POOL = "Alert when the pool is exhausted"
OTHER = "TODO: Diff before apply @jonas.weber due 2026-11-27"
DIFF = "Diff before apply"
FALLBACK = 'standing = []\n[default_route]\nfallback_owner = "grace.okafor@larkspur.example"\n'
both = pytest.mark.parametrize("flavour", ["cloud", "datacenter"])


def filed(play: StartPlay, *notes: str, **options: Any) -> tuple[Play, str]:
    p = play(**{"policy": FALLBACK, **options})
    p.settled()
    incident = p.incident(*(notes or (ACTION,)))
    until_quiet(p)
    return p, incident


def status(p: Play) -> Any:
    return out(p.cli("status", "--json"))


# The incident.


def test_an_incident_merged_away_after_its_tickets_were_filed_keeps_document_and_tickets(play: StartPlay) -> None:
    p, source = filed(play)
    target = p.incident(OTHER, title="Everything is slow")
    until_quiet(p)
    before = p.titles()
    p.box.pagerduty_act("merge", incident=target, source=source)
    p.wait(minutes=1)
    until_quiet(p)
    assert p.titles() == before == [POOL, DIFF]
    assert len(p.paths()) == 2
    p.in_jira("transition", issue=p.ticket(POOL)["key"], to="Done")
    until_quiet(p)
    assert p.rows(source)[POOL]["Status"] == "done"
    assert [len(p.our_notes(each)) for each in (source, target)] == [1, 1]


def test_an_incident_that_can_no_longer_be_read_keeps_document_and_tickets_and_the_others_proceed(
    play: StartPlay,
) -> None:
    p, gone = filed(play)
    before = p.document(gone)
    p.box.fault("status", side="pagerduty", path=f"/incidents/{gone}.*", status=404)
    other = p.incident(OTHER, title="Search is slow")
    p.box.pagerduty_act("note", incident=gone, text="TODO: Never seen @ana.ferreira")
    p.wait(days=1)
    report = p.once()
    assert report.exit_code == 0, report.to_json()
    assert p.document(gone) == before
    assert p.titles() == [POOL, DIFF]
    assert DIFF in p.rows(other)
    assert status(p)["quarantined"]
    p.box.no_faults()
    p.wait(days=1)
    until_quiet(p)
    assert "Never seen" in p.titles()


@pytest.mark.parametrize("status", [403, 404])
def test_an_incident_that_is_there_again_is_read_after_an_hour_without_any_news(play: StartPlay, status: int) -> None:
    p, gone = filed(play)
    p.box.fault("status", side="pagerduty", path=f"/incidents/{gone}.*", status=status)
    p.box.pagerduty_act("note", incident=gone, text="TODO: Never seen @ana.ferreira")
    p.wait(minutes=2)
    assert len(p.once().quarantined) == 1
    p.box.no_faults()
    p.wait(minutes=61)
    until_quiet(p)
    assert "Never seen" in p.titles()


def test_a_reopened_incident_files_nothing_more_until_it_is_over_again(play: StartPlay) -> None:
    p, incident = filed(play)
    p.box.pagerduty_act("reopen", incident=incident)
    p.wait(minutes=1)
    p.box.pagerduty_act("note", incident=incident, text=OTHER)
    p.wait(minutes=1)
    until_quiet(p)
    assert p.titles() == [POOL]
    assert "The incident is still open." in p.document(incident)
    p.box.pagerduty_act("resolve", incident=incident)
    p.wait(minutes=1)
    until_quiet(p)
    assert p.titles() == [POOL, DIFF]
    assert "The incident is still open." not in p.document(incident)


def test_a_reassigned_incident_changes_no_owner_of_a_promise(play: StartPlay) -> None:
    p, incident = filed(play)
    before = p.rows(incident)[POOL]
    p.box.pagerduty_act("reopen", incident=incident)
    p.box.pagerduty_act("acknowledge", incident=incident, user="Rahul Mehta")
    p.box.pagerduty_act("resolve", incident=incident, user="Rahul Mehta")
    p.wait(minutes=1)
    until_quiet(p)
    assert p.rows(incident)[POOL] == before
    assert "Rahul Mehta" in p.document(incident)


# Owners.


@both
def test_an_owner_whose_account_is_closed_before_filing_gives_way_to_the_fallback(
    play: StartPlay, flavour: str
) -> None:
    p = play(policy=FALLBACK, flavour=flavour)
    p.settled()
    p.in_jira("deactivate", to="Ana Ferreira")
    incident = p.incident(ACTION)
    until_quiet(p)
    assert p.ticket(POOL)["fields"]["assignee"]["displayName"] == "Grace Okafor"
    assert "Ana" in p.rows(incident)[POOL]["Owner"] or "ana.ferreira" in p.rows(incident)[POOL]["Owner"]


@both
def test_an_owner_who_leaves_between_look_up_and_create_never_fails_the_create_for_good(
    play: StartPlay, flavour: str
) -> None:
    p = play(policy=FALLBACK, flavour=flavour)
    p.settled()
    p.incident(ACTION)
    # Looked up while Jira took no ticket.
    p.box.fault("status", side=p.side, method="POST", path=CREATE[flavour], status=503, times=1)
    p.once()
    p.in_jira("deactivate", to="Ana Ferreira")
    for _ in range(5):
        p.wait(hours=13)
        p.once()
    assert p.ticket(POOL)["fields"]["assignee"]["displayName"] == "Grace Okafor"


def test_who_leaves_later_hands_over_to_the_fallback_and_the_fallback_to_whom_a_person_names(play: StartPlay) -> None:
    p, incident = filed(play)
    p.in_jira("deactivate", to="Ana Ferreira")
    p.wait(days=1)
    p.settled()
    assert p.ticket(POOL)["fields"]["assignee"]["displayName"] == "Grace Okafor"
    p.edit_cell(incident, POOL, "Owner", "@jonas.weber")
    until_quiet(p)
    assert p.ticket(POOL)["fields"]["assignee"]["displayName"] == "Jonas Weber"


# Tickets.


@both
def test_a_ticket_deleted_by_hand_is_told_and_never_made_again_unless_somebody_asks(
    play: StartPlay, flavour: str
) -> None:
    p, incident = filed(play, flavour=flavour)
    p.in_jira("delete", issue=p.ticket(POOL)["key"])
    for _ in range(3):
        p.wait(days=1)
        p.once()
    assert p.tickets() == []
    assert "can no longer be seen" in p.document(incident)
    assert f"callsheet retry {p.item(POOL).key}" in p.document(incident)
    assert p.cli("retry", p.item(POOL).key).returncode == 0
    until_quiet(p)
    assert (p.titles(), len(markers(p))) == ([POOL], 1)


@both
def test_a_project_hidden_from_our_account_changes_nothing_and_is_told(play: StartPlay, flavour: str) -> None:
    note = "\n".join(ACTION.replace("pool", word) for word in ("pool", "disk", "queue", "cache"))
    p, _ = filed(play, note, flavour=flavour)
    before = told(p)
    p.box.fault("hide_project", project="OPS")
    p.wait(days=1)
    report = p.once()
    assert report.exit_code == 3, report.to_json()
    assert "all tickets of OPS" in report.refused[0].what
    after = told(p)
    assert (after["issues"], after["items"]) == (before["issues"], before["items"])
    assert status(p)["refused"]
    p.box.no_faults()
    p.wait(days=1)
    until_quiet(p)
    assert told(p)["issues"] == before["issues"]
    assert status(p)["refused"] == []


def test_a_field_that_becomes_required_is_told_with_its_policy_line_and_the_others_proceed(play: StartPlay) -> None:
    p, _ = filed(play)
    p.in_jira("require", project="OPS")
    p.incident(OTHER, title="Search is slow")
    report = p.once()
    assert report.exit_code == 1
    assert "Risk class" in str(report.failed) or "customfield_10050" in str(report.failed)
    assert p.titles() == [POOL]
    # The ones that are filed go on as ever.
    p.in_jira("transition", issue=p.ticket(POOL)["key"], to="Done")
    p.wait(days=1)
    report = p.once()
    assert p.item(POOL).status.value == "done"
    assert "customfield_10050 = { value = " in report.failed[0].error
    p.obey(FALLBACK + '[default_route.fields]\ncustomfield_10050 = { value = "Low" }\n')
    p.wait(minutes=1)
    until_quiet(p)
    assert p.titles() == [POOL, DIFF]


def test_a_workflow_without_the_step_is_told_and_the_others_proceed(play: StartPlay) -> None:
    p, incident = filed(play, f"{ACTION}\n{OTHER}", env={"JIRA_PROJECT": "WEB"})
    p.edit_cell(incident, POOL, "Status", "dropped: too dear")
    p.edit_cell(incident, DIFF, "Owner", "@rahul.mehta")
    report = p.once()
    assert report.exit_code == 1
    assert "the workflow offers no step" in report.failed[0].error
    assert p.ticket(DIFF)["fields"]["assignee"]["displayName"] == "Rahul Mehta"
    p.forget()
    p.wait(minutes=5)
    p.once()
    # Not hammered: it waits for an hour, or until somebody moves the ticket.
    assert not any("/transitions" in name for name in p.requests())
    p.in_jira("transition", issue=p.ticket(POOL)["key"], to="In Progress")
    until_quiet(p)
    assert p.ticket(POOL)["fields"]["status"]["name"] == "Won't Do"


def test_a_late_duplicate_is_linked_reported_and_never_deleted(play: StartPlay) -> None:
    p = play(policy=FALLBACK)
    p.settled()
    p.incident(ACTION)
    p.box.fault("late_apply", side="jira", method="POST", path=CREATE["cloud"], times=1, seconds="20m")
    p.once()
    p.wait(minutes=6)
    p.settled()
    p.wait(minutes=20)
    until_quiet(p)
    kept = p.item(POOL)
    duplicate = next(t for t in p.tickets() if t["id"] != kept.ticket_id)
    assert "callsheet-duplicate" in duplicate["fields"]["labels"]
    assert "repeats" in json.dumps(duplicate["fields"]["comment"])
    assert duplicate["fields"]["issuelinks"]
    assert duplicate["fields"]["status"]["statusCategory"]["key"] == "new"
    assert "ticket linked" in p.cli("explain", kept.key).stdout
    # Closing one of them by hand is the end of it.
    p.in_jira("transition", issue=duplicate["key"], to="Done", resolution="Duplicate")
    p.forget()
    until_quiet(p)
    assert not any(name.startswith("POST /rest/api/3/issue") for name in p.writes())


# Credentials.


def test_a_token_that_is_rotated_in_its_file_is_taken_up_without_a_restart(play: StartPlay) -> None:
    p = play(policy=FALLBACK, env={"CALLSHEET_CYCLE_EVERY": "1s"})
    for name in ("JIRA_API_TOKEN", "PAGERDUTY_API_TOKEN"):
        (p.config / name.lower()).write_text(p.env.pop(name))
        p.env[f"{name}_FILE"] = str(p.config / name.lower())
    right = (p.config / "jira_api_token").read_text()
    p.settled()
    p.env["CALLSHEET_CYCLE_EVERY"] = "1s"
    (p.config / "jira_api_token").write_text("expired")
    p.incident(ACTION)
    with living(p) as daemon:
        p.forget()
        cycles = daemon.cycles()
        until(lambda: daemon.cycles() > cycles + 2, "some cycles with the expired token")
        assert p.tickets() == []
        # No hot loop: a refused token is not asked again and again in a cycle.
        assert p.requests()["POST /rest/api/3/search/jql"] <= daemon.cycles() - cycles + 1
        (p.config / "jira_api_token").write_text(right + "\n")
        until(p.tickets, "the ticket, with the new token")
    until_quiet(p)
    assert (p.titles(), len(markers(p))) == ([POOL], 1)


def test_a_401_on_a_create_did_nothing_and_is_tried_again_soon(play: StartPlay) -> None:
    p = play(policy=FALLBACK)
    p.settled()
    p.incident(ACTION)
    p.box.fault("status", side="jira", method="POST", path=CREATE["cloud"], status=401, times=1)
    report = p.once()
    assert report.exit_code == 1
    with p.store() as store:
        assert store.intents(IntentState.SENDING) == ()
    p.wait(minutes=6)
    until_quiet(p)
    assert p.titles() == [POOL]
