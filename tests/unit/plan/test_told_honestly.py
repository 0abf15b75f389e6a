"""What a newcomer stumbles over is said where they look: in the document, in words that tell what to do."""

import pytest

from callsheet.model.action_item import ItemStatus, Source, SourceKind, Words
from callsheet.model.publication import Publication
from callsheet.plan.listed import NO_COLON
from callsheet.plan.meaning import new_item, recelled
from callsheet.plan.sheet_words import remarks, unread_words
from callsheet.plan.snapshot import Case
from callsheet.plan.staging import odd_words, strange_status
from callsheet.plan.wording import ANNOUNCED, DASHED, TAGGED, read_actions
from callsheet.testing.builders import make_incident, make_item
from tests.unit.plan.reading import reading

INCIDENT, READING = make_incident(), reading()
SHEET = "## Call sheet\n\n| Key | Action | Owner | Status |\n|---|---|---|---|\n"


def case_of(text: str) -> Case:
    held = Publication(
        publisher="files",
        incident_id=INCIDENT.id,
        fingerprint="",
        version="1",
        location="a.md",
        current=text,
        published=text,
        generated=None,
    )
    return Case(incident=INCIDENT, publications={"files": held})


@pytest.mark.parametrize("word", ["finished", "fianl"])
def test_a_status_that_is_none_of_ours_is_named_with_those_that_are(word: str) -> None:
    said = strange_status(f"---\nincident: P1\nstatus: {word}\n---\n")
    assert said
    assert f"“{word}”" in said
    assert "write draft, in review, final or waived" in said
    assert any(word in told for told in odd_words(case_of(f"---\nstatus: {word}\n---\n"), READING))


@pytest.mark.parametrize("front", ["status: Final as-it-is", "status: in-review", "status:", "incident: P1"])
def test_a_status_that_is_ours_or_missing_needs_no_words(front: str) -> None:
    assert strange_status(f"---\n{front}\n---\n") is None


def test_a_final_document_whose_causes_nobody_wrote_down_is_named_until_it_was_sent() -> None:
    text = "---\nstatus: Final\n---\n"
    assert "its root causes are unknown" in (strange_status(text) or "")
    assert strange_status(text, sent=True) is None
    assert strange_status(f"{text}**Root causes:** A cold cache.\n") is None


def test_a_row_without_an_action_is_named_in_the_document() -> None:
    told = odd_words(case_of(f"{SHEET}| | | Ana Ferreira | |\n"), READING)
    assert any("the Action cell of a row is empty" in words for words in told)
    assert odd_words(case_of(f"{SHEET}| | Drill it | Ana Ferreira | |\n| | | | |\n"), READING) == ()


def test_a_deleted_row_is_a_remark_while_its_promise_is_open() -> None:
    assert any("its row was deleted" in words for words in remarks(make_item(row_gone=True)))
    assert not list(remarks(make_item(row_gone=True, status=ItemStatus.DONE)))


def test_dropped_without_a_reason_asks_for_one_and_closes_nothing() -> None:
    item = recelled(make_item(ticket_id="10001"), {"status": "dropped"}, INCIDENT, READING)
    assert item.status is ItemStatus.OPEN
    assert "dropped because …" in unread_words(item)["status"]
    mended = recelled(item, {"status": "dropped because we retire it"}, INCIDENT, READING)
    assert (mended.status, mended.status_because, dict(mended.unread)) == (ItemStatus.DROPPED, "we retire it", {})


def test_a_new_row_that_is_dropped_already_is_not_filed() -> None:
    source = Source(kind=SourceKind.DOCUMENT, id="row-1")
    item = new_item("ai-1", source, Words(title="Drill it", status="dropped"), INCIDENT, READING.now, READING)
    assert item.status is ItemStatus.DROPPED


@pytest.mark.parametrize("line", ["ACTION - maybe look at it", "- TODO – drill it", "**ACTION ITEM** — drill it"])
def test_a_keyword_with_a_dash_is_named(line: str) -> None:
    written, unreadable = read_actions(line)
    assert not written
    assert [found.why for found in unreadable] == [DASHED]


@pytest.mark.parametrize(
    ("line", "why"),
    [
        ("[ACTION] drill it", TAGGED),
        ("- **TODO** drill it", TAGGED),
        ("ACTION drill it @ana.ferreira", TAGGED),
        ("ACTION ITEM drill it by Friday", TAGGED),
        ("Follow-up: drill it @ana.ferreira due Friday", ANNOUNCED),
        ("ACTION: drill it\nFollow-up - drill more due 2026-02-30", ANNOUNCED),
        ("Action items\n- drill it due Friday", NO_COLON),
    ],
)
def test_what_looks_like_an_action_in_other_words_is_named(line: str, why: str) -> None:
    assert [found.why for found in read_actions(line)[1]] == [why]


@pytest.mark.parametrize(
    "line",
    [
        "ACTION PLAN agreed",
        "**ACTION**: ",
        "Next step: roll back, @ana.ferreira",
        "Follow-up call at noon",
        "Next steps:\n- roll back\n- page @bob",
        "Action items\n- restarted the pods",
    ],
)
def test_what_people_do_in_the_midst_of_an_incident_is_not_asked_about(line: str) -> None:
    assert [found for found in read_actions(line)[1] if found.why in {TAGGED, ANNOUNCED, NO_COLON}] == []
    assert read_actions(line)[0] == ()


def test_an_entry_that_is_read_by_itself_is_not_asked_about() -> None:
    written, unreadable = read_actions("Action items\n- ACTION: Fix one due Friday\n- [ ] Fix two due Friday")
    assert ([found.words.title for found in written], unreadable) == (["Fix one", "Fix two"], ())


@pytest.mark.parametrize("line", ["Action - camera", "AI - the summary", "TODO-list of the team", "ACTIONS - none"])
def test_a_sentence_with_a_dash_is_left_alone(line: str) -> None:
    assert read_actions(line) == ((), ())
