"""What stands around the story: stage directions, silences, props, circumstances, awards, and staging."""

from dataclasses import replace
from datetime import UTC, date, timedelta
from typing import Any

import pytest

from callsheet.model.action_item import Source, SourceKind
from callsheet.model.incident import Change, Dossier, Link, Ref, StatusUpdate
from callsheet.model.memory import OpenedPostmortem, Page
from callsheet.model.person import Person
from callsheet.model.postmortem import AwardKind, Form, OldPromise, Part, Postmortem, PropKind, ReviewStatus
from callsheet.model.publication import Publication
from callsheet.plan.props import kind_of
from callsheet.plan.rules import Rules, TheatreRules
from callsheet.plan.setting import neighbour
from callsheet.plan.silence import NOBODY, SILENT
from callsheet.plan.skeleton import Staging, skeleton
from callsheet.plan.snapshot import Case, Surroundings
from callsheet.plan.staging import form_of, review_status, staging, stale_since, status_word
from callsheet.testing.builders import make_incident, make_item, make_priority, make_ticket
from tests.unit.plan.reading import OPENED, reading
from tests.unit.plan.test_skeleton import told
from tests.unit.render.story import ANA, GRACE, MARCUS, MONITOR, at, dossier, entry, incident, note

BERLIN, NEW_YORK = "Europe/Berlin", "America/New_York"
ACK, END = entry(3, "acknowledge", ANA), entry(74, "resolve", ANA)


def staged(given: Dossier | None = None, zone: str = "UTC", **more: Any) -> Postmortem:
    return skeleton(
        given or dossier(),
        zone=zone,
        opened_on=date(2026, 11, 3),
        call_sheet=(),
        staging=Staging(**more),
    )


# Stage directions.


def test_the_hour_is_each_actor_s_own() -> None:
    people = (Person(id="PANA", name="Ana Ferreira", time_zone=BERLIN), Person(id="PM", name="Marcus Hill"))
    story = staged(told(ACK, END, notes=(note(5, MARCUS, "Here."),), people=people))
    assert [(light.name, f"{light.at:%H:%M}" if light.at else None) for light in story.setting.lights] == [
        ("Ana Ferreira", "23:54"),
        ("Marcus Hill", None),
    ]


def test_the_weekend_is_the_team_s() -> None:
    """A Sunday night in New York is a Monday in Berlin."""
    sunday = replace(incident(), created_at=at(0) - timedelta(hours=20), resolved_at=at(0) - timedelta(hours=19))
    assert staged(replace(told(), incident=sunday), zone=NEW_YORK).setting.weekend
    assert not staged(replace(told(), incident=sunday), zone=BERLIN).setting.weekend


def test_other_pages_of_the_on_call_are_counted_by_incident() -> None:
    pages = (
        Page(person_id="PANA", incident_id="Q2", at=at(-600)),
        Page(person_id="PANA", incident_id="Q3", at=at(-30)),
        Page(person_id="PANA", incident_id="Q1POOL", at=at(-1)),
        Page(person_id="PANA", incident_id="Q4", at=at(-60 * 13)),
        Page(person_id="PMARCUS", incident_id="Q5", at=at(-30)),
    )
    setting = staged(told(ACK, END), around=Surroundings(pages=pages)).setting
    assert (setting.on_call, setting.pages_before) == ("Ana Ferreira", 2)
    assert staged(told(END), around=Surroundings(pages=pages)).setting.pages_before is None


# Silences.


def test_a_long_silence_is_a_beat_of_its_own() -> None:
    """While the incident went on, not before it and not after."""
    story = staged(
        told(entry(0, "trigger", MONITOR), ACK, entry(30, "snooze", ANA), END, notes=(note(130, ANA, "Hm."),))
    )
    silences = [(beat.at, beat.action, beat.question) for beat in story.beats if beat.who == NOBODY]
    assert silences == [
        (at(3), "wrote or did anything that is on record for 27 min", None),
        (at(30), "wrote or did anything that is on record for 44 min", None),
    ]
    reopened = (entry(0, "trigger", MONITOR), entry(1, "resolve", ANA), entry(70, "trigger", MONITOR), END)
    assert not [beat for beat in staged(told(*reopened)).beats if beat.who == NOBODY]
    assert "The record falls silent twice: somebody may know what happened then." in story.circumstances


def test_an_entry_of_a_person_that_was_folded_away_breaks_a_silence() -> None:
    """Somebody passed it on: that is counted in the beat before, and was done all the same."""
    story = staged(
        told(ACK, entry(20, "assign", MARCUS, ANA), entry(40, "assign", MARCUS, ANA), entry(45, "resolve", ANA))
    )
    assert [beat.action for beat in story.beats] == [
        "acknowledged the page",
        "brought in Ana Ferreira",
        "resolved the incident",
    ]
    assert not [beat for beat in story.beats if beat.who == NOBODY]


def test_a_silence_of_people_tells_how_the_system_went_on() -> None:
    """Its pages are folded into the beat before, so the silence would not be true without them."""
    pages = (entry(minute, "notify", None, ANA) for minute in (2, 10, 20))
    story = staged(told(entry(1, "notify", None, ANA), *pages, ACK, END))
    (silence,) = (beat for beat in story.beats if beat.who == NOBODY)
    assert (silence.at, silence.action) == (
        at(3),
        f"{SILENT} 71 min, though the system went on (2 entries, counted above)",
    )


def test_only_incidents_of_weight_stand_in_the_stage_directions() -> None:
    """Small ones elsewhere are counted; one on the same service is told whatever its priority."""
    elsewhere, small = Ref(id="PX", name="Ledger"), make_priority(4)
    beside = (
        incident(id="Q7", number=7, service=elsewhere, priority=small),
        incident(id="Q8", number=8, service=elsewhere, priority=make_priority(2)),
        incident(id="Q9", number=9, priority=small),
    )
    setting = staged(told(ACK, END), around=Surroundings(beside=beside)).setting
    assert [other.number for other in setting.beside] == [8, 9]
    assert setting.beside_small == 1


@pytest.mark.parametrize(
    ("services", "remark"),
    [
        ((), "the most recent change"),
        (("checkout",), "to this service; the most recent change"),
        (("ledger",), "to Ledger, another service; the most recent change"),
        (("ledger", "checkout"), "to this service and Ledger; the most recent change"),
    ],
)
def test_a_change_says_which_service_it_was_made_to(services: tuple[str, ...], remark: str) -> None:
    known = {"checkout": incident().service, "ledger": Ref(id="PX", name="Ledger")}
    touched = tuple(known[service] for service in services)
    why = "the most recent change"
    change = Change(id="C", at=at(-5), summary="build 1", why_related=why, services=touched)
    story = staged(told(ACK, END, changes=(change,)))
    assert [member.remark for member in story.cast if member.part is Part.DEPLOY] == [remark]


def test_the_policy_says_what_a_silence_is() -> None:
    rules = TheatreRules(silence_minutes=60)
    assert [beat for beat in staged(told(ACK, END), rules=rules).beats if beat.who == NOBODY]
    rules = TheatreRules(silence_minutes=80)
    assert not [beat for beat in staged(told(ACK, END), rules=rules).beats if beat.who == NOBODY]


# Props.


@pytest.mark.parametrize(
    ("url", "text", "kind"),
    [
        ("https://wiki.x.example/runbooks/ledger", "Link", PropKind.RUNBOOK),
        ("https://grafana.x.example/d/ledger", "Link", PropKind.DASHBOARD),
        ("https://alertmanager.x.example/#/alerts", "Link", PropKind.MONITOR),
        ("https://x.slack.com/archives/C1", "Link", PropKind.CHANNEL),
        ("https://x.zoom.us/j/123", "Link", PropKind.BRIDGE),
        ("https://ci.x.example/checkout/5001", "Link", PropKind.BUILD),
        ("https://x.example/q/17", "Runbook", PropKind.RUNBOOK),
        ("https://x.example/q/17", "Seventeen", PropKind.OTHER),
    ],
)
def test_a_prop_is_known_by_its_address_then_by_its_name(url: str, text: str, kind: PropKind) -> None:
    assert kind_of(Link(url=url, text=text)) is kind


def test_a_name_that_says_no_more_than_the_kind_gives_way_to_the_address() -> None:
    links = (
        Link(url="https://wiki.x.example/runbooks/ledger", text="Runbook"),
        Link(url="https://grafana.x.example/d/ledger", text="Ledger at a glance"),
    )
    change = Change(id="C", at=at(-5), summary="build 1", links=links)
    assert [prop.link.text for prop in staged(told(ACK, END, changes=(change,))).props] == [
        "wiki.x.example/runbooks/ledger",
        "Ledger at a glance",
    ]


# Circumstances.


def test_circumstances_are_facts_or_are_not_told() -> None:
    old = OldPromise(
        action="x",
        owner="Ana",
        due="2026-10-01",
        ticket="",
        ticket_url=None,
        status="overdue",
        incident=neighbour(incident()),
    )
    pages = (Page(person_id="PANA", incident_id="Q2", at=at(-60)),)
    people = (Person(id="PANA", name="Ana Ferreira", time_zone=BERLIN),)
    story = staged(
        told(entry(0, "trigger", MONITOR), ACK, END, people=people),
        around=Surroundings(beside=(incident(id="Q9"),), pages=pages),
        promised=(old,),
    )
    assert story.circumstances == (
        "It was night for everybody who took part.",
        "1 other incident was open at the same time.",
        "Ana Ferreira had been paged for 1 other incident in the 12 hours before.",
        "The record falls silent once: somebody may know what happened then.",
        "1 promise from earlier incidents on this service was still open.",
    )
    assert staged(told(ACK, entry(10, "resolve", ANA))).circumstances == ()


# Awards.


def test_awards_rest_on_the_record_and_none_is_for_speed() -> None:
    given = {award.kind: (award.name, award.because) for award in staged().awards}
    assert given == {
        AwardKind.CAREFUL: ("Marcus Hill", "wrote down what they believed"),
        AwardKind.HAND_OFF: ("Ana Ferreira", "left a note to read before bringing in Marcus Hill and Grace Okafor"),
        AwardKind.NOTES: ("Ana Ferreira", "wrote 3 notes that this screenplay is made of"),
        AwardKind.UPDATE: (
            "Grace Okafor",
            "told stakeholders: “Customers see slow pages at checkout. We are rolling back.”",
        ),
    }


def test_who_worked_at_night_is_thanked_for_it() -> None:
    people = (Person(id="PANA", name="Ana Ferreira", time_zone=BERLIN),)
    (award,) = staged(told(ACK, END, people=people)).awards
    assert (award.kind, award.name, award.because) == (
        AwardKind.NIGHT,
        "Ana Ferreira",
        "came in at night, at 23:54 by their own clock",
    )


def test_the_clearest_update_has_the_shortest_sentences() -> None:
    """One that says next to nothing is not clear."""
    updates = tuple(
        StatusUpdate(at=at(minute), author=who, message=words)
        for minute, who, words in (
            (5, ANA, "On it."),
            (6, MARCUS, "We are looking into an issue that may or may not affect some of you in some places"),
            (7, GRACE, "Card payments fail. We switch back now. Next word at noon."),
        )
    )
    (award,) = (award for award in staged(told(ACK, status_updates=updates)).awards if award.kind is AwardKind.UPDATE)
    assert award.name == "Grace Okafor"


def test_nobody_is_thanked_for_nothing() -> None:
    assert staged(told(ACK, END)).awards == ()


# Staging.


@pytest.mark.parametrize(
    ("opened", "status", "day"),
    [
        (OPENED, ReviewStatus.DRAFT, date(2026, 11, 16)),
        (OPENED, ReviewStatus.IN_REVIEW, date(2026, 11, 16)),
        (OPENED, ReviewStatus.FINAL, None),
        (OPENED, ReviewStatus.WAIVED, None),
        (replace(OPENED, backfilled=True), ReviewStatus.DRAFT, None),
        (replace(OPENED, waived_because="duplicate"), ReviewStatus.DRAFT, None),
        (replace(OPENED, opened_at=None), ReviewStatus.DRAFT, None),
    ],
)
def test_a_draft_that_stays_unfinished_is_asked_about(
    opened: OpenedPostmortem, status: ReviewStatus, day: date | None
) -> None:
    assert stale_since(opened, status, make_incident(), Rules()) == day


@pytest.mark.parametrize(
    ("written", "status"),
    [
        ("draft", ReviewStatus.DRAFT),
        ("In Review", ReviewStatus.IN_REVIEW),
        ('"in-review"', ReviewStatus.IN_REVIEW),
        ("final", ReviewStatus.FINAL),
        ("waived", ReviewStatus.WAIVED),
        ("nearly", None),
        ("", None),
    ],
)
def test_a_person_says_where_the_review_stands(written: str, status: ReviewStatus | None) -> None:
    text = f"---\nincident: Q1\nstatus: {written}\n---\n"
    assert status_word(text) is status
    publication = Publication(
        publisher="files",
        incident_id="Q1",
        fingerprint="",
        version="",
        location="",
        current=text,
        published=None,
        generated=None,
    )
    held = Case(incident=make_incident(), publications={"files": publication})
    assert review_status(held) is (status or ReviewStatus.DRAFT)


def test_the_form_follows_the_priority() -> None:
    assert form_of(make_incident(), reading()) is Form.FULL
    assert form_of(make_incident(priority=make_priority(3)), reading()) is Form.CONCISE
    rules = replace(Rules(), theatre=TheatreRules(concise=("P1",)))
    assert form_of(make_incident(), reading(rules=rules)) is Form.CONCISE


def test_what_was_promised_before_is_told_with_its_ticket() -> None:
    earlier = make_incident(number=900)
    item = make_item("Add a canary", filed="10001", due_on=date(2026, 11, 1))
    review = make_item("Hold the review", source=Source(kind=SourceKind.POLICY, id="review"))
    promised = ((item, earlier, make_ticket(id="10001")), (review, earlier, None))
    held = Case(incident=make_incident(), around=Surroundings(promised=promised))
    today = date(2026, 11, 3)
    (old,) = staging(held, reading(), today, UTC).promised
    assert (old.action, old.owner, old.due, old.ticket, old.status, old.incident) == (
        "Add a canary",
        "Ana Ferreira",
        "2026-11-01",
        "OPS-1",
        "overdue",
        neighbour(earlier),
    )
