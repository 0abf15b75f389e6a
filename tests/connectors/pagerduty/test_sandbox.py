"""The connector over real HTTP, against the sandbox: another engineer's reading of the same API."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from callsheet.connect.errors import AuthRefused, Malformed, Rejected, Transient
from callsheet.connect.ports import Source
from callsheet.model.incident import IncidentStatus
from callsheet.sandbox.server import Sandbox, SandboxOptions
from callsheet.testing.clock import FakeClock
from callsheet_pagerduty.connector import PagerDuty, build
from callsheet_pagerduty.options import PagerDutyOptions
from tests.connectors.pagerduty.stage import HOUR, NOW, context

if TYPE_CHECKING:
    from tests.conftest import MakeSandbox

MONTH = timedelta(days=30)
NOTES = "POST /incidents/{id}/notes"


@pytest.fixture(scope="module")
def running(make_sandbox: MakeSandbox) -> Iterator[Sandbox]:
    with make_sandbox(seed=7, incidents=20, now=NOW) as box:
        yield box


@pytest.fixture
def box(running: Sandbox) -> Iterator[Sandbox]:
    running.no_faults()
    running.forget_requests()
    yield running
    running.no_faults()


@pytest.fixture
def clock() -> FakeClock:
    return FakeClock(NOW)


@pytest.fixture
def counted() -> list[None]:
    return []


def connect(box: Sandbox, clock: FakeClock, counted: list[None], **settings: str) -> PagerDuty:
    options = PagerDutyOptions.read({**box.env(), **settings})
    return build(options, context(clock, lambda: counted.append(None)))


@pytest.fixture
def source(box: Sandbox, clock: FakeClock, counted: list[None]) -> Iterator[PagerDuty]:
    source = connect(box, clock, counted)
    yield source
    source.close()


def asked(box: Sandbox) -> dict[str, int]:
    return {name: count for name, count in box.requests()["pagerduty"].items() if name != "total"}


def test_it_is_a_source(source: PagerDuty) -> None:
    port: Source = source
    assert port


def test_a_backfill_finds_every_incident_and_the_old_ones_that_are_open(
    box: Sandbox, source: PagerDuty, counted: list[None]
) -> None:
    found = {each.id: each for one in source.incidents(NOW - MONTH, NOW) for each in one.incidents}
    with box.world.lock:
        there = {each.id for each in box.world.pagerduty.incidents if each.created_at <= NOW}
    assert set(found) == there
    assert len(found) == 20
    assert {each.account for each in found.values()} == {"sandbox"}
    old = [each for each in found.values() if each.created_at < NOW - MONTH]
    assert len(old) == 2
    assert all(each.status is not IncidentStatus.RESOLVED for each in old)
    assert asked(box) == {"GET /incidents": 2}
    assert len(counted) == 2
    (source_incident,) = (each for each in found.values() if each.merged_into)
    assert source_incident.merged_into in found


def test_the_feed_of_a_month_holds_every_entry_once(box: Sandbox, source: PagerDuty) -> None:
    pages = list(source.changes(NOW - timedelta(days=90), NOW))
    ids = [entry.id for page in pages for entry in page.entries]
    assert len(ids) == len(set(ids)) == box.state()["pagerduty"]["log_entries"]
    for page in pages:
        assert {entry.incident_id for entry in page.entries} == {each.id for each in page.incidents}
        assert page.maladies == ()
    assert asked(box) == {"GET /log_entries": -(-len(ids) // 100)}


def test_a_quiet_minute_is_one_request(box: Sandbox, source: PagerDuty, counted: list[None]) -> None:
    before = NOW - timedelta(days=100)
    (page,) = source.changes(before, before + timedelta(minutes=2))
    assert page.entries == ()
    assert len(counted) == sum(asked(box).values()) == 1


def test_dossiers_cost_five_requests_and_have_no_maladies(box: Sandbox, source: PagerDuty, counted: list[None]) -> None:
    incidents = [each for one in source.incidents(NOW - MONTH, NOW) for each in one.incidents]
    source.directory()
    counted.clear()
    for incident in incidents:
        dossier, maladies = source.dossier(incident)
        assert maladies == ()
        assert dossier.incident == incident  # the feed's and the detail's incident read the same
        times = [entry.at for entry in dossier.entries]
        assert times == sorted(times)
        assert dossier.entries[0].kind == "trigger"
        assert {each.id for each in dossier.people} >= {each.person.id for each in dossier.responders}
        told = [entry.text for entry in dossier.entries if entry.kind == "annotate"]
        assert told == [note.text for note in dossier.notes]
        assert "hunter2" not in repr(dossier)
        assert "not-a-real-token" not in repr(dossier)
    assert len(counted) == 5 * len(incidents)


def test_somewhere_people_were_asked_told_and_somebody_left(source: PagerDuty) -> None:
    directory = source.directory()
    dossiers = [source.dossier(each)[0] for one in source.incidents(NOW - MONTH, NOW) for each in one.incidents]
    assert {"joined", "pending"} <= {each.state for dossier in dossiers for each in dossier.responders}
    assert any(dossier.status_updates for dossier in dossiers)
    assert any(change.why_related == "the most recent change" for dossier in dossiers for change in dossier.changes)
    assert any(dossier.incident.merged_into and not dossier.alerts for dossier in dossiers)
    known = {each.id for each in directory.people}
    assert {note.author.id for dossier in dossiers for note in dossier.notes} - known  # somebody has left since


def test_the_directory_ranks_priorities(box: Sandbox, source: PagerDuty) -> None:
    found = source.directory()
    assert [(each.name, each.rank) for each in found.priorities] == [(f"P{rank}", rank) for rank in range(1, 6)]
    assert {"Ana Ferreira", "Ana Kowalski"} <= {each.name for each in found.people}
    assert all(each.email and each.time_zone for each in found.people)
    assert asked(box) == {"GET /users": 1, "GET /priorities": 1}


def test_the_scope_narrows_both_lists_and_the_feed(box: Sandbox, clock: FakeClock) -> None:
    company = box.world.company
    team, service = company.teams[0].id, company.service("checkout-api").id
    for settings in ({"PAGERDUTY_TEAM_IDS": team}, {"PAGERDUTY_SERVICE_IDS": service}):
        source = connect(box, clock, [], **settings)
        listed = [each for one in source.incidents(NOW - MONTH, NOW) for each in one.incidents]
        pages = list(source.changes(NOW - MONTH, NOW))
        assert listed
        assert {each.id for one in pages for each in one.incidents} <= {each.id for each in listed}
        if "PAGERDUTY_TEAM_IDS" in settings:
            assert {ref.id for each in listed for ref in each.teams} == {team}
        else:
            assert {each.service.id for one in pages for each in one.incidents} == {service}
        source.close()


def test_a_note_is_posted_edited_and_read_in_our_name(box: Sandbox, source: PagerDuty) -> None:
    key = next(each.id for one in source.incidents(NOW - MONTH, NOW) for each in one.incidents)
    before = source.notes(key)
    note = source.post_note(key, "Filed OPS-1.\nmarker cs-1")
    source.edit_note(key, note, "Filed OPS-1 and OPS-2.\nmarker cs-1")
    (added,) = (each for each in source.notes(key) if each not in before)
    assert (added.id, added.text) == (note, "Filed OPS-1 and OPS-2.\nmarker cs-1")
    assert added.author.id == box.world.company.bot.id


def test_an_unknown_from_address_is_refused_with_advice(box: Sandbox, clock: FakeClock, source: PagerDuty) -> None:
    key = next(each.id for one in source.incidents(NOW - MONTH, NOW) for each in one.incidents)
    stranger = connect(box, clock, [], PAGERDUTY_FROM_EMAIL="nobody@larkspur.example")
    with pytest.raises(Rejected, match="PAGERDUTY_FROM_EMAIL"):
        stranger.post_note(key, "x")
    stranger.close()


@pytest.mark.parametrize("fault", ["drop_after", "truncate", "html_502", "empty_body"])
def test_a_note_whose_answer_is_lost_is_sent_exactly_once(
    box: Sandbox, source: PagerDuty, counted: list[None], fault: str
) -> None:
    key = next(each.id for one in source.incidents(NOW - MONTH, NOW) for each in one.incidents)
    before = len(source.notes(key))
    box.forget_requests()
    counted.clear()
    box.fault(fault, side="pagerduty", method="POST", path="/incidents/{id}/notes", act=True)
    with pytest.raises((Transient, Malformed)) as caught:
        source.post_note(key, "Filed OPS-9")
    assert caught.value.outcome_unknown
    assert asked(box) == {NOTES: 1}
    assert len(counted) == 1
    box.no_faults()
    assert len(source.notes(key)) == before + 1  # it had arrived all the same


def test_a_note_that_never_arrived_is_unknown_too(box: Sandbox, source: PagerDuty) -> None:
    key = next(each.id for one in source.incidents(NOW - MONTH, NOW) for each in one.incidents)
    box.forget_requests()
    box.fault("drop_before", side="pagerduty", method="POST", path="/incidents/{id}/notes")
    with pytest.raises(Transient) as caught:
        source.post_note(key, "Filed OPS-9")
    assert caught.value.outcome_unknown
    assert asked(box) == {NOTES: 1}


@pytest.mark.parametrize("fault", ["drop_before", "drop_after", "truncate", "html_502"])
def test_reads_survive_faults_that_pass(
    box: Sandbox, source: PagerDuty, clock: FakeClock, fault: str, counted: list[None]
) -> None:
    box.fault(fault, side="pagerduty", times=2)
    assert len(source.directory().people) == 15
    assert len(clock.waited) == 2
    assert len(counted) == sum(asked(box).values()) == 4


@pytest.mark.parametrize(("headers", "waited"), [(True, 9.0), (False, 30.0)], ids=["with headers", "bare"])
def test_a_throttled_read_waits_as_asked(
    box: Sandbox, source: PagerDuty, clock: FakeClock, headers: bool, waited: float
) -> None:
    box.fault("rate_limit", side="pagerduty", times=1, headers=headers, seconds=9)
    assert len(source.directory().people) == 15
    assert sum(clock.waited) == waited


def test_an_edit_survives_faults_that_pass(box: Sandbox, source: PagerDuty) -> None:
    key = next(each.id for one in source.incidents(NOW - MONTH, NOW) for each in one.incidents)
    note = source.post_note(key, "first")
    box.fault("drop_after", side="pagerduty", method="PUT", times=1)
    source.edit_note(key, note, "second")
    assert [each.text for each in source.notes(key) if each.id == note] == ["second"]


def test_an_expired_token_is_refused(box: Sandbox, source: PagerDuty) -> None:
    box.fault("expire_token", side="pagerduty")
    with pytest.raises(AuthRefused, match="PAGERDUTY_API_TOKEN"):
        list(source.changes(NOW - HOUR, NOW))
    assert sum(asked(box).values()) == 1


def test_fields_and_words_that_nobody_knows_yet_break_nothing(box: Sandbox, source: PagerDuty) -> None:
    plain = [each for one in source.incidents(NOW - MONTH, NOW) for each in one.incidents]
    box.fault("unknown_fields", side="pagerduty")
    assert [each for one in source.incidents(NOW - MONTH, NOW) for each in one.incidents] == plain
    box.no_faults()
    box.fault("unknown_enum", side="pagerduty")
    strange = list(source.changes(NOW - MONTH, NOW))
    assert all(not one.maladies for one in strange)
    assert any(entry.kind.startswith("hitherto_unknown") for one in strange for entry in one.entries)
    dossier, maladies = source.dossier(plain[0])
    assert maladies == ()
    assert dossier.entries


def test_a_window_with_more_than_can_be_paged_is_cut_and_loses_nothing(clock: FakeClock, counted: list[None]) -> None:
    with Sandbox(SandboxOptions(seed=7, incidents=340, now=NOW, tick=False)) as box:
        source = connect(box, clock, counted)
        ids = [entry.id for page in source.changes(NOW - 3 * MONTH, NOW) for entry in page.entries]
        source.close()
        assert len(ids) > 10_000
        assert len(ids) == len(set(ids)) == box.state()["pagerduty"]["log_entries"]
        assert clock.waited == []
        assert len(counted) < len(ids) / 100 + 6
