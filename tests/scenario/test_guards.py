"""Suspicious silence changes nothing: many tickets that vanish at once are more likely a lost permission."""

from __future__ import annotations

from tests.conftest import StartPlay
from tests.scenario.daemon import Play

NOTE = "\n".join(f"ACTION: Promise {word} @ana.ferreira due 2026-12-18" for word in ("one", "two", "six", "ten"))


def filed(play: StartPlay) -> tuple[Play, str]:
    p = play(policy="standing = []\n")
    p.settled()
    incident = p.incident(NOTE)
    p.settled()
    p.wait(seconds=30)
    p.settled()
    return p, incident


def test_all_tickets_of_a_project_that_vanish_at_once_are_left_alone_until_somebody_approves(play: StartPlay) -> None:
    p, incident = filed(play)
    before = p.items()
    for ticket in p.tickets():
        p.in_jira("delete", issue=ticket["key"])
    p.wait(days=1)
    report = p.once()
    assert report.exit_code == 3
    (refusal,) = report.refused
    assert refusal.id == "tickets-vanished"
    assert "all tickets of OPS" in refusal.what
    assert p.items() == before
    document = p.document(incident)
    # It stands, and says so in every cycle, until a person decides.
    p.wait(minutes=1)
    assert p.once().exit_code == 3
    assert p.document(incident) == document
    done = p.cli("approve", refusal.id)
    assert done.returncode == 0, done.stderr
    p.settled()
    p.wait(days=1)
    p.settled()
    assert p.tickets() == []


def test_one_ticket_that_vanishes_is_taken_for_what_it_is(play: StartPlay) -> None:
    p, incident = filed(play)
    p.in_jira("delete", issue=p.ticket("Promise one")["key"])
    p.wait(days=1)
    p.settled()
    p.wait(seconds=30)
    p.settled()
    assert len(p.tickets()) == 3
    assert "Promise one" in p.rows(incident)


def test_force_believes_what_vanished(play: StartPlay) -> None:
    p, _ = filed(play)
    for ticket in p.tickets():
        p.in_jira("delete", issue=ticket["key"])
    p.wait(days=1)
    p.settled(force=True)
    p.wait(minutes=1)
    p.settled()
