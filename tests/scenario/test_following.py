"""Ticket, document and note stay true to each other, by the table of DESIGN.md section 3."""

from __future__ import annotations

import pytest

from tests.conftest import StartPlay
from tests.scenario.daemon import ACTION, Play

TITLE = "Alert when the pool is exhausted"
Filed = tuple[Play, str, str]


both = pytest.mark.parametrize("filed", ["cloud", "datacenter"], indirect=True)


@pytest.fixture
def filed(play: StartPlay, request: pytest.FixtureRequest) -> Filed:
    """A daemon, an incident with one noted action that is filed, and its ticket's key."""
    p = play(flavour=getattr(request, "param", "cloud"))
    p.settled()
    incident = p.incident(ACTION)
    p.settled()
    p.wait(seconds=30)
    p.settled()
    return p, incident, p.ticket(TITLE)["key"]


def row(p: Play, incident: str, action: str = TITLE) -> dict[str, str]:
    return p.rows(incident)[action]


def still(p: Play) -> None:
    """The next cycle, and the one after, write nothing."""
    for _ in range(2):
        p.wait(seconds=30)
        p.forget()
        report = p.settled()
        assert p.writes() == {}
        assert not report.counts, report.counts


@both
def test_a_ticket_closed_in_jira_is_done_in_the_document_the_note_and_the_sheet(filed: Filed) -> None:
    p, incident, key = filed
    p.in_jira("transition", issue=key, to="Done")
    p.settled()
    assert row(p, incident)["Status"] == "done"
    assert f"{key} {TITLE} (Ana Ferreira, done)" in p.our_notes(incident)[0]
    (line,) = [line for line in p.sheet() if line["title"] == TITLE]
    assert line["status"] == "done"
    still(p)


def test_a_ticket_reopened_in_jira_is_open_again(filed: Filed) -> None:
    p, incident, key = filed
    p.in_jira("transition", issue=key, to="Done")
    p.settled()
    p.in_jira("transition", issue=key, to="Reopen")
    p.settled()
    assert row(p, incident)["Status"] == "open"
    assert p.item(TITLE).open
    still(p)


def test_a_ticket_resolved_as_wont_do_is_dropped(filed: Filed) -> None:
    p, incident, key = filed
    p.in_jira("transition", issue=key, to="Won't Do")
    p.settled()
    assert row(p, incident)["Status"] == "dropped"
    assert "1 dropped" in p.our_notes(incident)[0]
    still(p)


@both
def test_due_date_owner_and_priority_set_in_jira_are_taken_into_the_document(filed: Filed) -> None:
    p, incident, key = filed
    p.in_jira("due", issue=key, on="2026-12-01")
    p.in_jira("assign", issue=key, to="Jonas Weber")
    p.in_jira("priority", issue=key, to="Low")
    p.settled()
    now = row(p, incident)
    assert (now["Due"], now["Owner"], now["Priority"]) == ("2026-12-01", "Jonas Weber", "P4")
    still(p)


def test_a_title_changed_in_jira_is_shown_and_the_document_keeps_its_words(filed: Filed) -> None:
    p, incident, key = filed
    p.in_jira("summary", issue=key, text="Pool alert")
    p.settled()
    assert TITLE in p.rows(incident)
    assert "the ticket is titled “Pool alert”" in p.document(incident)
    still(p)
    assert "Pool alert" in p.titles()


@both
@pytest.mark.parametrize(
    ("column", "value", "field", "expected"),
    [
        ("Due", "2026-12-04", "duedate", "2026-12-04"),
        ("Owner", "@jonas.weber", "assignee", "Jonas Weber"),
        ("Priority", "P3", "priority", "Medium"),
        ("Action", "Alert long before the pool is exhausted", "summary", "Alert long before the pool is exhausted"),
    ],
)
def test_a_cell_edited_in_the_document_is_written_to_the_ticket(
    filed: Filed, column: str, value: str, field: str, expected: str
) -> None:
    p, incident, key = filed
    p.edit_cell(incident, TITLE, column, value)
    p.settled()
    found = next(t for t in p.tickets() if t["key"] == key)["fields"][field]
    assert (found if isinstance(found, str) else found.get("displayName") or found["name"]) == expected
    still(p)
    assert value in p.document(incident)


def test_where_both_sides_changed_the_tracker_wins_and_the_conflict_is_shown(filed: Filed) -> None:
    p, incident, key = filed
    p.edit_cell(incident, TITLE, "Due", "2026-12-04")
    p.in_jira("due", issue=key, on="2026-12-11")
    p.settled()
    assert p.ticket(TITLE)["fields"]["duedate"] == "2026-12-11"
    assert p.item(TITLE).terms.due_on.isoformat() == "2026-12-11"
    assert "“2026-12-04” was set aside for “2026-12-11” from the tracker" in p.document(incident)
    still(p)


@pytest.mark.parametrize(
    ("do", "wanted", "field", "word"),
    [("due", {"on": None}, "duedate", "due_on"), ("assign", {"to": None}, "assignee", "owner")],
)
def test_a_field_cleared_in_jira_stays_cleared_and_is_shown(
    filed: Filed, do: str, wanted: dict[str, None], field: str, word: str
) -> None:
    p, incident, key = filed
    p.in_jira(do, issue=key, **wanted)
    p.settled()
    assert p.ticket(TITLE)["fields"][field] is None
    assert f"cleared in the tracker: {word}" in p.document(incident)
    still(p)
    assert p.ticket(TITLE)["fields"][field] is None


@both
def test_an_item_dropped_on_the_command_line_closes_its_ticket(filed: Filed) -> None:
    p, incident, _ = filed
    told = p.cli("drop", p.item(TITLE).key, "--because", "we bought a bigger pool")
    assert told.returncode == 0, told.stderr
    p.settled()
    fields = p.ticket(TITLE)["fields"]
    assert fields["status"]["statusCategory"]["key"] == "done"
    assert fields["resolution"]["name"] == "Won't Do"
    assert row(p, incident)["Status"] == "dropped"
    assert "we bought a bigger pool" in p.document(incident)
    still(p)


@both
def test_dropped_typed_in_the_document_closes_the_ticket(filed: Filed) -> None:
    p, incident, _ = filed
    p.edit_cell(incident, TITLE, "Status", "dropped: too expensive")
    p.settled()
    assert p.ticket(TITLE)["fields"]["resolution"]["name"] == "Won't Do"
    still(p)


def test_done_typed_in_the_document_is_a_conflict_and_no_transition(filed: Filed) -> None:
    p, incident, _ = filed
    p.edit_cell(incident, TITLE, "Status", "done")
    p.forget()
    p.settled()
    assert p.ticket(TITLE)["fields"]["status"]["statusCategory"]["key"] == "new"
    assert not any("/transitions" in name for name in p.writes())
    assert "close the ticket" in p.document(incident)
    still(p)


def test_a_ticket_deleted_in_jira_is_noticed_by_the_daily_sweep_and_not_filed_again(filed: Filed) -> None:
    p, _, key = filed
    p.in_jira("delete", issue=key)
    p.wait(days=1)
    p.settled()
    p.wait(seconds=30)
    p.settled()
    assert p.titles() == ["Hold the blameless review"]
    retried = p.cli("retry", p.item(TITLE).key)
    assert retried.returncode == 0, retried.stderr
    p.settled()
    assert p.titles() == [TITLE, "Hold the blameless review"]


def test_a_ticket_moved_to_another_project_is_followed(filed: Filed) -> None:
    p, incident, key = filed
    moved = p.in_jira("move", issue=key, to="SEC")
    p.settled()
    assert row(p, incident)["Ticket"].startswith(f"[{moved['key']}](")
    p.in_jira("transition", issue=moved["key"], to="Done")
    p.settled()
    assert row(p, incident)["Status"] == "done"
    still(p)
