"""Day one does not flood Jira, and what people ask for overrules what the policy says."""

from __future__ import annotations

from tests.conftest import StartPlay
from tests.scenario.daemon import ACTION, out

POOL = "Alert when the pool is exhausted"
REVIEW = "Hold the blameless review"
FIFTY = "\n".join(
    f"ACTION: Promise {'abcdefghij'[n // 10]}{'klmnopqrst'[n % 10]} of many @ana.ferreira" for n in range(50)
)


def test_backfill_file_files_what_the_backfill_held_back(play: StartPlay) -> None:
    p = play()
    old = p.incident(ACTION)
    p.settled()
    assert p.tickets() == []
    told = p.cli("backfill", "--file", "--json")
    assert told.returncode == 0, told.stderr
    assert out(told)["tickets"]["filed"] == 2
    assert p.titles() == [POOL, REVIEW]
    assert p.rows(old)[POOL]["Status"] == "open"


def test_backfill_file_works_in_the_very_first_cycle(play: StartPlay) -> None:
    p = play()
    p.incident(ACTION)
    p.settled(file_backfill=True)
    assert p.titles() == [POOL, REVIEW]


def test_what_a_person_adds_to_a_backfilled_incident_is_filed_as_usual(play: StartPlay) -> None:
    p = play()
    old = p.incident(ACTION)
    p.settled()
    p.wait(hours=1)
    p.box.pagerduty_act("note", incident=old, text="TODO: Diff before apply")
    p.add_row(old, "Rehearse the failover")
    p.wait(seconds=30)
    p.settled()
    assert p.titles() == ["Diff before apply", "Rehearse the failover"]


def test_more_than_50_filings_in_a_cycle_are_held_back_until_somebody_approves(play: StartPlay) -> None:
    p = play()
    p.settled()
    incident = p.incident(FIFTY)
    held = p.cli("once", "--json")
    assert held.returncode == 3, held.stderr
    (refusal,) = out(held)["refused"]
    assert refusal["id"] == "too-many-filings"
    assert "51 tickets" in refusal["what"]
    assert p.tickets() == []
    # The guard holds its own kind of effect back, and nothing else.
    assert len(p.rows(incident)) == 51
    assert p.once().exit_code == 3
    assert p.cli("approve", "too-many-filings").returncode == 0
    p.settled()
    assert len(p.tickets()) == 51
    assert p.once().exit_code == 0


def test_force_goes_on_where_the_guard_would_hold_back(play: StartPlay) -> None:
    p = play()
    p.incident(FIFTY)
    p.settled()
    assert p.once(file_backfill=True).exit_code == 3
    p.settled(file_backfill=True, force=True)
    assert len(p.tickets()) == 51


def test_an_approval_is_for_once(play: StartPlay) -> None:
    p = play()
    p.settled()
    p.incident(FIFTY)
    p.once()
    assert p.cli("approve", "too-many-filings").returncode == 0
    p.settled()
    p.incident(FIFTY.replace("Promise", "Another promise"), title="Search is slow")
    assert p.once().exit_code == 3
    assert len(p.tickets()) == 51


def test_an_explicit_action_below_the_policy_opens_the_postmortem_and_is_filed(play: StartPlay) -> None:
    p = play()
    p.settled()
    quiet = p.incident("Ran it by hand. Passed.", title="Export is late", priority="P4", urgency="low")
    promised = p.incident(
        "ACTION: Make the lock expire @ana.ferreira", title="Lock stays", priority="P4", urgency="low"
    )
    p.settled()
    # Without the standing items: a small incident needs no ceremony.
    assert p.titles() == ["Make the lock expire"]
    assert [path for path in p.paths() if quiet in path.name] == []
    assert p.rows(promised)["Make the lock expire"]["Ticket"].startswith("[OPS-")


def test_an_incident_is_left_alone_while_it_goes_on(play: StartPlay) -> None:
    p = play()
    p.settled()
    made = p.box.pagerduty_act("trigger", title="Still burning", priority="P1", notes=[ACTION])
    p.wait(hours=1)
    p.settled()
    assert p.paths() == []
    p.box.pagerduty_act("resolve", incident=made["incident"])
    p.wait(seconds=30)
    p.settled()
    assert p.titles() == [POOL, REVIEW]


def test_a_waived_incident_gets_no_postmortem_until_somebody_drafts_it(play: StartPlay) -> None:
    p = play()
    p.settled()
    made = p.box.pagerduty_act("trigger", title="Known and boring", priority="P1", notes=[ACTION])
    p.wait(minutes=5)
    p.settled()
    number = str(made["number"])
    assert p.cli("waive", number, "--because", "a drill").returncode == 0
    p.box.pagerduty_act("resolve", incident=made["incident"])
    p.wait(minutes=5)
    p.settled()
    assert (p.paths(), p.tickets()) == ([], [])
    assert "waived, because a drill" in p.cli("show", number).stdout
    assert p.cli("draft", number).returncode == 0
    p.settled()
    assert len(p.paths()) == 1
    assert p.titles() == [POOL, REVIEW]


def test_draft_opens_a_postmortem_that_the_policy_would_not(play: StartPlay) -> None:
    p = play()
    p.settled()
    quiet = p.incident("Ran it by hand.", title="Export is late", priority="P5", urgency="low")
    p.settled()
    assert p.paths() == []
    assert p.cli("draft", quiet).returncode == 0
    p.settled()
    assert "Export is late" in p.document(quiet)


def test_a_merged_incident_follows_its_target(play: StartPlay) -> None:
    p = play()
    p.settled()
    target = p.box.pagerduty_act("trigger", title="Everything is slow", priority="P1")["incident"]
    source = p.box.pagerduty_act("trigger", title="Budget burns", priority="P2", service="catalog")["incident"]
    p.wait(minutes=2)
    p.box.pagerduty_act("note", incident=source, text=ACTION)
    p.wait(minutes=1)
    p.box.pagerduty_act("merge", incident=target, source=source)
    p.wait(minutes=1)
    p.settled()
    assert p.paths() == []
    p.box.pagerduty_act("resolve", incident=target)
    p.wait(minutes=1)
    p.settled()
    assert [target in path.name for path in p.paths()] == [True]
    assert p.titles() == [POOL, REVIEW]
    assert len(p.our_notes(target)) == 1
    assert p.our_notes(source) == []
