"""What the main job may cost in requests, counted by the sandbox: whoever sends one more has to say so here.

`make bench` counts the same at full size. Counts only: how long it takes is the machine's.
"""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.benchmarks.following import remember
from tests.benchmarks.worlds import NOW, OWNERS, Shape, world
from tests.conftest import StartPlay
from tests.scenario.daemon import Play

Counts = dict[str, int]
# However many promises are open: the feed, and one search with the comments in it.
READS = {"GET /log_entries": 1, "POST /rest/api/3/search/jql": 1}
BEFORE_TICKETS_ARE_WRITTEN = {"POST /rest/api/3/issue/bulkfetch": 1}
CHANGED = 4


def looked_and_edited(notes: int) -> Counts:
    return {"GET /incidents/{id}/notes": notes, "PUT /incidents/{id}/notes/{note_id}": notes}


def tickets_edited(tickets: int) -> Counts:
    return {"PUT /rest/api/3/issue/{issueIdOrKey}": tickets}


def cost(play: Play) -> Counts:
    """What the next cycle sends. The one after sends two requests and writes nothing."""
    play.wait(minutes=1)
    play.forget()
    play.settled()
    spent = play.requests()
    play.wait(minutes=1)
    play.forget()
    play.settled()
    assert play.requests() == READS
    return spent


@pytest.fixture
def following(play: StartPlay) -> tuple[Play, list[str]]:
    """A daemon that follows 500 open promises; the incidents of four of them, which are known to the sandbox too."""
    p = play(policy="standing = []\n")
    p.settled()
    made = [
        p.incident(f"ACTION: Mend part {place} @ana.ferreira due 2026-12-11", title=f"Case {place}")
        for place in range(CHANGED)
    ]
    p.settled()
    with p.app() as app:
        remember(app, NOW.date(), count=500)
    p.wait(minutes=30)
    p.settled()
    return p, made


def key(play: Play, place: int) -> str:
    return str(play.ticket(f"Mend part {place}")["key"])


@pytest.mark.parametrize(
    ("do", "wanted"),
    [
        ("due", {"on": "2026-12-14"}),
        ("due", {"on": None}),
        ("assign", {"to": "Jonas Weber"}),
        ("transition", {"to": "Done"}),
        ("transition", {"to": "Won't Do"}),
    ],
)
def test_changes_in_jira_cost_a_look_and_a_write_for_each_note(
    following: tuple[Play, list[str]], do: str, wanted: dict[str, str | None]
) -> None:
    p, _ = following
    for place in range(CHANGED):
        p.box.jira_act(do, issue=key(p, place), **wanted)
    assert cost(p) == {**READS, **looked_and_edited(CHANGED)}


def test_what_no_note_tells_of_costs_the_reads_alone(following: tuple[Play, list[str]]) -> None:
    p, _ = following
    p.box.jira_act("priority", issue=key(p, 0), to="Low")
    p.box.jira_act("comment", issue=key(p, 1), user="ana.ferreira", text="Half of it is done.")
    assert cost(p) == READS


def test_dates_moved_in_documents_cost_one_read_more_and_a_write_for_each_ticket(
    following: tuple[Play, list[str]],
) -> None:
    p, made = following
    for place, incident in enumerate(made):
        p.edit_cell(incident, f"Mend part {place}", "Due", "2026-12-18")
    assert cost(p) == {
        **READS,
        **BEFORE_TICKETS_ARE_WRITTEN,
        **tickets_edited(CHANGED),
        **looked_and_edited(CHANGED),
    }


def test_an_item_that_is_dropped_costs_four_requests_beside_its_note(following: tuple[Play, list[str]]) -> None:
    p, made = following
    for place, incident in enumerate(made[:2]):
        p.edit_cell(incident, f"Mend part {place}", "Status", "dropped because we bought another one")
    issue = "/rest/api/3/issue/{issueIdOrKey}"
    assert cost(p) == {
        **READS,
        **BEFORE_TICKETS_ARE_WRITTEN,
        f"GET {issue}": 2 * 2,
        f"GET {issue}/transitions": 2,
        f"POST {issue}/transitions": 2,
        **looked_and_edited(2),
    }


def test_a_command_on_a_ticket_costs_its_write_or_its_answer(following: tuple[Play, list[str]]) -> None:
    p, _ = following
    p.box.jira_act("comment", issue=key(p, 0), user="ana.ferreira", text="callsheet: due Dec 18")
    p.box.jira_act("comment", issue=key(p, 1), user="ana.ferreira", text="callsheet: snooze for ever")
    assert cost(p) == {
        **READS,
        **BEFORE_TICKETS_ARE_WRITTEN,
        **tickets_edited(1),
        **looked_and_edited(1),
        "POST /rest/api/3/issue/{issueIdOrKey}/comment": 1,
    }


def loaded(play: StartPlay, folder: Path, shape: Shape) -> Play:
    """A fresh daemon on an account with these incidents."""
    document = folder / "world.json"
    document.write_text(json.dumps(world(shape)), encoding="utf-8")
    p = play(load=(document,), policy="standing = []\n", at_scale=True)
    p.forget()
    return p


def test_a_hundred_tickets_are_filed_with_one_create_each_and_130_requests_at_most(
    play: StartPlay, tmp_path: Path
) -> None:
    p = loaded(play, tmp_path, Shape(incidents=10, entries=10, worthy=1, actions=10))
    report = p.settled(past=True, file_backfill=True, force=True)
    assert report.counts["ticket.filed"] == 100
    sent = p.box.requests()["jira"]
    screen = "/rest/api/3/issue/createmeta/{projectIdOrKey}/issuetypes"
    # The project is asked twice: whether it is there, when we start, and what it takes, when something is filed.
    assert sent == {
        "POST /rest/api/3/search/jql": 1,
        f"GET {screen}": 2,
        f"GET {screen}/{{issueTypeId}}": 2,
        "GET /rest/api/3/user/search": len(OWNERS),
        "GET /rest/api/3/user/assignable/search": len(OWNERS),
        "POST /rest/api/3/issue": 100,
        "total": 125,
    }


def test_a_backfill_lists_a_hundred_at_once_and_reads_five_details_of_what_gets_a_postmortem(
    play: StartPlay, tmp_path: Path
) -> None:
    shape = Shape(incidents=100, entries=30, worthy=10)
    p = loaded(play, tmp_path, shape)
    report = p.settled(past=True)
    opened = report.counts["postmortem.opened"]
    assert opened == 10
    incident = "GET /incidents/{id}"
    parts = ("", "/alerts", "/log_entries", "/notes", "/related_change_events")
    details = tuple(f"{incident}{part}" for part in parts)
    listings = {
        "GET /log_entries": shape.incidents * shape.entries // 100,
        "GET /incidents": shape.incidents // 100 + 1,
        "GET /users": 1,
        "GET /priorities": 1,
    }
    assert p.box.requests()["pagerduty"] == {
        **dict.fromkeys(details, opened),
        **listings,
        "total": len(details) * opened + sum(listings.values()),
    }
