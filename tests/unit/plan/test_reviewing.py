from callsheet.document.regions import region
from callsheet.model.review import Rule
from callsheet.plan.reviewing import review_of

WRITTEN = """\
# Checkout fails

## Summary

Checkout failed for about 12% of customers from 10:02 to 10:41 UTC. The on-call rolled the release back, and orders came
back at once. The cause was a missing index. All is well again.

- [ ] Checked by a subject expert

## Impact

- **Stakeholders were told:** “Looking.”

**What customers noticed:** *unknown; write it here.*

## Cast of characters

- **Marco Rossi**, responder

## Timeline

- 10:02 “5xx on every endpoint”, said the alert.
- 10:01 Somebody looked.

## Contributing factors

Marco broke the index.

## Call sheet

| Key | Action | Owner | Due |
| --- | --- | --- | --- |
| | Improve monitoring | Dana | 2026-12-01 |
| | Remove the flag | Dana | 2026-12-01 |
"""


def test_a_formatter_hides_no_place_that_waits_for_words() -> None:
    formatted = WRITTEN.replace("*unknown; write it here.*", "_unknown; write it here._")
    (waiting,) = (finding for finding in review_of(formatted).findings if finding.rule is Rule.WAITING)
    assert (waiting.line, waiting.quote) == (14, "unknown; write it here.")


def test_a_summary_in_a_line_of_its_own_is_one() -> None:
    words = "Checkout failed for about 12% of customers from 10:02 to 10:41 UTC. The on-call rolled the release back."
    review = review_of(f"# Checkout fails\n\n**Status:** done\n**Summary:** {words}\n**Impact:** 1.2 M orders.\n")
    assert review.scores["summary"].points > 50
    assert {finding.line for finding in review.scores["summary"].findings} <= {4}


def test_each_part_of_a_document_is_held_to_its_own_standard() -> None:
    review = review_of(WRITTEN)

    assert review.scores["summary"].points == 100
    assert review.scores["words"].points == 85
    assert review.scores["action items"].points == 50
    assert review.scores["filled in"].points == 80
    assert {(finding.rule, finding.line) for finding in review.findings} >= {
        (Rule.UNCHECKED, 8),
        (Rule.WAITING, 14),
        (Rule.ORDER, 23),
        (Rule.EVIDENCE, 23),
        (Rule.FAULT, 27),
        (Rule.VAGUE, 33),
    }
    assert [finding.line for finding in review.findings] == sorted(finding.line for finding in review.findings)


def test_what_callsheet_generated_is_not_judged_until_a_person_changed_it() -> None:
    ours = region("critique", "Marco broke the index.").text

    assert review_of(f"## Critique\n\n{ours}", names=["Marco"]).scores["words"].points == 100
    theirs = ours.replace("index", "service")
    assert review_of(f"## Critique\n\n{theirs}", names=["Marco"]).scores["words"].points == 85


def test_a_text_without_any_of_our_headings_is_judged_by_what_it_has() -> None:
    review = review_of("# Notes\n\nThe root cause was human error.\n")

    assert set(review.scores) == {"words", "summary", "filled in"}
    assert review.scores["summary"].points == 0
    assert review.points < 70


def test_a_document_that_waits_for_words_is_a_draft() -> None:
    sound = WRITTEN.split("## Contributing", maxsplit=1)[0].replace("10:01", "10:03").replace("- [ ]", "- [x]")

    assert review_of(sound).points <= 75
    assert review_of(sound.replace("*unknown; write it here.*", "Checkout failed for 12%.")).points > 80


def test_a_finished_promise_is_not_judged_again() -> None:
    done = "## Call sheet\n\n| Action | Owner | Due | Status |\n| --- | --- | --- | --- |\n| Improve it | | | done |\n"

    assert "action items" not in review_of(done).scores


def test_a_ticked_box_asks_nothing() -> None:
    review = review_of("## Summary\n\n- [x] Checked by a subject expert\n")

    assert Rule.UNCHECKED not in {finding.rule for finding in review.findings}
