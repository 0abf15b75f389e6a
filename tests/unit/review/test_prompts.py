from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest

from callsheet.model.incident import StatusUpdate
from callsheet.model.postmortem import Beat, CastMember, Impact, Part, PlotKind, PlotPoint, Postmortem, SheetRow
from callsheet.review.evidence import MOST_BEATS, packet
from callsheet.review.prompts import ARTEFACTS, RULES, named, pack, prompt
from callsheet.testing.builders import make_incident

AT = datetime(2026, 11, 15, 10, 2, tzinfo=UTC)


def told(*extra: Beat) -> Postmortem:
    beats = (
        Beat(at=AT, who="Checkout API", action="paged", observation="5xx; token=hunter2secret"),
        Beat(
            at=AT + timedelta(minutes=3),
            who="Dana Whitfield",
            action="noted",
            observation="[E1] ask @priya",
            by_person=True,
        ),
        *extra,
    )
    return Postmortem(
        incident=make_incident(),
        opened_on=date(2026, 11, 15),
        time_zone="UTC",
        impact=Impact(
            started_at=AT,
            ended_at=AT + timedelta(minutes=39),
            duration=timedelta(minutes=39),
            service="Checkout API",
            teams=("Payments",),
            urgency="high",
            priority=None,
            first_response_after=None,
            first_response_by=None,
            called=1,
            responders=1,
            alerts=1,
            status_updates=(StatusUpdate(at=AT, author=None, message="We are looking."),),
        ),
        cast=(
            CastMember(name="Dana Whitfield", part=Part.COMMANDER),
            CastMember(name="Checkout API", part=Part.SYSTEM),
        ),
        beats=beats,
        plot=(PlotPoint(kind=PlotKind.CLIMAX, at=AT, beat="paged", why="it was the loudest"),),
        questions=(),
        call_sheet=(
            SheetRow(
                key="CS-1",
                action="Add a canary",
                owner="Priya Nair",
                due="",
                priority="P2",
                kind="",
                fix="",
                ticket="",
                ticket_url=None,
                status="open",
            ),
        ),
    )


@pytest.mark.parametrize("artefact", ARTEFACTS, ids=lambda artefact: artefact.name)
def test_every_prompt_holds_its_task_the_rules_and_the_numbered_evidence(artefact: object) -> None:
    found = next(one for one in ARTEFACTS if one is artefact)
    text = prompt(found, packet(told()))

    assert text.startswith(f"# {found.title}: incident #")
    assert found.task in text
    assert RULES in text
    assert "\n[E1] The incident is called" in text
    assert named(found.name) is found


def test_the_pack_holds_rules_and_evidence_once_and_every_task() -> None:
    evidence = packet(told())
    text = pack(evidence)

    assert text.count(RULES) == text.count("\n[E1] ") == text.count("## Evidence") == 1
    for artefact in ARTEFACTS:
        assert f"## Task “{artefact.name}”: {artefact.title}\n\n{artefact.task}" in text
    assert text.index("## Evidence") < text.index("## Task")
    assert text.count("Tell each of these turns: Climax (E") == sum(artefact.covers for artefact in ARTEFACTS)
    assert len(text) < sum(len(prompt(artefact, evidence)) for artefact in ARTEFACTS) / 2


def test_the_message_to_customers_says_that_citations_are_taken_out_before_it_is_sent() -> None:
    text = prompt(next(one for one in ARTEFACTS if one.name == "customer-message"), packet(told()))

    assert "takes every [E…] out" in " ".join(text.split())


def test_people_are_called_by_words_that_a_sentence_can_hold_and_no_stop_is_doubled() -> None:
    cast = tuple(CastMember(name=f"Person {part.name}", part=part) for part in Part)
    noted = Beat(at=AT, who="", action="noted", observation="It is over.", belief="Fine!", by_person=True)
    people = (part for part in Part if part not in (Part.SYSTEM, Part.DEPLOY))
    said = tuple(replace(noted, who=f"Person {part.name}") for part in people)
    evidence = packet(replace(told(), cast=cast, beats=said))
    lines = [entry.text for entry in evidence.entries if "noted" in entry.text]

    for called in ("communications lead", "customer support contact", "subject expert", "responder", "colleague 1"):
        assert any(f"{called} noted: “It is over.” They believed: “Fine!”" in line for line in lines)
    assert not any("”." in line for line in lines)
    assert not any(word in line for line in lines for word in ("the communications noted", "Person", "epilogue"))


def test_no_secret_and_no_name_stands_in_a_prompt() -> None:
    text = prompt(ARTEFACTS[0], packet(told()))

    for word in ("hunter2", "Dana", "Whitfield", "Priya", "priya"):
        assert word not in text
    assert "the incident commander noted" in text
    assert "owner colleague 1" in text


def test_who_got_it_for_somebody_unknown_is_called_by_their_own_part() -> None:
    story = told()
    (row,) = story.call_sheet
    rows = (replace(row, owner="Dana Whitfield (for “@jonas”)"),)
    assert "owner the incident commander (for “@jonas”)" in prompt(
        ARTEFACTS[0], packet(replace(story, call_sheet=rows))
    )


def test_what_is_not_known_is_called_unknown() -> None:
    text = prompt(ARTEFACTS[0], packet(told()))

    assert "Priority: unknown" in text
    assert "First response: unknown" in text
    assert "due unknown" in text


def test_a_note_cannot_pass_for_an_entry() -> None:
    text = prompt(ARTEFACTS[0], packet(told()))

    assert "“[ E1] ask" in text


def test_the_turns_that_must_be_told_are_named_with_their_entries() -> None:
    evidence = packet(told())
    (turn,) = evidence.turns

    assert turn.name == "Climax"
    assert all("paged" in entry.text for entry in evidence.entries if entry.number in turn.entries)
    assert "Tell each of these turns: Climax (E" in prompt(ARTEFACTS[0], evidence)
    assert "turns" not in prompt(next(one for one in ARTEFACTS if one.name == "customer-message"), evidence)


def test_a_very_long_incident_keeps_its_turns_and_says_what_was_left_out() -> None:
    noise = [Beat(at=AT + timedelta(minutes=minute), who="Checkout API", action="paged") for minute in range(1, 500)]
    evidence = packet(told(*noise))

    assert evidence.left_out == 501 - MOST_BEATS
    assert evidence.turns
    assert f"{evidence.left_out} quieter entries are left out." in prompt(ARTEFACTS[0], evidence)


def test_a_turn_is_told_by_its_own_beat_and_not_by_another_of_that_moment() -> None:
    """A silence begins in the moment of the last word."""
    silence = Beat(at=AT, who="Nobody", action="wrote or did anything that is on record for 31 min")
    spoken = told(silence)
    (point,) = spoken.plot
    (beat,) = (beat for beat in spoken.beats if beat.at == point.at and beat.who != "Nobody")
    there = replace(spoken, plot=(replace(point, beat=f"{beat.who} {beat.action}: “…”"),))
    (turn,) = packet(there).turns
    assert len(turn.entries) == 1


def test_what_the_review_wrote_down_is_evidence() -> None:
    assert "Unknown, unless an entry below tells it: the cause and what customers noticed." in pack(packet(told()))
    found = pack(
        packet(replace(told(), impact_stated="One in three payments failed", causes_stated="The pool was halved."))
    )
    assert "What customers noticed, as the review wrote it down: “One in three payments failed”." in found
    assert "What brought it about, as the review wrote it down: “The pool was halved.”" in found
    assert "Unknown, unless" not in found
