"""What the two sides told us, kept as it is and only once."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta, timezone

import pytest

from callsheet.model.incident import Alert, Change, Dossier, Link, Responder, StatusUpdate
from callsheet.model.memory import IncidentFlags
from callsheet.model.ticket import AccountMatch, Choice, MatchKind, ProjectRules, RequiredField
from callsheet.store import Store
from callsheet.store.table import CHUNK
from callsheet.testing.builders import (
    NOON,
    make_account,
    make_actor,
    make_dossier,
    make_entry,
    make_incident,
    make_note,
    make_person,
    make_rules,
    make_ticket,
)

INCIDENT = make_incident()


def test_incidents_come_back_as_they_were_and_are_dirty_when_new_or_changed(store: Store) -> None:
    assert store.save_incidents([INCIDENT]) == (INCIDENT.id,)
    assert store.incidents([INCIDENT.id, "nobody"]) == {INCIDENT.id: INCIDENT}
    assert tuple(store.dirty()) == (INCIDENT.id,)
    store.settle(store.dirty())
    assert store.save_incidents([INCIDENT]) == ()
    assert not store.dirty()
    assert store.save_incidents([replace(INCIDENT, title="Other")]) == (INCIDENT.id,)
    assert tuple(store.dirty()) == (INCIDENT.id,)
    assert store.database["incident"].count == 1


@pytest.mark.parametrize("word", [INCIDENT.id, "1001", "#1001"])
def test_an_incident_is_found_by_id_or_number(store: Store, word: str) -> None:
    store.save_incidents([INCIDENT])
    assert store.incident_named(word) == INCIDENT


@pytest.mark.parametrize("word", ["", "#", "1002", "%", "Q"])
def test_other_words_find_none(store: Store, word: str) -> None:
    store.save_incidents([INCIDENT])
    assert store.incident_named(word) is None


def test_dirty_ones_come_oldest_first(store: Store) -> None:
    older = make_incident(number=1002, created_at=NOON - timedelta(days=1))
    store.save_incidents([INCIDENT, older])
    assert tuple(store.dirty()) == (older.id, INCIDENT.id)


def test_marks_add_up_until_the_dossier_was_read(store: Store) -> None:
    store.save_incidents([INCIDENT])
    store.save_dossier(make_dossier(INCIDENT), complete=True)
    store.settle(store.dirty())
    store.mark([INCIDENT.id], noted=True)
    store.mark([INCIDENT.id], stale=True)
    store.mark([INCIDENT.id])
    assert store.incident_flags([INCIDENT.id]) == {INCIDENT.id: IncidentFlags(noted=True, stale=True, dirty=True)}
    store.save_dossier(make_dossier(INCIDENT), complete=True)
    assert store.incident_flags([INCIDENT.id]) == {INCIDENT.id: IncidentFlags(noted=True, stale=False, dirty=True)}


def test_new_rules_make_everything_dirty(store: Store) -> None:
    store.save_incidents([INCIDENT])
    store.settle(store.dirty())
    store.mark_all()
    assert tuple(store.dirty()) == (INCIDENT.id,)


def test_merged_incidents_are_found_by_their_target(store: Store) -> None:
    merged = make_incident(number=1002, merged_into=INCIDENT.id)
    store.save_incidents([INCIDENT, merged])
    assert store.merged_into(INCIDENT.id) == (merged,)
    assert store.merged_into(merged.id) == ()


FULL = Dossier(
    incident=INCIDENT,
    entries=(make_entry(text="ünï 🎭"), make_entry(id="R2", kind="notify", actor=None)),
    notes=(make_note(updated_at=NOON + timedelta(hours=1)),),
    alerts=(Alert(id="A", at=NOON, summary="x", links=(Link(url="https://x.example", text="x"),), details="a\n  b"),),
    changes=(Change(id="C", at=NOON, summary="build 1", why_related="most_recent"),),
    responders=(Responder(person=INCIDENT.service, state="joined", at=NOON),),
    status_updates=(StatusUpdate(at=NOON, author=make_actor(), message="We know."),),
    people=(make_person(),),
    roles=(("Commander", "Ana"),),
)


@pytest.mark.parametrize("complete", [True, False])
def test_a_dossier_comes_back_as_it_was(store: Store, complete: bool) -> None:
    assert store.dossier(INCIDENT.id) is None
    store.save_dossier(FULL, complete=complete)
    assert store.dossier(INCIDENT.id) == (FULL, complete)
    assert list(store.dossiers(["QGONE", INCIDENT.id])) == [FULL]


def test_an_entry_is_fresh_once(store: Store) -> None:
    entries = (make_entry(id="R1"), make_entry(id="R2"))
    assert store.take_unseen(entries, forget_before=NOON) == entries
    more = (*entries, make_entry(id="R3"))
    assert store.take_unseen(more, forget_before=NOON) == (more[2],)


def test_entries_that_no_poll_brings_again_are_forgotten(store: Store) -> None:
    old, young = make_entry(id="R1"), make_entry(id="R2", at=NOON + timedelta(hours=1))
    store.take_unseen((old, young), forget_before=NOON)
    store.forget_entries(NOON + timedelta(minutes=30))
    assert store.take_unseen((old, young), forget_before=NOON) == (old,)
    store.take_unseen((make_entry(id="R9", at=NOON - timedelta(days=9)),), forget_before=NOON)
    assert "R9" not in {row["id"] for row in store.database["seen_entry"].rows}


def test_times_are_compared_whatever_zone_they_come_in(store: Store) -> None:
    east = datetime(2026, 11, 2, 23, 0, tzinfo=timezone(timedelta(hours=14)))
    assert east < NOON
    store.take_unseen((make_entry(id="R1", at=east),), forget_before=NOON - timedelta(days=1))
    store.forget_entries(NOON)
    assert store.take_unseen((make_entry(id="R1", at=east),), forget_before=NOON) != ()


def test_people_are_kept_by_id(store: Store) -> None:
    ana = make_person()
    store.save_people([ana, make_person("Marcus Hill")])
    store.save_people([replace(ana, name="Ana F.")])
    assert {person.name for person in store.people()} == {"Ana F.", "Marcus Hill"}


TICKET = make_ticket(owner=make_account(), due_on=date(2026, 11, 16), labels=frozenset({"callsheet", "cs-1"}))


def test_tickets_come_back_as_they_were_and_are_news_when_they_differ(store: Store) -> None:
    assert store.save_tickets([TICKET]) == (TICKET.id,)
    assert store.save_tickets([TICKET]) == ()
    assert store.tickets([TICKET.id, "x"]) == {TICKET.id: TICKET}
    newer = replace(TICKET, title="Other", updated_at=NOON + timedelta(minutes=1))
    assert store.save_tickets([newer]) == (TICKET.id,)


def test_an_older_state_from_a_lagging_search_is_no_news(store: Store) -> None:
    newer = replace(TICKET, title="Other", updated_at=NOON + timedelta(minutes=1))
    store.save_tickets([newer])
    assert store.save_tickets([TICKET]) == ()
    assert store.tickets([TICKET.id]) == {TICKET.id: newer}


def test_of_an_echo_the_time_is_kept_so_that_what_lies_before_it_is_no_news(store: Store) -> None:
    between, echoed = NOON + timedelta(minutes=1), NOON + timedelta(minutes=2)
    store.save_tickets([TICKET])
    echo = replace(TICKET, updated_at=echoed)
    assert store.save_tickets([echo]) == ()
    assert store.tickets([TICKET.id]) == {TICKET.id: echo}
    assert store.save_tickets([replace(TICKET, title="Other", updated_at=between)]) == ()
    assert store.save_tickets([TICKET]) == ()
    assert store.tickets([TICKET.id]) == {TICKET.id: echo}


def test_the_echo_of_a_ticket_that_is_gone_brings_it_back(store: Store) -> None:
    store.save_tickets([TICKET])
    store.ticket_gone([TICKET.id], NOON)
    assert store.save_tickets([replace(TICKET, updated_at=NOON + timedelta(minutes=1))]) == (TICKET.id,)
    assert TICKET.id in store.tickets([TICKET.id])


def test_labels_follow_the_ticket_and_the_oldest_comes_first(store: Store) -> None:
    second, tenth = replace(TICKET, id="2"), replace(TICKET, id="10")
    store.save_tickets([tenth, second])
    assert store.tickets_labelled(["cs-1", "cs-2"]) == {"cs-1": (second, tenth)}
    bare = replace(second, labels=frozenset(), updated_at=NOON + timedelta(minutes=1))
    store.save_tickets([bare])
    assert store.tickets_labelled(["cs-1"]) == {"cs-1": (tenth,)}


def test_a_ticket_that_is_gone_is_not_told_until_it_is_back(store: Store) -> None:
    store.save_tickets([TICKET])
    store.ticket_gone([TICKET.id], NOON)
    assert (store.tickets([TICKET.id]), store.tickets_labelled(["cs-1"])) == ({}, {})
    assert store.database["ticket"].count_where("gone_at IS NOT NULL") == 1
    assert store.save_tickets([TICKET]) == (TICKET.id,)
    assert store.database["ticket"].count_where("gone_at IS NOT NULL") == 0


RULES: ProjectRules = make_rules(
    required=(RequiredField(id="c", name="Risk", kind="choice", allowed=(Choice(id="1", name="Low"),)),)
)


@pytest.mark.parametrize(
    ("kind", "value"),
    [
        ("rules", RULES),
        ("account", AccountMatch(kind=MatchKind.BY_NAME, account=make_account())),
        ("account", AccountMatch(kind=MatchKind.NOBODY)),
        ("assignable", True),
        ("adopt", "10001"),
    ],
)
def test_look_ups_come_back_typed_and_are_forgotten_by_age(store: Store, kind: str, value: object) -> None:
    store.remember(kind, {"old": value}, NOON)
    store.remember(kind, {"new": value}, NOON + timedelta(hours=1))
    store.remember("other", {"old": value}, NOON)
    assert store.recall(kind, type(value)) == {"old": value, "new": value}
    store.forget_lookups(kind, NOON + timedelta(minutes=1))
    assert store.recall(kind, type(value)) == {"new": value}
    assert store.recall("other", type(value)) == {"old": value}


def test_a_long_list_of_names_is_asked_for_in_chunks(store: Store) -> None:
    many = [make_ticket(id=str(number)) for number in range(10_000, 10_000 + 2 * CHUNK + 7)]
    assert len(store.save_tickets(many)) == len(many)
    assert len(store.tickets(ticket.id for ticket in many)) == len(many)


def test_nothing_asked_for_is_nothing_found(store: Store) -> None:
    assert (store.incidents([]), store.tickets([]), store.tickets_labelled([])) == ({}, {}, {})
    assert store.noted("never") is None


def test_hostile_words_are_only_words(store: Store) -> None:
    evil = "'; DROP TABLE incident; --"
    store.save_incidents([replace(INCIDENT, id=evil, title=evil)])
    assert store.incidents([evil])[evil].title == evil
    assert store.incident_named(evil) is not None


def test_times_come_back_in_utc(store: Store) -> None:
    store.save_tickets([TICKET])
    assert store.tickets([TICKET.id])[TICKET.id].updated_at.astimezone(UTC) == NOON


def test_the_same_labels_in_another_order_are_no_news(store: Store) -> None:
    """Each process has an order of its own for them."""
    ticket = make_ticket(labels=frozenset({"callsheet", "cs-0123456789abcdef"}))
    store.save_tickets([ticket])
    (row,) = store.database["ticket"].rows
    body = json.loads(row["body"])
    store.database["ticket"].update(row["id"], {"body": json.dumps({**body, "labels": body["labels"][::-1]})})

    assert store.save_tickets([ticket]) == ()
