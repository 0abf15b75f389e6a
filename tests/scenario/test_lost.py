"""The database can be lost: tickets are found again by their markers, and people's words are kept."""

from __future__ import annotations

from tests.conftest import StartPlay
from tests.scenario.daemon import ACTION, Play

POOL = "Alert when the pool is exhausted"
REVIEW = "Hold the blameless review"


def lose(p: Play) -> None:
    """Somebody deletes the database."""
    for path in p.folder.glob("callsheet.db*"):
        path.unlink()


def test_after_a_lost_database_everything_is_adopted_and_nothing_is_created_twice(play: StartPlay) -> None:
    p = play()
    p.settled()
    incident = p.incident(f"{ACTION}\nTODO: Diff before apply @jonas.weber")
    p.settled()
    p.add_row(incident, "Rehearse the failover")
    p.settled()
    p.in_jira("transition", issue=p.ticket("Diff")["key"], to="Done")
    p.settled()
    p.edit(incident, "*unknown until the review; write them here.*", "The limit was a default of 2019.")
    p.settled()
    titles, keys, row = p.titles(), {t["key"] for t in p.tickets()}, p.rows(incident)
    assert len(titles) == 4

    lose(p)
    p.wait(seconds=30)
    p.forget()
    report = p.settled()
    assert report.counts["ticket.adopted"] == 4
    assert report.counts["ticket.filed"] == 0
    assert not any(name.startswith("POST") for name in p.writes()), p.writes()
    assert "The limit was a default of 2019." in p.document(incident)
    assert {action: cells["Ticket"] for action, cells in p.rows(incident).items()} == {
        action: cells["Ticket"] for action, cells in row.items()
    }
    assert p.rows(incident)["Diff before apply"]["Status"] == "done"

    p.settled(file_backfill=True)
    p.wait(seconds=30)
    p.settled()
    assert (p.titles(), {t["key"] for t in p.tickets()}) == (titles, keys)
    assert len(p.our_notes(incident)) == 1


def test_after_a_lost_database_a_note_edited_meanwhile_finds_its_ticket_by_wording(play: StartPlay) -> None:
    p = play()
    p.settled()
    incident = p.incident(ACTION)
    p.settled()
    key = p.ticket(POOL)["key"]
    lose(p)
    note = p.box.state()["pagerduty"]["notes"][incident][0]["id"]
    p.box.pagerduty_act("edit_note", incident=incident, note=note, text=f"ACTION: Diff before apply\n{ACTION}")
    p.wait(seconds=30)
    p.settled(file_backfill=True)
    assert p.titles() == [POOL, "Diff before apply", REVIEW]
    assert p.ticket(POOL)["key"] == key


def test_after_a_lost_database_the_rest_of_the_backfill_is_filed_on_request(play: StartPlay) -> None:
    p = play()
    p.settled()
    p.incident(ACTION)
    p.settled()
    p.incident("TODO: Diff before apply", title="Search is slow")
    lose(p)
    p.settled()
    assert p.titles() == [POOL, REVIEW]
    p.settled(file_backfill=True)
    assert p.titles() == [POOL, "Diff before apply", REVIEW, REVIEW]


def test_a_lost_database_and_a_lost_folder_together_change_no_ticket(play: StartPlay) -> None:
    p = play()
    p.settled()
    incident = p.incident(ACTION)
    p.settled()
    p.in_jira("due", issue=p.ticket(POOL)["key"], on="2026-12-01")
    before = p.tickets()
    lose(p)
    p.path(incident).unlink()
    p.settled()
    p.wait(seconds=30)
    p.settled()
    assert p.tickets() == before
    assert p.rows(incident)[POOL]["Due"] == "2026-12-01"
