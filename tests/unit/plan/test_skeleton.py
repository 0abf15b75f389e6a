"""The skeleton tells an incident's story from what is on record, and asks where nothing is."""

from dataclasses import replace
from datetime import date, timedelta

import pytest

from callsheet.model.incident import Alert, Change, Dossier, Ref, StatusUpdate
from callsheet.model.postmortem import Part, PlotKind, PropKind
from callsheet.plan.silence import NOBODY
from callsheet.plan.skeleton import PROMPTS, skeleton
from tests.unit.plan.drawing import beat, drawn, told, turn
from tests.unit.render.story import ANA, GRACE, MARCUS, MONITOR, at, dossier, entry, incident, note


def test_a_belief_stands_with_its_beat_and_asks_nothing() -> None:
    """Where it is missing, there is a question to the actor."""
    story = drawn(told(notes=(note(5, ANA, "We think it is DNS. p99 is 4 s."), note(6, MARCUS, "p99 is 5 s."))))
    known, unknown = story.beats
    assert (known.belief, known.observation, known.question) == (
        "We think it is DNS.",
        "We think it is DNS. p99 is 4 s.",
        None,
    )
    assert unknown.belief is None
    assert unknown.question == "What did you think was going on?"
    assert (story.questions, story.open_beliefs) == (PROMPTS, 1)


def test_the_summary_tells_the_last_belief_that_nobody_took_back() -> None:
    believed = drawn(dossier()).belief
    assert believed is not None
    assert (believed.at, believed.belief) == (at(22), "build 5001 halved the pool.")


@pytest.mark.parametrize(
    ("words", "told"),
    [
        ("Handshakes fail. Looks like a certificate to me.", True),
        ("I think so. It was not so.", False),
        ("I was sure that the job ran last night.", False),
        ("We assumed that the alert covers this host.", False),
        ("Pool is full.", False),
    ],
)
def test_a_belief_that_was_given_up_or_may_be_taken_back_is_not_told_alone(words: str, told: bool) -> None:
    story = drawn(dossier(notes=(note(6, ANA, words),)))
    assert (story.belief is not None) is told


def test_what_somebody_believed_in_hindsight_is_not_told() -> None:
    assert drawn(dossier(notes=(note(96, ANA, "BELIEF: it was the pool."),))).belief is None


def test_questions_to_one_actor_take_turns() -> None:
    """Nobody reads the same sentence five times."""
    notes = tuple(note(minute, ANA, f"Seen {minute}.") for minute in range(1, 6))
    asked = [beat.question for beat in drawn(told(notes=notes)).beats]
    assert len(set(asked)) == 4
    assert asked[0] == asked[4]


def test_nothing_is_asked_about_the_time_after_the_end() -> None:
    """That is hindsight."""
    assert drawn(told(notes=(note(90, ANA, "Quiet now."),))).beats[0].question is None


def test_what_callsheet_wrote_is_no_source() -> None:
    """Neither its note nor the log entry of it."""
    ours = "I think 3 of 4 are done. [cs-0123]"
    story = drawn(
        told(entry(80, "annotate", GRACE, text=ours), notes=(note(80, GRACE, ours),)), ours=lambda text: "[cs-" in text
    )
    assert story.beats == ()
    assert story.cast[0].part is Part.SYSTEM
    assert story.impact.responders == 0


def test_a_note_that_was_deleted_is_not_repeated() -> None:
    """Its log entry says only that there was one."""
    (only,) = drawn(told(entry(5, "annotate", ANA, text="secret"))).beats
    assert (only.action, only.observation) == ("wrote a note that is not there any more", None)


def test_a_note_of_promises_is_told_in_a_word() -> None:
    """The call sheet has them."""
    text = "ACTION: Do a @ana\n\nAction Item: Do b\nOwner: @marcus\nDue: Friday\n- [x] told support"
    (only,) = drawn(told(notes=(note(5, ANA, text),))).beats
    assert (only.action, only.observation, only.question) == ("noted 2 action items", None, None)


def test_pages_are_folded_with_their_count() -> None:
    """The first page of a person is a beat; the rest is counted, with its last time."""
    story = drawn(
        told(
            entry(0, "trigger", MONITOR),
            entry(0.1, "assign", MONITOR, ANA),
            *(entry(minute / 10, "notify", None, ANA) for minute in range(2, 12)),
            entry(5, "escalate", MONITOR, ANA, MARCUS),
            entry(5.1, "notify", None, MARCUS),
            entry(6, "acknowledge", MARCUS),
        )
    )
    assert [(beat.action, beat.folded) for beat in story.beats] == [
        ("triggered the incident", ()),
        ("called in Ana Ferreira", (("page", 10),)),
        ("escalated to Ana Ferreira and Marcus Hill", (("page", 1),)),
        ("acknowledged the page", ()),
    ]
    assert story.beats[1].folded_until == at(1.1)


def test_alerts_of_one_wording_are_one_beat() -> None:
    """And those that come in a burst are told by the first."""
    alerts = tuple(Alert(id=f"A{n}", at=at(n), summary=f"node {n % 2}", severity="error") for n in (1, 2, 3, 20))
    story = drawn(told(entry(0, "trigger", MONITOR), alerts=alerts))
    assert [(beat.action, beat.observation, beat.folded) for beat in story.beats] == [
        ("triggered the incident", incident().title, ()),
        ("raised an error alert", "node 1", (("alert", 3),)),
    ]


def test_an_entry_of_an_unknown_kind_speaks_for_itself() -> None:
    """The vendor's list is open."""
    unknown = replace(entry(5, "runner_hypothesis", ANA), summary="Something new.")
    (only,) = drawn(told(unknown)).beats
    assert (only.who, only.action, only.observation) == (
        "Ana Ferreira",
        "has an entry of the kind “runner hypothesis”",
        "Something new.",
    )


def test_a_second_trigger_reopens() -> None:
    """And the last resolve is the resolution."""
    story = drawn(
        told(
            entry(0, "trigger", MONITOR),
            entry(30, "resolve", ANA),
            entry(50, "trigger", MARCUS),
            entry(74, "resolve", ANA),
        )
    )
    assert beat(story, "reopened the incident").who == "Marcus Hill"
    resolution = turn(story, PlotKind.RESOLUTION)
    assert resolution.at == at(74)
    assert "resolved once before" in resolution.why
    assert story.impact.reopened_at == at(50)


def test_a_status_update_is_told_once() -> None:
    """Although the log has it, too."""
    assert sum("stakeholders" in beat.action for beat in drawn(dossier()).beats) == 1


def test_the_cast_has_its_parts() -> None:
    """From roles, the first to answer, acts, calls; and what is not human."""
    parts = [(member.name, member.part) for member in drawn(dossier()).cast]
    assert parts[:5] == [
        ("Grace Okafor", Part.COMMANDER),
        ("Ana Ferreira", Part.ON_CALL),
        ("Marcus Hill", Part.RESPONDER),
        ("Lena Weber", Part.OBSERVER),
        ("prometheus", Part.SYSTEM),
    ]
    assert [part for _, part in parts[5:]] == [Part.DEPLOY, Part.DEPLOY]
    ana = drawn(dossier()).cast[1]
    assert (ana.entered_at, ana.left_at, ana.remark) == (at(3), at(74), "Site Reliability Engineer")
    assert drawn(dossier()).cast[2].remark == "asked by Ana Ferreira"


@pytest.mark.parametrize(
    ("role", "part"),
    [
        ("Incident Commander", Part.COMMANDER),
        ("Communications lead", Part.COMMUNICATIONS),
        ("Customer liaison", Part.COMMUNICATIONS),
        ("Support", Part.SUPPORT),
        ("Subject matter expert", Part.EXPERT),
        ("Scribe", Part.RESPONDER),
    ],
)
def test_a_role_on_record_is_the_part(role: str, part: Part) -> None:
    """The account's own words, where they say it; any other role makes a responder."""
    cast = drawn(told(entry(1, "acknowledge", ANA), roles=((role, "Marcus Hill"),))).cast
    (member,) = (member for member in cast if member.name == "Marcus Hill")
    assert (member.part, member.remark) == (part, None if part is Part.COMMANDER else role)


def test_who_wrote_to_stakeholders_did_the_communications() -> None:
    """Unless they were on call, or have a role."""
    update = StatusUpdate(at=at(9), author=MARCUS, message="We are on it.")
    story = drawn(told(entry(3, "acknowledge", ANA), status_updates=(update,)))
    assert [(member.name, member.part) for member in story.cast[:2]] == [
        ("Ana Ferreira", Part.ON_CALL),
        ("Marcus Hill", Part.COMMUNICATIONS),
    ]


def test_who_acted_only_after_the_end_plays_in_the_epilogue() -> None:
    """They took no part in the incident, and nobody's part ends after it."""
    story = drawn(told(entry(3, "acknowledge", ANA), entry(74, "resolve", ANA), notes=(note(90, GRACE, "Thanks."),)))
    assert [(member.name, member.part, member.left_at) for member in story.cast[:2]] == [
        ("Ana Ferreira", Part.ON_CALL, at(74)),
        ("Grace Okafor", Part.EPILOGUE, at(90)),
    ]
    assert (story.impact.responders, story.impact.called) == (1, 1)


def test_who_opens_it_by_hand_responds_only_with_what_comes_after_that() -> None:
    story = drawn(
        told(
            entry(0, "trigger", ANA),
            entry(0, "assign", ANA, ANA),
            entry(0, "priority_change", ANA),
            entry(4, "acknowledge", ANA),
        )
    )
    assert (story.impact.first_response_after, story.impact.first_response_by) == (timedelta(minutes=4), "Ana Ferreira")
    assert [each.action for each in story.beats][:2] == ["opened the incident", "took it on"]


@pytest.mark.parametrize(
    ("words", "cause"),
    [
        ("Root cause: every retry opened a new transaction.", "every retry opened a new transaction."),
        ("All good.\n**Probable cause:** a full disk", "a full disk"),
        ("cause: unknown so far\nACTION: Look at it", "unknown so far"),
        ("The root cause: we do not know", None),
        ("> Root cause: what somebody else said", None),
        ("Because: of that", None),
    ],
)
def test_a_cause_that_somebody_wrote_down_is_told_as_theirs(words: str, cause: str | None) -> None:
    noted = drawn(told(notes=(note(90, MARCUS, words),))).noted_cause
    assert (noted and (noted.who, noted.observation)) == (cause and ("Marcus Hill", cause))


def test_a_note_before_the_acknowledgement_is_the_first_response() -> None:
    """Who writes is there."""
    story = drawn(told(entry(6, "acknowledge", ANA), notes=(note(5, MARCUS, "Looking."),)))
    assert (story.impact.first_response_after, story.impact.first_response_by) == (timedelta(minutes=5), "Marcus Hill")


def test_nobody_is_cast_for_a_team() -> None:
    """A team that was asked is no person; somebody who was called and did nothing has no entrance."""
    asked = replace(entry(3, "responder_request", ANA, MARCUS), targets=(Ref(id="PTEAM", name="Storefront"),))
    story = drawn(told(entry(0, "assign", MONITOR, GRACE), asked))
    assert [(member.name, member.part, member.entered_at) for member in story.cast[:2]] == [
        ("Ana Ferreira", Part.RESPONDER, at(3)),
        ("Grace Okafor", Part.ON_CALL, None),
    ]
    assert story.cast[1].remark == "called in; nothing further is on record"


def test_the_impact_counts_what_is_on_record() -> None:
    """And says None for what is not."""
    impact = drawn(dossier()).impact
    assert (impact.duration, impact.first_response_after) == (timedelta(minutes=74), timedelta(minutes=3))
    assert (impact.called, impact.first_response_by) == (3, "Ana Ferreira")
    assert (impact.responders, impact.alerts, impact.priority, impact.urgency) == (3, 4, "P1", "high")
    empty = drawn(Dossier(incident=incident(resolved_at=None, priority=None, teams=()))).impact
    assert (empty.duration, empty.first_response_after, empty.priority, empty.responders) == (None, None, None, 0)


def test_changes_after_the_end_or_long_before_play_no_part() -> None:
    """The log tells of older ones, too."""
    changes = tuple(Change(id=f"C{minute}", at=at(minute), summary=f"build {minute}") for minute in (-3000, -600, 100))
    story = drawn(told(entry(0, "trigger", MONITOR), changes=changes))
    assert [member.name for member in story.cast if member.part is Part.DEPLOY] == ["build -600"]
    assert [beat.observation for beat in story.log if beat.who == "Rogue deploy"] == ["build -3000", "build -600"]
    assert turn(story, PlotKind.LEAD_UP).at == at(-600)


def test_merged_incidents_and_links_are_told() -> None:
    """Links once each, from alerts, changes and notes."""
    other = incident(id="Q2", number=1002, title="Error budget burns", created_at=at(4))
    story = drawn(dossier(), merged=(other,))
    assert beat(story, "opened incident #1002").observation == "Error budget burns"
    assert story.merged == (other,)
    assert [(prop.kind, prop.link.url) for prop in story.props] == [
        (PropKind.DASHBOARD, "https://grafana.larkspur.example/d/checkout")
    ]


def test_the_order_of_the_parts_does_not_matter() -> None:
    """The same facts give the same value."""
    one = dossier()
    other = replace(
        one, entries=one.entries[::-1], notes=one.notes[::-1], alerts=one.alerts[::-1], changes=one.changes[::-1]
    )
    assert drawn(one) == drawn(other)


@pytest.mark.timeout(60)  # what grows with the square of the entries takes minutes
def test_twenty_thousand_entries_are_drawn_up_whole() -> None:
    """With notes among them."""
    entries = tuple(
        entry(number / 10, ("notify", "acknowledge", "escalate", "link")[number % 4], ANA, MARCUS)
        for number in range(20_000)
    )
    notes = tuple(note(number, ANA, f"I think it is node {number}. Restarted it.") for number in range(500))
    story = drawn(told(*entries, notes=notes))
    assert (
        sum(1 + sum(n for _, n in beat.folded) for beat in story.beats if beat.who != NOBODY)
        == len(story.log)
        == 20_500
    )


def test_a_call_for_help_stands_before_its_pages() -> None:
    """They share a second in the log."""
    story = drawn(
        told(
            entry(5, "notify", None, MARCUS), entry(5, "escalate", MONITOR, MARCUS), entry(5, "assign", MONITOR, MARCUS)
        )
    )
    assert [(beat.action, beat.folded) for beat in story.beats] == [
        ("escalated to Marcus Hill", (("assignment", 1), ("page", 1)))
    ]


@pytest.mark.parametrize(
    ("summary", "action", "observation"),
    [
        ("Priority set to P1 by Ana Ferreira.", "set the priority to P1", None),
        ("Priority changed from P3 to SEV 1 by Ana Ferreira", "set the priority to SEV 1 (it was P3)", None),
        ("Urgency changed to low by Ana Ferreira.", "set the urgency to low", None),
        ("Priority removed.", "changed the priority", "Priority removed."),
    ],
)
def test_what_was_set_to_what_is_told_in_a_sentence_where_it_can_be_read(
    summary: str, action: str, observation: str | None
) -> None:
    (beat, *_) = [
        beat
        for beat in skeleton(
            told(replace(entry(5, "priority_change", ANA), summary=summary)),
            zone="UTC",
            opened_on=date(2026, 11, 3),
            call_sheet=(),
        ).beats
        if "priority" in beat.action or "urgency" in beat.action
    ]
    assert (beat.action, beat.observation) == (action, observation)


def test_people_stand_in_the_order_of_their_entrances() -> None:
    """Behind the commander, and whatever their parts; who never entered stands last."""
    lena = Ref(id="PLENA", name="Lena Weber")
    asked = replace(entry(3, "responder_request", ANA), targets=(lena,))
    story = drawn(told(entry(1, "annotate", MARCUS), asked, entry(5, "acknowledge", GRACE)))
    assert [(member.name, member.part, member.entered_at) for member in story.cast[:4]] == [
        ("Marcus Hill", Part.RESPONDER, at(1)),
        ("Ana Ferreira", Part.RESPONDER, at(3)),
        ("Grace Okafor", Part.ON_CALL, at(5)),
        ("Lena Weber", Part.OBSERVER, None),
    ]
    assert drawn(dossier()).cast[0].part is Part.COMMANDER
