"""What words mean, and that only those which changed are read anew."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from callsheet.model.action_item import DueReason, ItemStatus, OwnerReason, Source, SourceKind, Terms, Words
from callsheet.model.ticket import Field
from callsheet.plan.meaning import adopted, new_item, recelled, reworded
from callsheet.plan.rules import Route
from callsheet.plan.titles import headline
from callsheet.testing.builders import NOON, make_account, make_item, make_ticket
from tests.unit.plan.reading import INCIDENT, RULES, reading

SOURCE = Source(kind=SourceKind.NOTE, id="N1/0")
READING = reading()


def test_silence_takes_the_incidents_priority_the_policys_days_and_the_fallback_owner() -> None:
    item = new_item("ai-1", SOURCE, Words(title="Add an alert"), INCIDENT, NOON, READING)
    assert item.terms == Terms(title="Add an alert", due_on=date(2026, 11, 9), priority="P1")
    assert (item.due_reason, item.owner_reason) == (DueReason.POLICY, OwnerReason.FALLBACK_NOT_NAMED)
    assert item.owner is not None
    assert item.owner.name == "Grace Okafor"


def test_written_words_count() -> None:
    words = Words(title="Add an alert", owner="@marcus.hill", due="Nov 20", priority="P3", kind="detect", fix="stopgap")
    item = new_item("ai-1", SOURCE, words, INCIDENT, NOON, READING)
    assert item.terms == Terms(title="Add an alert", due_on=date(2026, 11, 20), priority="P3")
    assert (item.due_reason, item.owner_reason, item.kind, item.fix) == (
        DueReason.WRITTEN,
        OwnerReason.LOCAL_PART,
        "detect",
        "stopgap",
    )


def test_no_fallback_owner_means_nobody() -> None:
    nobody = reading(replace(RULES, default_route=Route()))
    item = new_item("ai-1", SOURCE, Words(title="Add an alert"), INCIDENT, NOON, nobody)
    assert item.owner is None


def test_a_fallback_owner_that_nobody_knows_stands_as_an_address() -> None:
    team = reading(replace(RULES, default_route=Route(fallback_owner="team@example.com")))
    item = new_item("ai-1", SOURCE, Words(title="Add an alert"), INCIDENT, NOON, team)
    assert item.owner is not None
    assert (item.owner.name, item.owner.email) == ("team@example.com", "team@example.com")


# An item after its ticket's owner, date and priority were agreed with the tracker.
AGREED = Terms(title="Add an alert", owner="acc-x", due_on=date(2027, 1, 1), priority="P5")
WORDS = Words(title="Add an alert", owner="@ana.ferreira", due="Nov 20", priority="P2")


def agreed(**more: Any) -> Any:
    return make_item(words=WORDS, terms=AGREED, filed="10001", **more)


@pytest.mark.parametrize(
    ("words", "terms"),
    [
        pytest.param(WORDS, AGREED, id="the same words"),
        pytest.param(replace(WORDS, title="Add two"), replace(AGREED, title="Add two"), id="title"),
        pytest.param(replace(WORDS, due="Nov 25"), replace(AGREED, due_on=date(2026, 11, 25)), id="date"),
        pytest.param(replace(WORDS, priority="P4"), replace(AGREED, priority="P4"), id="priority"),
        pytest.param(replace(WORDS, owner="@marcus.hill"), replace(AGREED, owner=None), id="owner, to be looked up"),
        pytest.param(replace(WORDS, due="soon"), AGREED, id="a date that can't be read changes nothing agreed"),
        pytest.param(replace(WORDS, priority="urgentish"), AGREED, id="an unknown priority changes nothing"),
        pytest.param(replace(WORDS, owner=None, due=None, priority=None), AGREED, id="silence takes nothing back"),
    ],
)
def test_only_changed_words_are_read_anew(words: Words, terms: Terms) -> None:
    after = reworded(agreed(), words, INCIDENT, NOON, READING)
    assert after.terms == terms
    assert after.words == words


def test_the_documents_cells_stand_over_the_notes_words() -> None:
    item = recelled(agreed(), {"due": "2026-12-01"}, INCIDENT, READING)
    assert item.terms.due_on == date(2026, 12, 1)
    after = reworded(item, replace(WORDS, due="Nov 25"), INCIDENT, NOON, READING)
    assert after.spoken.due == "2026-12-01"


def test_words_typed_anew_count_also_after_the_tracker_overruled_them() -> None:
    item = recelled(agreed(), {"due": "2026-12-01"}, INCIDENT, READING)
    overruled = replace(item, terms=replace(item.terms, due_on=date(2026, 12, 24)))
    assert recelled(overruled, {"due": "2026-12-01"}, INCIDENT, READING).terms.due_on == date(2026, 12, 1)


def test_writing_a_cleared_field_anew_ends_its_being_cleared() -> None:
    item = agreed(cleared=(Field.OWNER, Field.DUE_ON))
    after = recelled(item, {"due": "2026-12-01"}, INCIDENT, READING)
    assert after.cleared == (Field.OWNER,)


@pytest.mark.parametrize(
    ("said", "status", "because"),
    [
        ("dropped", ItemStatus.OPEN, None),
        ("dropped because ", ItemStatus.OPEN, None),
        ("Dropped: we retire it", ItemStatus.DROPPED, "we retire it"),
        ("cut because it is too dear", ItemStatus.DROPPED, "it is too dear"),
        ("in progress", ItemStatus.OPEN, None),
        ("open", ItemStatus.OPEN, None),
        ("done", ItemStatus.OPEN, None),
    ],
)
def test_the_status_cell_drops_and_nothing_else(said: str, status: ItemStatus, because: str | None) -> None:
    item = recelled(agreed(), {"status": said}, INCIDENT, READING)
    assert (item.status, item.status_because) == (status, because)


def test_done_in_the_document_is_shown_as_a_conflict_once() -> None:
    item = recelled(agreed(), {"status": "done"}, INCIDENT, READING)
    assert [(conflict.field, conflict.ours) for conflict in item.conflicts] == [(Field.STATUS, "done")]
    assert recelled(item, {"status": "done"}, INCIDENT, READING) == item


def test_an_adopted_ticket_speaks_for_itself() -> None:
    ticket = make_ticket(title="Call the **vendor**", owner=make_account("Marcus Hill"), due_on=date(2026, 12, 24))
    item = adopted("ai-1", Source(kind=SourceKind.TICKET, id=ticket.id), ticket, INCIDENT, READING)
    assert item.terms == Terms(
        title="Call the **vendor**", owner="acc-marcus.hill", due_on=date(2026, 12, 24), priority="P1"
    )
    assert (item.owner_reason, item.due_reason) == (OwnerReason.TRACKER, DueReason.TRACKER)
    assert item.owner is not None
    assert item.owner.person_id == "P-marcus.hill"


@pytest.mark.parametrize(
    ("title", "line"),
    [
        ("Add an alert", "Add an alert"),
        ("Add\nan\talert\x00!", "Add an alert !"),
        (
            "**Fix** the ~~slow~~ pool of `user_id` and __init__, 2 ** 3 * 4",
            "Fix the slow pool of `user_id` and __init__, 2 ** 3 * 4",
        ),
        ("x" * 250, "x" * 250),
        ("x" * 251, "x" * 249 + "…"),
    ],
)
def test_a_headline_is_one_line_of_at_most_250_characters(title: str, line: str) -> None:
    assert headline(title) == line
