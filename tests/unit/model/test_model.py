"""The nouns keep what their names promise."""

from __future__ import annotations

import dataclasses
import importlib
import pkgutil
from datetime import date, timedelta
from typing import Any

import pytest

import callsheet.model
from callsheet.model.action_item import ItemStatus, OwnerReason, Source, SourceKind, Words, item_key, marker
from callsheet.model.effect import OpenPostmortem, Reason, RecordStatus, SendNudge, incident_of
from callsheet.model.incident import IncidentStatus
from callsheet.model.memory import OpenedPostmortem
from callsheet.model.nudge import Digest, Recipient
from callsheet.model.text import Bullets, Span, paragraph, plain
from callsheet.testing.builders import NOON, make_incident, make_item

NOTE = Source(kind=SourceKind.NOTE, id="N1/0")


def test_every_noun_is_frozen_slotted_and_named() -> None:
    for module in pkgutil.iter_modules(callsheet.model.__path__):
        for noun in vars(importlib.import_module(f"callsheet.model.{module.name}")).values():
            if dataclasses.is_dataclass(noun) and isinstance(noun, type):
                params = noun.__dataclass_params__
                assert params.frozen, noun
                assert hasattr(noun, "__slots__"), noun
                assert all(field.kw_only for field in dataclasses.fields(noun)), noun


# Keys and markers: written into tickets and documents, so they can never change.


def test_a_key_and_a_marker_are_what_they_always_were() -> None:
    key = item_key("acme", "Q1", NOTE)
    assert key == "ai-92562b0eb9827298"
    assert marker("callsheet", key) == "cs-4df902965bd233a0"


@pytest.mark.parametrize(
    "place",
    [
        ("other", "Q1", NOTE),
        ("acme", "Q2", NOTE),
        ("acme", "Q1", Source(kind=SourceKind.NOTE, id="N1/1")),
        ("acme", "Q1", Source(kind=SourceKind.DOCUMENT, id="N1/0")),
        ("acm", "eQ1", NOTE),
    ],
)
def test_another_place_is_another_key(place: tuple[str, str, Source]) -> None:
    assert item_key(*place) != item_key("acme", "Q1", NOTE)


def test_two_installations_on_one_tracker_never_meet() -> None:
    key = item_key("acme", "Q1", NOTE)
    assert marker("callsheet", key) != marker("callsheet-eu", key)
    assert len(marker("callsheet", key)) == len("cs-") + 16


# Items.


def test_what_is_spoken_is_the_documents_cells_over_the_notes_words() -> None:
    item = make_item(words=Words(title="Add", owner="@ana", due="Friday"), cells={"owner": "Marcus"})
    assert item.spoken == Words(title="Add", owner="Marcus", due="Friday")
    assert make_item().spoken == Words(title="Add an alert")


@pytest.mark.parametrize(
    ("changes", "today", "late"),
    [
        ({}, date(2026, 11, 16), False),
        ({}, date(2026, 11, 17), True),
        ({"status": ItemStatus.DONE}, date(2026, 11, 17), False),
        ({"due_on": None}, date(2026, 11, 17), False),
    ],
)
def test_overdue_is_open_and_past_its_day(changes: dict[str, object], today: date, late: bool) -> None:
    assert make_item(**changes).overdue(today) is late


def test_reasons_that_begin_with_fallback_guess_nobody() -> None:
    guessed = {reason for reason in OwnerReason if reason.value.startswith("fallback")}
    assert guessed == {
        OwnerReason.FALLBACK_NOT_NAMED,
        OwnerReason.FALLBACK_UNKNOWN,
        OwnerReason.FALLBACK_SEVERAL,
        OwnerReason.FALLBACK_JOINT,
        OwnerReason.FALLBACK_NO_ACCOUNT,
        OwnerReason.FALLBACK_NOT_ASSIGNABLE,
        OwnerReason.FALLBACK_LEFT,
    }


# Incidents and post-mortems.


def test_an_incident_lasts_until_it_is_resolved() -> None:
    assert make_incident().duration == timedelta(hours=1)
    going_on = make_incident(resolved_at=None)
    assert (going_on.duration, going_on.resolved, going_on.status) == (None, False, IncidentStatus.TRIGGERED)


@pytest.mark.parametrize(
    ("changes", "live"),
    [({}, False), ({"opened_at": NOON}, True), ({"opened_at": NOON, "waived_because": ""}, False)],
)
def test_a_post_mortem_lives_while_it_is_open_and_not_waived(changes: dict[str, Any], live: bool) -> None:
    assert OpenedPostmortem(incident_id="Q1", **changes).live is live


# Effects.


def test_an_effect_knows_its_incident_but_a_digest_is_about_a_person() -> None:
    item = make_item()
    digest = Digest(to=Recipient(id="a", name="A"), local_on=NOON.date(), lines=())
    opened = OpenPostmortem(key="k", reason=Reason.ASKED_FOR, incident_id="Q1", backfilled=False)
    record = RecordStatus(
        key="k", reason=Reason.TRACKER_CHANGED, item_key=item.key, before={}, after={}, planned_on=item, settled=item
    )
    nudge = SendNudge(key="k", reason=Reason.OVERDUE, digest=digest, comment_on=None)
    assert [incident_of(effect) for effect in (opened, record, nudge)] == ["Q1", item.incident_id, None]


# Text.


def test_plain_words_keep_bullets_and_addresses() -> None:
    link = Span(text="INC-1", url="https://x.example")
    bare = Span(text="https://x.example", url="https://x.example")
    body = (paragraph("See ", link, "."), Bullets(items=(paragraph(bare), paragraph("", "two"))))
    assert plain(body) == "See INC-1 (https://x.example).\n- https://x.example\n- two"
    assert plain(()) == ""
