"""Answers that are well-formed and not as documented: unknown members and words, nulls, and what is missing."""

from __future__ import annotations

from typing import Any

import pytest

from tests.conftest import StartPlay
from tests.scenario.daemon import ACTION, Play, out
from tests.scenario.test_faults import told, until_quiet

POOL = "Alert when the pool is exhausted"
ALONE = "standing = []\n"
OTHER = "TODO: Diff before apply @jonas.weber due 2026-11-27"


def filed(play: StartPlay, **options: Any) -> tuple[Play, str]:
    p = play(policy=ALONE, **options)
    p.settled()
    incident = p.incident(ACTION)
    until_quiet(p)
    return p, incident


@pytest.mark.parametrize("flavour", ["cloud", "datacenter"])
def test_unknown_members_are_ignored_everywhere(play: StartPlay, flavour: str) -> None:
    p = play(policy=ALONE, flavour=flavour)
    p.box.fault("unknown_fields")
    p.settled()
    incident = p.incident(ACTION)
    p.settled()
    p.wait(minutes=1)
    p.in_jira("transition", issue=p.ticket(POOL)["key"], to="Done")
    p.wait(days=1)
    p.settled()
    assert p.rows(incident)[POOL]["Status"] == "done"
    assert len(p.our_notes(incident)) == 1


def test_unknown_words_leave_what_is_known_as_it_is(play: StartPlay) -> None:
    p, incident = filed(play)
    p.in_jira("transition", issue=p.ticket(POOL)["key"], to="Done")
    until_quiet(p)
    # A due date moves, so that the ticket is read again while its status is a riddle.
    p.box.fault("unknown_enum")
    p.in_jira("due", issue=p.ticket(POOL)["key"], on="2026-12-11")
    p.forget()
    p.once()
    assert not [name for name in p.writes() if "issue" in name], p.writes()
    p.wait(days=1)
    p.once()
    p.box.no_faults()
    p.wait(days=1)
    until_quiet(p)
    assert p.rows(incident)[POOL]["Status"] == "done"
    assert p.rows(incident)[POOL]["Due"] == "2026-12-11"


NULLED = {
    "pagerduty": ("service", "assignments", "teams", "channel", "agent", "user", "priority", "status", "created_at"),
    "jira": ("assignee", "priority", "status", "statusCategory", "project", "labels", "summary", "updated", "duedate"),
}


@pytest.mark.parametrize("kind", ["null_field", "drop_field"])
@pytest.mark.parametrize("side", list(NULLED))
def test_members_that_are_null_or_missing_end_no_cycle_and_undo_nothing(play: StartPlay, side: str, kind: str) -> None:
    p, incident = filed(play)
    for number, field in enumerate(NULLED[side]):
        p.in_jira("comment", issue=p.ticket(POOL)["key"], text="Hello")
        p.box.pagerduty_act("note", incident=incident, text=f"Looked again, {number}.")
        p.box.fault(kind, side=side, field=field)
        # Each other one also meets the daily sweep.
        p.wait(hours=13)
        assert p.once().exit_code in (0, 1), field
        p.box.no_faults()
        p.wait(minutes=6)
        p.once()
        fields = p.ticket(POOL)["fields"]
        assert (fields["duedate"], fields["assignee"]["displayName"]) == ("2026-11-20", "Ana Ferreira"), field
        assert fields["status"]["statusCategory"]["key"] == "new", field
    p.wait(days=1)
    until_quiet(p)
    assert p.titles() == [POOL]
    row = p.rows(incident)[POOL]
    assert (row["Owner"], row["Due"], row["Priority"]) == ("Ana Ferreira", "2026-11-20", "P1")


@pytest.mark.parametrize(
    ("field", "kind"),
    [("service", "null_field"), ("created_at", "drop_field"), ("incident_number", "null_field")],
)
def test_one_incident_that_cannot_be_read_is_shown_and_the_others_proceed(
    play: StartPlay, field: str, kind: str
) -> None:
    p = play(policy=ALONE)
    p.settled()
    bad = p.incident(ACTION, title="Bad")
    good = p.incident(OTHER, title="Good")
    p.box.fault(kind, side="pagerduty", field=field, of=bad)
    report = p.once()
    assert report.exit_code == 0, report.to_json()
    assert p.titles() == ["Diff before apply"]
    assert "Diff before apply" in p.rows(good)
    shown = out(p.cli("status", "--json"))["quarantined"]
    assert any(bad in f"{malady['what']} {malady['where']}" for malady in shown), shown
    p.box.no_faults()
    p.wait(days=1)
    until_quiet(p)
    assert p.titles() == [POOL, "Diff before apply"]


@pytest.mark.parametrize("kind", ["unknown_enum", "null_field"])
def test_a_status_that_is_a_riddle_reopens_nothing_and_reminds_nobody(play: StartPlay, kind: str) -> None:
    p, incident = filed(play)
    p.in_jira("transition", issue=p.ticket(POOL)["key"], to="Done")
    until_quiet(p)
    p.wait(days=25)
    p.box.fault(kind, side="jira", field="status")
    p.in_jira("due", issue=p.ticket(POOL)["key"], on="2026-11-10")
    for _ in range(2):
        p.once()
        p.wait(days=1)
    assert p.item(POOL).status.value == "done"
    assert p.rows(incident)[POOL]["Status"] == "done"
    assert p.ticket(POOL)["fields"]["comment"]["comments"] == []


def test_jiras_answers_without_key_or_id_are_refused_and_change_nothing(play: StartPlay) -> None:
    p, _ = filed(play)
    for field in ("id", "key"):
        p.in_jira("due", issue=p.ticket(POOL)["key"], on=f"2026-12-1{len(field)}")
        p.box.fault("drop_field", side="jira", field=field)
        before = told(p)
        report = p.once()
        assert report.exit_code == 1
        assert "jira" in report.unreachable
        assert told(p) == before
        p.box.no_faults()
        until_quiet(p)
    assert p.rows(next(iter(p.items().values())).incident_id)[POOL]["Due"] == "2026-12-13"
