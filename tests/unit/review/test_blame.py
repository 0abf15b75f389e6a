from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from callsheet.model.review import BLAME, Rule
from callsheet.review.blame import blame
from callsheet.review.forms import HINTS

HERE = Path(__file__).parent
CAST = ("Dana Whitfield", "Priya Nair", "Marco Rossi", "Aiko Tanaka")


def corpus(name: str) -> list[tuple[bool, str]]:
    lines = (HERE / name).read_text(encoding="utf-8").splitlines()
    return [(line[0] == "-", line[2:]) for line in lines if line.startswith(("- ", "+ "))]


@pytest.mark.parametrize("name", ["corpus.txt", "kept_aside.txt"])
def test_nine_in_ten_are_judged_right_both_ways(name: str, record_property: Callable[[str, object], None]) -> None:
    sentences = corpus(name)
    blamed = [(guilty, bool(blame(sentence, CAST)), sentence) for guilty, sentence in sentences]
    right = sum(guilty and found for guilty, found, _ in blamed)
    precision = right / sum(found for _, found, _ in blamed)
    recall = right / sum(guilty for guilty, _, _ in blamed)
    told = f"{len(sentences)} sentences, precision {precision:.3f}, recall {recall:.3f}"
    record_property("measured", f"blame linter, {name}: {told}")
    for guilty, found, sentence in blamed:
        if guilty != found:
            print("  missed:" if guilty else "  wrongly blamed:", sentence)

    assert precision >= 0.9
    assert recall >= 0.9


def test_the_corpus_is_large_and_half_of_it_is_innocent() -> None:
    everything = corpus("corpus.txt") + corpus("kept_aside.txt")

    assert len(everything) >= 150
    assert 0.4 <= sum(not guilty for guilty, _ in everything) / len(everything) <= 0.6
    assert len({sentence for _, sentence in everything}) == len(everything)


@pytest.mark.parametrize(
    ("sentence", "rule"),
    [
        ("Dana should have checked the lag.", Rule.SHOULD_HAVE),
        ("The cause was human error.", Rule.HUMAN_ERROR),
        ("Priya broke the build.", Rule.FAULT),
        ("The on-call failed to acknowledge.", Rule.FAILED_TO),
        ("If only somebody had asked.", Rule.COUNTERFACTUAL),
        ("It was careless.", Rule.JUDGEMENT),
        ("Developers must be more careful.", Rule.DISCIPLINE),
    ],
)
def test_each_kind_of_blame_has_its_name_and_a_better_way(sentence: str, rule: Rule) -> None:
    (finding,) = blame(sentence, CAST)

    assert finding.rule is rule
    assert finding.hint == HINTS[rule]
    assert HINTS.keys() == BLAME


def test_a_name_counts_only_for_people_who_took_part() -> None:
    assert blame("Kafka broke the ordering.", CAST) == ()
    assert blame("Kafka broke the ordering.", ("Franz Kafka",))


def test_the_examples_of_the_documents_are_found_without_any_cast() -> None:
    assert blame("Dana should have checked the lag.")
    assert blame("Priya broke the build.")
    assert blame("The grace period failed to end, and mark failed to match.") == ()


def test_quoted_words_code_and_comments_are_not_the_authors() -> None:
    text = """\
- 10:02 Dana wrote “Marco should have asked first”.
<!-- The on-call failed to look. -->
> Priya broke it.

```
the engineer failed to start
```
Run `human error` to see it.
"""
    assert blame(text, CAST) == ()


def test_a_quotation_of_several_sentences_is_evidence_to_its_end() -> None:
    said = "Marco noted: “We rushed it. The team should have asked. I forgot the lock.”"

    assert blame(said, CAST) == ()
    assert [finding.quote for finding in blame(f"{said} Marco forgot the lock.", CAST)] == ["Marco forgot the lock."]


@pytest.mark.parametrize(
    "sentence",
    [
        "The consumer group failed to rebalance.",
        "The Raft leader failed to renew its lease.",
        "The cluster manager did not check the quorum.",
        "Agents failed to connect.",
        "Users failed to log in, and some users might have seen an old price.",
        "We had people in three zones.",
    ],
)
def test_software_and_customers_are_nobody_who_could_be_blamed(sentence: str) -> None:
    assert blame(sentence, CAST) == ()


@pytest.mark.timeout(60)  # what grows with the square of the text takes minutes
def test_a_wall_of_text_is_read_to_its_end() -> None:
    (finding,) = blame("we had the engineer and the " * 2000 + "\n\nPriya broke it.\n", CAST)
    assert finding.line == 3


def test_a_sentence_ends_before_bold_words() -> None:
    (finding,) = blame("**Cause:** Priya broke the build.\n**Trigger:** a merge.", CAST)
    assert finding.quote == "Cause: Priya broke the build."


def test_a_finding_tells_the_line_and_the_sentence_as_it_stands() -> None:
    (finding,) = blame("# What we saw\n\nAll was well. Then **Marco** broke\nthe build.\n", CAST)

    assert (finding.line, finding.quote) == (3, "Then Marco broke the build.")


def test_a_question_about_what_might_have_been_is_welcome() -> None:
    assert blame("What could we have seen sooner?") == ()
    assert blame("We could have seen it sooner.") != ()


def test_a_reason_turns_an_omission_into_an_explanation() -> None:
    assert blame("The on-call did not check the replica, because no dashboard showed it.") == ()
    assert blame("The on-call did not check the replica.") != ()


@given(st.text())
def test_any_text_can_be_read(text: str) -> None:
    for finding in blame(text, CAST):
        assert finding.line >= 1
