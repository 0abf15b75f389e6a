"""What a ticket's status means: its category, unless the policy's map says otherwise."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from callsheet.model.action_item import ItemStatus
from callsheet.model.ticket import Category
from tests.unit.run.world import ACTION, PLAIN_RULES, World

MAP = {"in review": "done", "icebox": "dropped", "verified": "open"}


@pytest.mark.parametrize(
    ("status", "category", "mapped", "means"),
    [
        ("In Review", Category.STARTED, True, ItemStatus.DONE),
        ("In Review", Category.STARTED, False, ItemStatus.OPEN),
        ("ICEBOX", Category.NEW, True, ItemStatus.DROPPED),
        ("Verified", Category.DONE, True, ItemStatus.OPEN),
        ("Verified", Category.DONE, False, ItemStatus.DONE),
        ("Closed", Category.DONE, True, ItemStatus.DONE),
    ],
)
def test_the_policys_map_goes_before_the_category(
    tmp_path: Path, status: str, category: Category, mapped: bool, means: ItemStatus
) -> None:
    world = World(tmp_path, rules=replace(PLAIN_RULES, statuses=MAP if mapped else {})).born()
    world.filed(ACTION)
    world.tracker.edit(world.ticket().id, status=status, category=category)
    world.settled()
    assert world.item().status is means


def test_what_is_done_by_the_map_is_not_reminded_of_and_counts_again_when_it_goes_back(tmp_path: Path) -> None:
    world = World(tmp_path, rules=replace(PLAIN_RULES, statuses=MAP)).born()
    world.filed("ACTION: Add an alert @ana.ferreira due 2026-11-03")
    world.tracker.edit(world.ticket().id, status="In Review", category=Category.STARTED)
    world.settled()
    world.wait(days=2)
    world.settled()
    assert world.notifier.inbox == []
    world.tracker.edit(world.ticket().id, status="To Do", category=Category.NEW)
    for _ in range(2):
        world.settled()
        world.wait(hours=1)
    assert world.item().status is ItemStatus.OPEN
    assert len(world.notifier.inbox) == 1
