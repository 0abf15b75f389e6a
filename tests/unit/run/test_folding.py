"""What is folded away in a call sheet for people, and what never is."""

from __future__ import annotations

from typing import Any, cast

from callsheet.model.action_item import Hold, ItemStatus
from callsheet.run.folding import FEW, folded
from callsheet.run.shapes import Row


def row(number: int, **given: Any) -> Row:
    plain = {"key": f"ai-{number}", "standing": False, "status": ItemStatus.OPEN, "hold": None, "overdue": False}
    return cast("Row", {**plain, "shown": {"status": "open"}, **given})


OWN = row(0)


def many(**given: Any) -> list[Row]:
    return [row(number, **given) for number in range(1, FEW + 1)]


def test_crowds_are_told_apart_and_nothing_is_lost() -> None:
    held, standing = many(hold=Hold.BACKFILLED, overdue=True), [row(10 + n, standing=True) for n in range(FEW)]
    found = folded([OWN, *standing, *held])
    assert (found.shown, found.standing, found.held) == ((OWN,), tuple(standing), tuple(held))
    assert found.held_late == FEW


def test_a_few_are_no_crowd() -> None:
    rows = [OWN, *many(standing=True)[1:]]
    assert folded(rows).shown == tuple(rows)


def test_a_standing_item_that_is_late_or_lost_its_ticket_stays_in_sight() -> None:
    late = row(20, standing=True, overdue=True, shown={"status": "overdue"})
    gone = row(21, standing=True, shown={"status": "ticket gone"})
    assert folded([late, gone, *many(standing=True)]).shown == (late, gone)


def test_where_nothing_else_would_be_left_all_are_shown() -> None:
    rows = many(hold=Hold.BACKFILLED)
    assert folded(rows).shown == tuple(rows)
    assert folded(rows).held == ()
