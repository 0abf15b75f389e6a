"""What people get wrong: told all at once, in words, and nothing that they typed is lost."""

from __future__ import annotations

from tests.conftest import StartPlay
from tests.scenario.daemon import ACTION

POOL = "Alert when the pool is exhausted"
REVIEW = "Hold the blameless review"


def test_bad_configuration_is_told_all_at_once_with_exit_code_2_and_no_traceback(play: StartPlay) -> None:
    p = play(policy="[open]\npriorites = []\n[nudge]\ndays = 3\n")
    del p.env["PAGERDUTY_API_TOKEN"]
    p.env |= {
        "JIRA_BASE_URL": "jira.example",
        "CALLSHEET_CYCLE_EVERY": "soon",
        "CALLSHEET_MODE": "half",
        "CALLSHEET_TIME_ZONE": "Europe/Berlim",
        "CALLSHEET_TOKN": "typo",
    }
    (p.config / "jira.env").write_text("JIRA_API_TOKN=typo\n")
    for command in ("once", "run"):
        done = p.cli(command)
        assert done.returncode == 2, done.stderr
        for name in (
            "PAGERDUTY_API_TOKEN",
            "JIRA_BASE_URL",
            "CALLSHEET_CYCLE_EVERY",
            "CALLSHEET_MODE",
            "CALLSHEET_TIME_ZONE",
            "CALLSHEET_TOKN",
            "JIRA_API_TOKN",
            "priorites",
            "days",
        ):
            assert name in done.stderr, f"{command} does not name {name}:\n{done.stderr}"
        assert "Traceback" not in done.stderr
        assert done.stdout == ""
    assert not p.database.exists()


def test_a_wrong_token_is_a_failure_in_words_and_changes_nothing(play: StartPlay) -> None:
    p = play()
    p.settled()
    p.incident(ACTION)
    right = dict(p.env)
    for name in ("PAGERDUTY_API_TOKEN", "JIRA_API_TOKEN"):
        p.env = {**right, name: "wrong-and-secret"}
        p.forget()
        done = p.cli("once")
        assert done.returncode == 1, done.stderr
        assert "Traceback" not in done.stderr
        assert "wrong-and-secret" not in done.stderr + done.stdout
        assert not [w for w in p.writes() if w.startswith("POST /rest")]
    p.env = right
    p.settled()
    assert p.titles() == [POOL, REVIEW]


def test_a_half_written_document_loses_nothing_that_a_person_typed(play: StartPlay) -> None:
    p = play()
    p.settled()
    incident = p.incident(ACTION)
    p.settled()
    p.add_row(incident, "Rehearse the failover", Owner="@jonas.weber")
    p.edit(incident, "*Write it here.*", "We learned a lot.")
    whole = p.document(incident)
    before = p.titles()
    # An editor was killed in the middle of saving: the table ends within a row.
    cut = whole.index("| Rehearse the failover")
    p.path(incident).write_text(whole[: cut + 20])
    p.once()
    half = p.document(incident)
    assert "We learned a lot." in half
    assert "| Rehearse the fail" in half.replace("Rehearse the failover", "Rehearse the fail")
    assert set(before) <= set(p.titles())
    assert all(t["fields"]["status"]["statusCategory"]["key"] == "new" for t in p.tickets())
    # And the rest is saved after all.
    p.path(incident).write_text(whole)
    p.once()
    p.wait(seconds=30)
    p.settled()
    text = p.document(incident)
    assert "We learned a lot." in text
    assert p.rows(incident)["Rehearse the failover"]["Ticket"].startswith("[OPS-")
    assert POOL in p.titles()


def test_a_document_without_its_table_keeps_what_stands_there_and_no_ticket_is_touched(play: StartPlay) -> None:
    p = play()
    p.settled()
    incident = p.incident(ACTION)
    p.settled()
    text = p.document(incident)
    p.path(incident).write_text(text[: text.index("## Call sheet")] + "## My own ending\n\nHands off.\n")
    p.settled()
    assert "## My own ending\n\nHands off." in p.document(incident)
    assert all(t["fields"]["status"]["statusCategory"]["key"] == "new" for t in p.tickets())


def test_a_malformed_row_is_reported_with_its_place_and_the_rest_goes_on(play: StartPlay) -> None:
    p = play()
    p.settled()
    incident = p.incident(ACTION)
    p.settled()
    p.add_row(incident, "Rehearse the failover")
    text = p.document(incident)
    broken = "| | a | b | with | far | too | many | cells | in | it | |"
    p.path(incident).write_text(
        text.replace("\n\n<!-- callsheet:end call-sheet -->", f"\n{broken}\n\n<!-- callsheet:end call-sheet -->")
    )
    report = p.once()
    assert report.exit_code == 0, report.to_json()
    (malady,) = report.quarantined
    place = next(n for n, line in enumerate(p.document(incident).splitlines(), 1) if line == broken)
    assert malady.where.endswith(f":{place}")
    assert "Rehearse the failover" in p.titles()


def test_a_malformed_note_is_no_action_and_stops_nobody(play: StartPlay) -> None:
    p = play()
    p.settled()
    p.incident("ACTION:\nACTION: @\nTODO:   \n| ACTION | \x00 \ud83d\ude00".encode("utf-8", "replace").decode(), ACTION)
    p.settled()
    assert POOL in p.titles()
