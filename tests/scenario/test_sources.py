"""Where promises are written down, and that each of them is one ticket, whatever happens to the place."""

from __future__ import annotations

from tests.conftest import StartPlay
from tests.scenario.daemon import ACTION, Play

POOL = "Alert when the pool is exhausted"
RUNBOOK = "Update the runbook for pool limits"
REVIEW = "Hold the blameless review"


def started(play: StartPlay, *notes: str) -> tuple[Play, str]:
    """A daemon and an incident whose noted actions are filed."""
    p = play()
    p.settled()
    incident = p.incident(*notes)
    p.settled()
    p.wait(seconds=30)
    p.settled()
    return p, incident


def note_ids(p: Play, incident: str) -> list[str]:
    return [note["id"] for note in p.box.state()["pagerduty"]["notes"][incident]]


def edit_note(p: Play, incident: str, text: str, place: int = 0) -> None:
    """A person rewrites one of their notes; the sweep sees it, since PagerDuty's feed may not."""
    p.box.pagerduty_act("edit_note", incident=incident, note=note_ids(p, incident)[place], text=text)
    p.wait(days=1)


def test_a_row_in_the_call_sheet_gets_its_key_before_its_ticket_is_filed(play: StartPlay) -> None:
    p, incident = started(play, ACTION)
    p.add_row(incident, "Rehearse the failover", Owner="@jonas.weber", Due="2026-11-25")
    p.box.fault("status", side="jira", method="POST", path="/rest/api/3/issue", status=503)
    p.once()
    row = p.rows(incident)["Rehearse the failover"]
    assert row["Key"].startswith("ai-")
    assert row["Ticket"] == ""
    p.box.no_faults()
    p.wait(minutes=6)
    p.settled()
    assert p.rows(incident)["Rehearse the failover"]["Key"] == row["Key"]
    fields = p.ticket("Rehearse the failover")["fields"]
    assert (fields["assignee"]["displayName"], fields["duedate"]) == ("Jonas Weber", "2026-11-25")


def test_a_row_with_nothing_but_an_action_is_filled_in_and_filed(play: StartPlay) -> None:
    p, incident = started(play, ACTION)
    p.add_row(incident, "Rehearse the failover")
    p.settled()
    row = p.rows(incident)["Rehearse the failover"]
    assert row["Ticket"].startswith("[OPS-")
    # Five business days after Monday 2 November, as for every P1.
    assert (row["Due"], row["Priority"], row["Status"]) == ("2026-11-09", "P1", "open")


def test_the_same_wording_in_a_note_and_in_the_document_is_one_item(play: StartPlay) -> None:
    p, incident = started(play, ACTION)
    p.add_row(incident, "alert when the pool is  exhausted.")
    p.settled()
    assert p.titles() == [POOL, REVIEW]
    assert f"same as {p.item(POOL).key}" in p.document(incident)


def test_a_line_inserted_above_never_retitles_another_ticket(play: StartPlay) -> None:
    p, incident = started(play, ACTION)
    key = p.ticket(POOL)["key"]
    edit_note(p, incident, f"ACTION: {RUNBOOK} @jonas.weber\n{ACTION}")
    p.settled()
    assert p.titles() == [POOL, REVIEW, RUNBOOK]
    assert p.ticket(POOL)["key"] == key


def test_a_reworded_line_is_the_same_item_and_retitles_its_ticket(play: StartPlay) -> None:
    p, incident = started(play, ACTION)
    key = p.ticket(POOL)["key"]
    edit_note(p, incident, ACTION.replace("exhausted", "nearly exhausted").replace("2026-11-20", "2026-11-24"))
    p.settled()
    ticket = p.ticket("Alert when the pool is nearly exhausted")
    assert (ticket["key"], ticket["fields"]["duedate"]) == (key, "2026-11-24")
    assert len(p.tickets()) == 2


def test_a_deleted_note_leaves_its_ticket_alone_and_asks(play: StartPlay) -> None:
    p, incident = started(play, ACTION)
    p.box.pagerduty_act("delete_note", incident=incident, note=note_ids(p, incident)[0])
    p.wait(days=1)
    p.settled()
    fields = p.ticket(POOL)["fields"]
    assert fields["status"]["statusCategory"]["key"] == "new"
    assert "its note or row was deleted; the ticket was left alone" in p.document(incident)


def test_a_row_taken_out_of_the_document_leaves_its_ticket_alone_and_asks(play: StartPlay) -> None:
    p, incident = started(play, ACTION)
    p.add_row(incident, "Rehearse the failover")
    p.settled()
    lines = [line for line in p.document(incident).splitlines() if "Rehearse the failover" not in line]
    p.path(incident).write_text("\n".join(lines) + "\n")
    p.settled()
    assert p.ticket("Rehearse the failover")["fields"]["status"]["statusCategory"]["key"] == "new"
    assert "its note or row was deleted" in p.document(incident)


def test_a_labelled_ticket_that_names_the_incident_is_adopted_and_not_duplicated(play: StartPlay) -> None:
    p, incident = started(play, ACTION)
    made = p.in_jira(
        "create",
        summary="Buy a bigger pool",
        labels=["callsheet"],
        description="Promised after #1001",
        due="2026-12-10",
        assignee="Rahul Mehta",
    )
    p.settled()
    assert p.titles() == [POOL, "Buy a bigger pool", REVIEW]
    row = p.rows(incident)["Buy a bigger pool"]
    assert row["Ticket"].startswith(f"[{made['key']}](")
    assert (row["Owner"], row["Due"]) == ("Rahul Mehta", "2026-12-10")
    p.in_jira("transition", issue=made["key"], to="Done")
    p.settled()
    assert p.rows(incident)["Buy a bigger pool"]["Status"] == "done"


def test_a_labelled_ticket_that_names_no_incident_is_set_aside_and_shown(play: StartPlay) -> None:
    p, _ = started(play, ACTION)
    made = p.in_jira("create", summary="Buy a bigger pool", labels=["callsheet"])
    report = p.settled()
    assert [malady.where for malady in report.quarantined] == [made["key"]]


def test_a_note_added_later_is_filed_and_our_own_note_is_never_a_source(play: StartPlay) -> None:
    p, incident = started(play, ACTION)
    p.box.pagerduty_act("note", incident=incident, text=f"ACTION: {RUNBOOK} @jonas.weber")
    p.wait(seconds=30)
    p.settled()
    assert p.titles() == [POOL, REVIEW, RUNBOOK]
    (note,) = p.our_notes(incident)
    assert "0 of 3 done" in note


def test_words_that_people_wrote_into_the_document_stay(play: StartPlay) -> None:
    p, incident = started(play, ACTION)
    p.edit(incident, "*unknown until the review; write them here.*", "The limit was a default of 2019.")
    p.edit(incident, " took part.", " took part **twice**.")
    p.in_jira("transition", issue=p.ticket(POOL)["key"], to="Done")
    p.settled()
    text = p.document(incident)
    assert "The limit was a default of 2019." in text
    assert "took part **twice**." in text
    assert p.rows(incident)[POOL]["Status"] == "done"
