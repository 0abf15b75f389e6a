from datetime import timedelta

import pytest

from callsheet.model.review import Rule, Score
from callsheet.review.actions import Action, action_checks
from callsheet.review.reading import reading_ease, syllables_of, unexplained
from callsheet.review.summary import NEEDS, summary_score
from callsheet.review.timeline import beats_of, timeline_checks
from callsheet.review.updates import update_score

GOOD = (
    "Checkout failed for about 12% of customers from 10:02 to 10:41 UTC. The on-call rolled the release back, and it "
    "came back at once. The cause was a missing index. The carts are safe, and everything works again."
)


def rules(score: Score) -> list[Rule]:
    return [finding.rule for finding in score.findings]


def test_a_summary_that_answers_everything_has_all_points() -> None:
    assert summary_score(GOOD).points == 100
    assert summary_score(GOOD).findings == ()


def test_no_summary_has_no_points() -> None:
    assert summary_score("").points == 0
    assert rules(summary_score(" \n ")) == [Rule.SUMMARY]


@pytest.mark.parametrize(
    ("without", "missing"),
    [
        ("for about 12% of customers ", "impact"),
        ("The cause was a missing index. ", "cause"),
        (" from 10:02 to 10:41 UTC", "how long"),
    ],
)
def test_what_a_summary_does_not_tell_is_asked_for(without: str, missing: str) -> None:
    text = GOOD.replace(without, "")

    assert missing in [finding.quote for finding in summary_score(text).findings]


def test_an_unknown_cause_is_an_honest_answer() -> None:
    text = GOOD.replace("The cause was a missing index.", "The cause is not yet known.")

    assert summary_score(text).points == 100


def test_the_needs_of_a_reader_leave_room_for_clarity() -> None:
    assert sum(need.points for need in NEEDS) == 85


def test_a_wall_of_text_full_of_abbreviations_loses_clarity() -> None:
    score = summary_score(GOOD + " The QXR and the ZZT_shim disagreed." + " It went on and on." * 30)

    assert {Rule.LENGTH, Rule.JARGON} <= set(rules(score))


def test_an_abbreviation_is_fine_once_it_is_explained_or_known() -> None:
    assert unexplained("The SLO (what we promise) held, at 10:00 UTC.") == ()
    assert unexplained("The WAL filled up.", frozenset({"WAL"})) == ()
    assert unexplained("The WAL filled up; the WAL is on pd_data.") == ("WAL", "pd_data")


def test_plain_words_read_easier_than_dense_ones() -> None:
    plain = "The disk was full. We made room. Orders work again."
    dense = "Insufficient storage availability necessitated organisational remediation considerations."

    assert reading_ease(plain) > 80
    assert reading_ease(dense) < 0
    assert [syllables_of(word) for word in ("the", "made", "table", "customer")] == [1, 1, 2, 3]


def test_an_update_tells_who_is_hit_what_is_done_and_when_the_next_comes() -> None:
    good = "Payments fail for some customers. We are rolling the release back. Next update at 10:30 UTC."

    assert update_score(good).points == 100
    assert [finding.quote for finding in update_score("Still looking into things that went odd.").findings] == [
        "impact",
        "what",
        "next",
    ]


def action(title: str, owner: str = "Dana", due: str = "2026-12-01") -> Action:
    return Action(title=title, owner=owner, due=due, line=7)


@pytest.mark.parametrize(
    ("title", "expected"),
    [
        ("Alert when replication lag exceeds 60 s for 5 minutes", []),
        ("Add alert and dashboard for the queue", []),
        ("Fix the retry loop so that it stops after 3 tries", []),
        ("Hold the blameless review", []),
        ("Improve monitoring", [Rule.VAGUE]),
        ("Be more careful with migrations", [Rule.VAGUE]),
        ("Investigate the cache", [Rule.VAGUE]),
        ("Investigate why the cache was cold after a deploy", []),
        ("Better documentation", [Rule.VAGUE]),
        ("Monitoring of the queue", [Rule.VERB]),
        ("The runbook", [Rule.VERB]),
        ("Add an alert and rewrite the runbook", [Rule.OUTCOME]),
        ("Remove the flag; document the new one", [Rule.OUTCOME]),
    ],
)
def test_an_action_begins_with_a_verb_and_has_one_outcome_that_can_be_seen(title: str, expected: list[Rule]) -> None:
    assert rules(action_checks([action(title)])) == expected


def test_an_action_has_an_owner_and_a_date() -> None:
    score = action_checks([action("Remove the flag", owner="", due=" "), action("Remove the second flag")])

    assert rules(score) == [Rule.OWNER, Rule.DATE]
    assert score.points == 50


def test_a_vague_action_is_refused_with_a_better_form() -> None:
    (finding,) = action_checks([action("Improve monitoring")]).findings

    assert "Alert when" in finding.hint


TIMELINE = """\
### Friday
- **10:02** The alert fired.
- **10:50** “All good” in the channel.
- 10:40 Somebody looked.
- 23:50 Alert again.
- 00:10 Alert ended.
### Saturday
| 08:00 | Alert |
"""


def test_a_timeline_runs_forwards_tells_its_silences_and_shows_its_evidence() -> None:
    beats = tuple(beats_of(TIMELINE, first_line=11, by_people=frozenset({13, 14, 16})))
    found = [(finding.rule, finding.line) for finding in timeline_checks(beats).findings]

    assert [beat.line for beat in beats] == [12, 13, 14, 15, 16, 18]
    assert beats[0].at == timedelta(hours=10, minutes=2)
    assert found == [(Rule.GAP, 13), (Rule.ORDER, 14), (Rule.EVIDENCE, 14), (Rule.GAP, 15)]


def test_the_lines_of_a_quotation_are_no_beats() -> None:
    beats = tuple(beats_of("- **10:02** Ana noted: “Looking.\\\n  11:40 is what the graph says.\\\n  9:00 it was.”\n"))

    assert [beat.line for beat in beats] == [1]


def test_a_silence_that_is_told_is_no_gap() -> None:
    text = "10:00 Alert.\n10:05 Waited for the vendor: “an hour”.\n11:05 Vendor note.\n"
    beats = beats_of(text, by_people=frozenset({1, 2, 3}))

    assert timeline_checks(beats).findings == ()
