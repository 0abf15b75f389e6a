"""Why somebody was reminded of an item is told with it, whoever read the reminder."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from pathlib import Path

from callsheet.run.changes import Asker, change
from callsheet.run.explaining import explain
from callsheet.testing.builders import make_account
from callsheet.testing.twins import MemoryNotifier
from tests.unit.run.world import PLAIN_RULES, World

NOTES = "ACTION: Add an alert @ana.ferreira due 2026-11-03 P1\nACTION: Fix the cache @marcus.hill due 2026-12-18"


def test_an_item_tells_who_was_reminded_of_it_when(tmp_path: Path) -> None:
    rules = replace(PLAIN_RULES, nudge=replace(PLAIN_RULES.nudge, fallback_after=1, team_after=2))
    world = World(tmp_path, rules=rules, notifier=MemoryNotifier(team=True), has_team=True).born()
    world.filed(NOTES)
    for _ in range(4):
        world.wait(days=1)
        world.settled()
    told = {}
    with world.store() as store:
        for name in ("Add an alert", "Fix the cache"):
            found = explain(store, rules, world.ticket(name).key, world.clock.now())
            assert found
            told[name] = [
                (line.at.date().day, line.detail.partition(" over ")[0])
                for line in found.lines
                if line.event == "nudge.sent"
            ]
    assert told["Add an alert"] == [
        (3, "to Ana Ferreira"),
        (4, "to Ana Ferreira"),
        (4, "to Grace Okafor"),
        (5, "to team"),
        (6, "to Ana Ferreira"),
    ]
    assert told["Fix the cache"] == []


def test_what_somebody_set_in_the_tracker_is_not_told_in_the_words_of_the_note(world: World) -> None:
    world.filed("ACTION: Add an alert @nobody due 2026-12-18")
    ticket = world.ticket()
    world.tracker.edit(ticket.id, owner=make_account("Marcus Hill"), due_on=date(2026, 12, 24))
    world.settled()
    with world.store() as store:
        found = explain(store, PLAIN_RULES, ticket.key, world.clock.now())
    assert found
    assert "owner Marcus Hill (set in the tracker); due 2026-12-24 (set in the tracker); " in found.stands[2]


def test_what_somebody_said_in_a_comment_or_on_a_page_is_not_told_in_the_words_of_the_note(world: World) -> None:
    world.filed("ACTION: Add an alert @ana.ferreira due 2026-12-18")
    world.tracker.remark(world.ticket().id, "callsheet: owner @marcus.hill", by=make_account("Ana Ferreira"))
    world.settled()
    assert "owner Marcus Hill (set in a comment on the ticket); " in stands(world)
    with world.store() as store:
        change(
            store,
            world.item().key,
            {"owner": "@grace.okafor"},
            Asker(who="Ana", now=world.clock.now(), rules=PLAIN_RULES),
        )
    world.settled()
    assert "owner Grace Okafor (set on a page); " in stands(world)


def stands(world: World) -> str:
    with world.store() as store:
        found = explain(store, PLAIN_RULES, world.ticket().key, world.clock.now())
    assert found
    return "\n".join(found.stands)


def test_who_is_reminded_on_the_ticket_learns_why(tmp_path: Path) -> None:
    world = World(tmp_path, has_notifier=False).born()
    world.filed("ACTION: Add an alert @ana.ferreira due 2026-11-03")
    world.wait(days=2)
    world.settled()
    with world.store() as store:
        found = explain(store, PLAIN_RULES, world.ticket().key, world.clock.now())
    assert found
    (line,) = [line for line in found.lines if line.event == "nudge.sent"]
    assert (line.reason, "over ticket" in line.detail) == ("an item is overdue", True)
