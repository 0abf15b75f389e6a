"""How far Callsheet goes in each mode, and what it does where a project can't take what it is given."""

from __future__ import annotations

import json

import pytest

from tests.conftest import StartPlay
from tests.scenario.daemon import ACTION, out

POOL = "Alert when the pool is exhausted"
REVIEW = "Hold the blameless review"


def test_in_shadow_mode_documents_are_written_and_nothing_leaves_the_house(play: StartPlay) -> None:
    p = play(env={"CALLSHEET_MODE": "shadow"})
    p.settled()
    p.forget()
    incident = p.incident(ACTION)
    report = p.settled()
    assert POOL in p.rows(incident)
    assert p.writes() == {}
    p.wait(days=30)
    p.settled()
    assert p.writes() == {}
    assert report.counts.keys() == {"postmortem.opened", "document.published"}


def test_in_file_tickets_mode_tickets_are_filed_and_never_touched_again(play: StartPlay) -> None:
    p = play(env={"CALLSHEET_MODE": "file-tickets"})
    p.settled()
    p.forget()
    incident = p.incident(ACTION)
    p.settled()
    assert p.titles() == [POOL, REVIEW]
    assert p.writes() == {"POST /rest/api/3/issue": 2}
    p.forget()
    p.edit_cell(incident, POOL, "Due", "2026-12-04")
    p.in_jira("transition", issue=p.ticket(REVIEW)["key"], to="Done")
    p.wait(days=30)
    p.settled()
    assert p.writes() == {}
    # What the tracker says is read all the same.
    assert p.rows(incident)[REVIEW]["Status"] == "done"
    assert p.our_notes(incident) == []


def test_full_mode_after_shadow_mode_files_what_was_only_planned(play: StartPlay) -> None:
    p = play(env={"CALLSHEET_MODE": "shadow"})
    p.settled()
    incident = p.incident(ACTION)
    p.settled()
    p.env["CALLSHEET_MODE"] = "full"
    p.settled()
    assert p.titles() == [POOL, REVIEW]
    assert len(p.our_notes(incident)) == 1


def test_plan_tells_what_a_cycle_would_do_and_does_nothing(play: StartPlay) -> None:
    p = play()
    p.settled()
    incident = p.incident(ACTION)
    before = p.database.read_bytes(), p.box.state()
    first = p.cli("plan", "--json")
    assert first.returncode == 0, first.stderr
    assert [effect["effect"] for effect in out(first)["effects"]] == ["OpenPostmortem", *["FileTicket"] * 2, "Publish"]
    assert out(first)["effects"][0]["target"] == incident
    assert (p.database.read_bytes(), p.box.state()) == before
    assert p.paths() == []
    p.settled()
    assert out(p.cli("plan", "--json"))["effects"] == []


def test_a_required_field_is_named_with_its_policy_line_before_any_post(play: StartPlay) -> None:
    p = play(policy='standing = []\n[default_route]\nproject = "SEC"\n')
    p.settled()
    incident = p.incident(ACTION)
    p.forget()
    done = p.cli("once", "--json")
    assert done.returncode == 1
    (failure,) = out(done)["failed"]
    assert "project SEC requires Risk class (allowed: Low, Medium, High)" in failure["error"]
    line = 'customfield_10050 = { value = "Low" }'
    assert "[default_route.fields]" in failure["error"]
    assert line in failure["error"]
    assert p.writes() == {}
    # The line that it names, written where it says, is all that was missing.
    p.obey(f'standing = []\n[default_route]\nproject = "SEC"\n[default_route.fields]\n{line}\n')
    p.settled()
    assert p.ticket(POOL)["fields"]["customfield_10050"]["value"] == "Low"
    assert p.rows(incident)[POOL]["Ticket"].startswith("[SEC-")


def test_a_project_without_a_due_date_gets_it_in_words_and_callsheet_keeps_its_own(play: StartPlay) -> None:
    p = play(policy='standing = []\n[default_route]\nproject = "WEB"\n')
    p.settled()
    incident = p.incident(ACTION)
    p.settled()
    p.wait(seconds=30)
    p.settled()
    ticket = p.ticket(POOL)
    assert ticket["fields"].get("duedate") is None
    assert "Due on 2026-11-20" in json.dumps(ticket["fields"]["description"])
    assert p.rows(incident)[POOL]["Due"] == "2026-11-20"
    p.edit_cell(incident, POOL, "Due", "2026-11-24")
    p.settled()
    p.wait(seconds=30)
    p.settled()
    assert p.rows(incident)[POOL]["Due"] == "2026-11-24"
    p.wait(days=23)
    assert p.settled().counts["nudge.sent"] == 1


def test_a_workflow_without_a_step_to_done_is_told_in_words_until_a_person_makes_one(play: StartPlay) -> None:
    p = play(policy='standing = []\n[default_route]\nproject = "WEB"\n')
    p.settled()
    incident = p.incident(ACTION)
    p.settled()
    p.edit_cell(incident, POOL, "Status", "dropped: too expensive")
    report = p.once()
    assert report.exit_code == 1
    assert "offered are: 'In Progress'" in report.failed[0].error
    assert p.rows(incident)[POOL]["Status"].startswith("dropped")
    p.in_jira("transition", issue=p.ticket(POOL)["key"], to="Start")
    p.settled()
    assert p.ticket(POOL)["fields"]["status"]["name"] == "Won't Do"


@pytest.mark.parametrize(
    ("who", "assignee", "words"),
    [
        # May not be assigned in OPS: nobody is, and the fallback hears of it.
        ("felix.brandt", None, "does not let tickets be given to them"),
        # Has no account: the fallback takes it.
        ("noor.haddad", "Grace Okafor", "no account in the tracker"),
        # Closed account.
        ("tomasz.zielinski", "Grace Okafor", "no account in the tracker"),
        # Hides the address: found by name, and that is said.
        ("marcus.hill", "Marcus Hill", "found by name"),
    ],
)
def test_an_owner_whom_jira_does_not_simply_know_is_never_guessed_and_always_shown(
    play: StartPlay, who: str, assignee: str | None, words: str
) -> None:
    p = play(policy='standing = []\n[default_route]\nfallback_owner = "grace.okafor@larkspur.example"\n')
    p.settled()
    incident = p.incident(ACTION.replace("ana.ferreira", who))
    p.settled()
    fields = p.ticket(POOL)["fields"]
    assert (fields["assignee"] or {}).get("displayName") == assignee
    assert words in json.dumps(fields["description"])
    assert words in p.document(incident)


def test_two_installations_on_one_jira_never_meet(play: StartPlay) -> None:
    p = play(policy="standing = []\n")
    p.settled()
    incident = p.incident(ACTION)
    p.settled()
    for path in p.folder.glob("callsheet.db*"):
        path.unlink()
    p.env["CALLSHEET_NAMESPACE"] = "other-team"
    p.settled(file_backfill=True)
    assert len(p.tickets("callsheet")) == len(p.tickets("other-team")) == 1
    assert len(p.our_notes(incident)) == 2
