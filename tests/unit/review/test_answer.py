import pytest

from callsheet.review.answer import Doubt, check, facts_of
from callsheet.review.evidence import Entry, Packet, Turn

EVIDENCE = Packet(
    incident="#42",
    entries=tuple(
        Entry(number=number, text=text)
        for number, text in enumerate(
            (
                "The incident is called “Checkout API: 5xx”. Its service is Checkout API.",
                "It began at 2026-11-15 10:02 UTC.",
                "It was resolved at 2026-11-15 10:41 UTC, after 39 min.",
                "2026-11-15 10:05 UTC, the on-call engineer noted: “Error rate at 12%, 3 hosts affected in Frankfurt”.",
                "2026-11-15 10:30 UTC, the on-call engineer noted: “Rolled back build 5007”.",
                "Action item: “Add a canary”, owner colleague 1, due 2026-12-01, open.",
            ),
            start=1,
        )
    ),
    turns=(Turn(name="Climax", entries=frozenset({4})), Turn(name="Resolution", entries=frozenset({5}))),
)
SOUND = (
    "Checkout failed from 10:02 UTC [E2]. At 10:05 the error rate was 12% on three hosts in Frankfurt [E4]. "
    "The on-call engineer rolled back build 5007 at 10:30 [E5]. It lasted 39 minutes [E3]. "
    "A canary is due on 2026-12-01 [E6]."
)


def test_a_sound_answer_raises_no_doubt() -> None:
    found = check(SOUND, EVIDENCE)

    assert found.flags == ()
    assert found.uncovered == ()


@pytest.mark.parametrize("day", ["1 December 2026", "December 1st, 2026", "1 Dec", "the 1st of December"])
def test_a_day_and_an_hour_may_be_written_in_other_ways(day: str) -> None:
    assert check(SOUND.replace("2026-12-01", day).replace("10:02 UTC", "10:02 AM UTC"), EVIDENCE).flags == ()


@pytest.mark.parametrize(
    ("true", "false", "doubt"),
    [
        ("2026-12-01", "2 December 2026", Doubt.TIME),
        ("2026-12-01", "Dec 1, 2027", Doubt.TIME),
        ("2026-12-01", "11 December", Doubt.TIME),
        ("10:02 UTC", "10:02 pm UTC", Doubt.TIME),
        ("three hosts", "3 Marcus hosts", Doubt.NAME),
        ("10:02 UTC", "10:03 UTC", Doubt.TIME),
        ("At 10:05", "At 10.06", Doubt.TIME),
        ("2026-12-01", "2026-12-02", Doubt.TIME),
        ("12%", "15%", Doubt.NUMBER),
        ("three hosts", "four hosts", Doubt.NUMBER),
        ("three hosts", "13 hosts", Doubt.NUMBER),
        ("5007", "5008", Doubt.NUMBER),
        ("39 minutes", "39 hours", Doubt.NUMBER),
        ("39 minutes", "half an hour", Doubt.NUMBER),
        ("12%", "12 ms", Doubt.NUMBER),
        ("three hosts", "dozens of hosts", Doubt.NUMBER),
        ("12%", "a fifth", Doubt.NUMBER),
        ("39 minutes", "a week", Doubt.NUMBER),
        ("at 10:30", "at noon", Doubt.TIME),
        ("build 5007", "build v5007", Doubt.NAME),
        ("in Frankfurt", "in eu-central-1", Doubt.NAME),
        ("Frankfurt", "Dublin", Doubt.NAME),
        ("The on-call engineer rolled", "Dana rolled", Doubt.NAME),
        ("The on-call engineer rolled", "Together with James Miller the on-call engineer rolled", Doubt.NAME),
        ("Checkout failed", "Checkout and Kafka failed", Doubt.NAME),
        ("[E2]", "[E99]", Doubt.NO_SUCH_ENTRY),
        (" [E2]", "", Doubt.UNCITED),
        ("10:30 [E5]", "10:05 [E5]", Doubt.ELSEWHERE),
        ("10:30 [E5]", "10:30 with 3 hosts [E5]", Doubt.ELSEWHERE),
    ],
)
def test_every_planted_falsehood_is_flagged(true: str, false: str, doubt: Doubt) -> None:
    assert true in SOUND
    flags = check(SOUND.replace(true, false, 1), EVIDENCE).flags

    assert doubt in {flag.doubt for flag in flags}
    (wrong,) = {flag.sentence for flag in flags}
    assert wrong


def test_a_plot_point_that_nobody_cites_is_listed() -> None:
    assert check("Checkout failed from 10:02 [E2].", EVIDENCE).uncovered == ("Climax", "Resolution")


def test_a_citation_after_the_full_stop_belongs_to_its_sentence() -> None:
    assert check("Build 5007 was rolled back at 10:30. [E5] The rate was 12%. [E4]", EVIDENCE).flags == ()


def test_ranges_and_lists_of_entries_are_understood() -> None:
    assert check("It went from 10:02 to 10:41 [E2-E3].", EVIDENCE).flags == ()
    assert check("It went from 10:02 to 10:41 [E2, E3].", EVIDENCE).flags == ()


def test_a_text_claims_times_amounts_and_names() -> None:
    facts = facts_of("At 9:05, 1,200 orders and 3.5 % waited two hours for Dana's fix.")

    assert facts.times == {"09:05"}
    assert facts.numbers == {"1200", "3.5 %", "2 h"}
    assert facts.names == {"Dana"}
