"""What guards hold back, what a mode lets out, and what waits for a silent side."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from callsheet.model.effect import (
    Adopt,
    Blocked,
    Comment,
    Effect,
    FileTicket,
    Guard,
    LinkDuplicate,
    OpenPostmortem,
    Plan,
    PostNote,
    Publish,
    Reason,
    RecordStatus,
    SendNudge,
    TransitionTicket,
    UpdateTicket,
)
from callsheet.model.nudge import Digest, Recipient
from callsheet.model.ticket import Category, TicketChange
from callsheet.plan.guard import guarded
from callsheet.plan.policy import Mode, allowed, answered
from callsheet.plan.publishing import publishes
from callsheet.plan.snapshot import Case
from callsheet.testing.builders import NOON, make_dossier, make_draft, make_item
from tests.unit.plan.reading import HOUSE, INCIDENT, OPENED, reading

ITEM = make_item(filed="10001")
HERE: dict[str, Any] = {"reason": Reason.NEW_ITEM, "item_key": ITEM.key, "incident_id": INCIDENT.id}
CHANGED: dict[str, Any] = {
    "reason": Reason.SOURCE_CHANGED,
    "item_key": ITEM.key,
    "planned_on": ITEM,
    "settled": ITEM,
}


def filing(number: int = 1) -> FileTicket:
    return FileTicket(key=f"file:{number}", marker="cs-1", draft=make_draft(), **HERE)


def document(publisher: str) -> Publish:
    case = Case(incident=INCIDENT, opened=OPENED, dossier=make_dossier(INCIDENT))
    (effect,) = publishes(case, reading(), replace(HOUSE, publishers=(publisher,)))
    return effect


EFFECTS: dict[str, Effect] = {
    "open": OpenPostmortem(key="open", reason=Reason.MATCHES_POLICY, incident_id=INCIDENT.id, backfilled=False),
    "file": filing(),
    "adopt": Adopt(key="adopt", ticket_id="10001", **HERE),
    "update": UpdateTicket(key="u", ticket_id="10001", change=TicketChange(), before={}, after={}, **CHANGED),
    "transition": TransitionTicket(
        key="t", ticket_id="10001", category=Category.DONE, resolutions=(), because=None, **CHANGED
    ),
    "comment": Comment(key="c", ticket_id="10001", marker="m", body=(), **HERE),
    "link": LinkDuplicate(key="l", kept_id="10001", duplicate_id="10002", **HERE),
    "record": RecordStatus(key="r", before={}, after={}, **CHANGED),
    "note": PostNote(
        key="n", reason=Reason.POSTMORTEM_OPENED, incident_id=INCIDENT.id, note_id=None, marker="m", text="x"
    ),
    "nudge": SendNudge(
        key="s",
        reason=Reason.OVERDUE,
        digest=Digest(to=Recipient(id="a", name="A"), local_on=NOON.date(), lines=()),
        comment_on=None,
    ),
    "files": document("files"),
    "git": document("git"),
}
BLOCKED = Blocked(
    key="ai-1", title="Add an alert", incident_id=INCIDENT.id, effect="FileTicket", reason=Reason.NEW_ITEM, what="no"
)
PLAN = Plan(effects=tuple(EFFECTS.values()), blocked=(BLOCKED,))
INSIDE = {"open", "adopt", "record"}


def names(plan: Plan) -> set[str]:
    return {name for name, effect in EFFECTS.items() if effect in plan.effects}


@pytest.mark.parametrize(
    ("mode", "let"),
    [
        (Mode.FULL, set(EFFECTS)),
        (Mode.FILE_TICKETS, INSIDE | {"file", "files", "git"}),
        (Mode.SHADOW, INSIDE | {"files"}),
    ],
)
def test_what_a_mode_lets_out(mode: Mode, let: set[str]) -> None:
    found = allowed(PLAN, mode, local_publishers=frozenset({"files"}))
    assert names(found) == let
    assert found.blocked == (BLOCKED,)


@pytest.mark.parametrize(
    ("source", "tracker", "kept"),
    [
        (True, True, set(EFFECTS)),
        (False, True, set(EFFECTS) - {"note"}),
        (True, False, INSIDE - {"adopt"} | {"note", "files", "git"}),
        (False, False, INSIDE - {"adopt"} | {"files", "git"}),
    ],
)
def test_nothing_is_written_to_a_side_that_does_not_answer(source: bool, tracker: bool, kept: set[str]) -> None:
    assert names(answered(PLAN, source=source, tracker=tracker)) == kept


# The guard.


def guard(filings: int, **more: Any) -> Plan:
    plan = Plan(effects=(*(filing(number) for number in range(filings)), EFFECTS["note"]), blocked=(BLOCKED,))
    given = {"filings_a_cycle": 50, "filed_before": 0, "approved": frozenset(), "force": False, **more}
    return guarded(plan, **given)


@pytest.mark.parametrize(
    ("filings", "more", "held"),
    [
        pytest.param(50, {}, False, id="as many as allowed"),
        pytest.param(51, {}, True, id="one too many"),
        pytest.param(30, {"filed_before": 21}, True, id="together with earlier rounds"),
        pytest.param(0, {"filed_before": 60}, False, id="nothing more to file"),
        pytest.param(51, {"force": True}, False, id="forced"),
        pytest.param(51, {"approved": frozenset({"too-many-filings"})}, False, id="approved"),
        pytest.param(51, {"approved": frozenset({"tickets-vanished"})}, True, id="another one was approved"),
    ],
)
def test_mass_filings_are_held_back(filings: int, more: dict[str, Any], held: bool) -> None:
    plan = guard(filings, **more)
    assert sum(isinstance(effect, FileTicket) for effect in plan.effects) == (0 if held else filings)
    assert EFFECTS["note"] in plan.effects
    assert plan.blocked == (BLOCKED,)
    assert [refusal.guard for refusal in plan.refused] == ([Guard.TOO_MANY_FILINGS] if held else [])


def test_a_refusal_says_how_many_and_what_to_do() -> None:
    (refusal,) = guard(51).refused
    assert "51 tickets" in refusal.what
    assert "callsheet approve too-many-filings" in refusal.what
