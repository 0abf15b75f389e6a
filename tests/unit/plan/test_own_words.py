"""A review never scores what Callsheet wrote itself, also where a person wrote beside it and so touched the region."""

from pathlib import Path

import pytest

from callsheet.model.incident import Actor, ActorKind
from callsheet.model.review import Rule
from callsheet.plan.beats import QUESTIONS, TOLD
from callsheet.plan.own_words import is_own_beat
from callsheet.plan.reviewing import review_of
from callsheet.plan.rules import TheatreRules
from callsheet.plan.skeleton import Staging
from callsheet.render.renderer import Renderer
from callsheet.review.blame import blame
from callsheet.testing.builders import make_person
from tests.unit.render.story import ANA, MARCUS, dossier, entry, note, postmortem

GOLDENS = Path(__file__).parents[2] / "scenario" / "goldens"
OWN = (Rule.GAP, Rule.EVIDENCE, Rule.ORDER, Rule.LENGTH, Rule.READING)
DANA = Actor(kind=ActorKind.PERSON, id="PDANA", name="Dana *Star* Whit_field")


@pytest.mark.parametrize("path", sorted(GOLDENS.glob("*.md")), ids=lambda path: path.stem)
def test_a_document_that_nobody_wrote_into_is_not_judged_for_its_words(path: Path) -> None:
    """The goldens have no checksums, so every region of them counts as touched: the hardest case."""
    review = review_of(path.read_text())
    assert review.scores["words"].points == 100
    assert [finding for finding in review.findings if finding.rule in OWN] == []


@pytest.mark.parametrize("words", [*TOLD.values(), "opened the incident", "reopened the incident"])
def test_what_a_person_did_is_never_told_as_blame(words: str) -> None:
    assert blame(f"Dana {words.format(who='Marco')}.", ["Dana", "Marco"]) == ()


@pytest.mark.parametrize("question", [question for asked in QUESTIONS.values() for question in asked])
def test_no_question_of_ours_blames(question: str) -> None:
    assert blame(f"Dana, {question[0].lower()}{question[1:]}", ["Dana"]) == ()


def test_every_kind_of_beat_is_known_as_ours() -> None:
    """Told by a person with a name that needs escapes, and by the system; with and without people that it reached."""
    kinds = [*TOLD, "trigger", "annotate", "telepathy"]
    entries = [
        entry(place, kind, actor, *reached)
        for place, (kind, actor, reached) in enumerate(
            (kind, actor, reached) for kind in kinds for actor in (DANA, None) for reached in ((), (ANA, MARCUS))
        )
    ]
    notes = (
        note(20, ANA, "HOLD: no."),
        note(21, ANA, "I think so"),
        note(22, ANA, "ACTION: Add x"),
        note(23, ANA, "Hm"),
    )
    drawn = postmortem(dossier(entries=tuple(entries), notes=notes, status_updates=()))
    lines = [line for line in Renderer().document(drawn).splitlines() if line.startswith("- **") and "** (" in line]
    assert len({line.split("** ", 2)[2] for line in lines}) > 20
    assert [line for line in lines if not is_own_beat(line)] == []


def test_what_a_person_wrote_in_our_form_is_theirs() -> None:
    assert not is_own_beat("- **10:02** (11:02) **Ana** restarted the pods.")
    assert not is_own_beat("- **10:02** **Ana** resolved the incident by a restart.")
    assert is_own_beat("- **10:02** **Ana** resolved the incident.")
    assert not is_own_beat("- **10:02** **Ana** resolved the incident. *Until the pods were back.*")


@pytest.mark.parametrize(
    "counted",
    [
        "Meanwhile: 1 page.",
        "Meanwhile, until 10:05: 1 assignment and 2 pages.",
        # As it was told once.
        "Also: 1 page.",
        "Until 10:05 also: 1 assignment and 2 pages.",
        "(and 2 pages)",
    ],
)
def test_what_is_only_counted_is_ours_also_as_it_was_once_told(counted: str) -> None:
    assert is_own_beat(f"- **10:02** **Ana** resolved the incident. *{counted}*")


def test_between_two_lines_of_ours_a_silence_is_ours_to_tell() -> None:
    """The policy may want longer ones only; a line that a person wrote there is asked about it."""
    rules = TheatreRules(silence_minutes=600)
    given = dossier(entries=(entry(1, "acknowledge", ANA), entry(60, "resolve", ANA)), notes=(), status_updates=())
    text = Renderer().document(postmortem(given, staging=Staging(rules=rules)))
    assert Rule.GAP not in {finding.rule for finding in review_of(text).findings}
    (resolved,) = (line for line in text.splitlines() if line.startswith("- **") and "resolved the incident." in line)
    written = text.replace(resolved, resolved.replace("resolved the incident.", "pulled the plug, says the log."))
    assert Rule.GAP in {finding.rule for finding in review_of(written).findings}


def test_the_summary_is_not_too_long_by_what_stands_under_it() -> None:
    text = Renderer().document(postmortem(staging=Staging(people=(make_person("Lena Weber"),))))
    summary = review_of(text).scores["summary"]
    assert [finding.rule for finding in summary.findings if finding.rule is Rule.LENGTH] == []
