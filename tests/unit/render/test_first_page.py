"""The first page is for who reads nothing else: what comes next, who is to find the cause, what was promised."""

from dataclasses import replace
from typing import Any

import pytest

from callsheet.document.regions import regions_of
from callsheet.model.incident import StatusUpdate
from callsheet.model.postmortem import Form, ReviewStatus
from callsheet.plan.skeleton import Staging
from callsheet.render.renderer import Renderer
from callsheet.testing.builders import NOON, make_person
from tests.unit.render.story import ANA, dossier, incident, note, postmortem, row

RENDERER = Renderer()
LENA = make_person("Lena Weber")


def page(region: str, *rows: object, **staged: Any) -> str:
    told = postmortem(rows=rows, staging=Staging(**staged))
    return regions_of(RENDERER.document(told))[region].content


@pytest.mark.parametrize("form", Form)
@pytest.mark.parametrize(
    ("status", "says"),
    [
        (ReviewStatus.DRAFT, "whoever leads the review writes `status: in review` at the top of this document when"),
        (ReviewStatus.IN_REVIEW, "whoever leads the review writes `status: final` at the top of this document when"),
        (
            ReviewStatus.FINAL,
            "the document goes to everybody who had a part in it, ten minutes after it was set to final: once",
        ),
        (ReviewStatus.WAIVED, "nobody is asked to review it"),
    ],
)
def test_the_cover_says_what_comes_next(form: Form, status: ReviewStatus, says: str) -> None:
    assert says in page("cover", form=form, status=status)


@pytest.mark.parametrize("status", [ReviewStatus.DRAFT, ReviewStatus.IN_REVIEW])
def test_a_review_that_was_held_is_said_of_a_document_that_says_otherwise(status: ReviewStatus) -> None:
    cover = page("cover", status=status, held=True)
    assert f"· {status}, though the review was held" in cover
    assert f"still says `status: {status}`: whoever led it writes `status: final` there" in cover
    assert "The review is over, and the cause is unknown." in page("summary", status=status, held=True)
    assert "**Time:** the review was held." in page("review", status=status, held=True)
    assert "review was held" not in page("cover", status=ReviewStatus.FINAL, held=True)


@pytest.mark.parametrize("form", Form)
def test_the_cover_quotes_what_stakeholders_were_told(form: Form) -> None:
    update = StatusUpdate(at=NOON, author=None, message="A third of payments fail.")
    told = postmortem(dossier(status_updates=(update,)), staging=Staging(form=form))
    cover = regions_of(RENDERER.document(told))["cover"].content
    assert "stakeholders were told “A third of payments fail.”; what customers noticed is not written" in cover


@pytest.mark.parametrize("form", Form)
def test_the_cover_tells_the_impact_once_somebody_wrote_it_down(form: Form) -> None:
    assert "what customers noticed is not written down yet" in page("cover", form=form)
    written = page("cover", form=form, impact_stated="One in three <b>payments</b> failed.")
    assert "**Impact** on Checkout API: “One in three \\<b\\>payments\\</b\\> failed.”" in written
    assert "**What customers noticed:** *unknown" in RENDERER.document(postmortem(staging=Staging(form=form)))


@pytest.mark.parametrize(
    ("staged", "says"),
    [
        ({"people": (LENA,)}, "The cause is unknown until the review, which Lena Weber is proposed to lead."),
        ({}, "The cause is unknown until the review, and nobody is named to lead it."),
        ({"status": ReviewStatus.FINAL}, "The review is over, and the cause is unknown."),
        ({"status": ReviewStatus.WAIVED}, "The cause is unknown: the review was waived."),
        (
            {"status": ReviewStatus.FINAL, "causes_stated": "The pool was halved."},
            "What brought it about is written below.",
        ),
    ],
)
def test_the_summary_says_who_is_to_find_the_cause_until_somebody_wrote_it_down(
    staged: dict[str, object], says: str
) -> None:
    summary = page("summary", **staged)
    assert says in summary
    assert ("cause is unknown" in summary) is ("causes_stated" not in staged)


def test_a_waived_post_mortem_promises_no_review() -> None:
    told = replace(postmortem(staging=Staging(people=(LENA,))), waived="waived by Ana: a drill")
    summary = regions_of(RENDERER.document(told))["summary"].content
    assert "The cause is unknown: the review was waived." in summary
    assert "proposed to lead" not in summary


@pytest.mark.parametrize("form", Form)
def test_the_summary_tells_what_somebody_believed_before_it_turned(form: Form) -> None:
    told = page("summary", form=form)
    assert "Ana Ferreira believed at 23:13 UTC (00:13 Berlin, 3 Nov): “build 5001 halved the pool.”\nAs far as" in told


@pytest.mark.parametrize("form", Form)
def test_of_an_open_incident_the_last_word_is_told_and_that_it_goes_on(form: Form) -> None:
    told = dossier(incident=incident(resolved_at=None), notes=(note(6, ANA, "Looking at the pool."),))
    regions = regions_of(RENDERER.document(postmortem(told, staging=Staging(form=form))))
    assert "open.\nThe last word on record is Ana Ferreira’s, at 22:57 UTC" in regions["summary"].content
    assert "“Looking at the pool.”\nStakeholders were last told" in regions["summary"].content
    assert "the incident goes on, and this document tells it so far" in regions["cover"].content


def test_the_summary_tells_a_noted_cause_as_its_authors_word_until_the_review_wrote_one() -> None:
    noted = dossier(notes=(note(90, ANA, "Root cause: the pool was halved"),))

    def summary(causes: str | None = None) -> str:
        told = postmortem(noted, staging=Staging(people=(LENA,), causes_stated=causes))
        return regions_of(RENDERER.document(told))["summary"].content

    assert "\nAna Ferreira noted as the cause: “the pool was halved”.\nThe review, which Lena Weber is" in summary()
    assert "noted as the cause" not in summary("The pool was too small.")


def test_an_incident_that_somebody_opened_by_hand_did_not_page() -> None:
    by_hand = dossier()
    entries = tuple(replace(each, actor=ANA) if each.kind == "trigger" else each for each in by_hand.entries)
    told = regions_of(RENDERER.document(postmortem(replace(by_hand, entries=entries))))["summary"].content
    assert "Ana Ferreira opened an incident on Checkout API (team Storefront).\n" in told
    assert "paged" not in told
    assert "(team Storefront) paged.\n" in page("summary")


def test_who_opened_an_incident_by_hand_is_not_said_to_have_responded_to_it() -> None:
    by_hand = dossier()
    first = next(each.actor for each in by_hand.entries if each.kind == "acknowledge")
    entries = tuple(replace(each, actor=first) if each.kind == "trigger" else each for each in by_hand.entries)
    told = regions_of(RENDERER.document(postmortem(replace(by_hand, entries=entries))))["summary"].content
    assert "first to respond" not in told
    assert " took part.\n" in told
    assert "was the first to respond, " in page("summary")


def test_a_summary_that_would_be_too_long_tells_no_belief() -> None:
    wordy = make_person("Lena " * 30)
    told = page("summary", people=(wordy,))
    assert "Lena Lena" in told
    assert "believed" not in told


def test_the_promise_to_hold_the_review_is_no_improvement_and_says_who_sees_to_it() -> None:
    review = row(1, "Hold the blameless review", owner="Grace Okafor", review=True)
    assert "**Planned improvements:** none yet." in page("improvements", review)
    both = page("improvements", review, row(2, "Drill it"))
    assert "**Planned improvements:** 1 promise besides the review, all open." in both
    assert "“Hold the blameless review”" not in both
    assert "is held is Grace Okafor’s; the two agree" in page("review", review, people=(LENA,))
    assert "is held" not in page("review", replace(review, owner="Lena Weber"), people=(LENA,))
    assert "is held" not in page("review", review, people=(LENA,), held=True)


def test_promises_stand_with_their_tickets_the_open_ones_first_and_the_kept_ones_too() -> None:
    rows = (
        row(1, "Canary", status="done late"),
        row(2, "Drill it", status="overdue"),
        row(3, "Ask the vendor", ticket="", ticket_url=None, due="", owner="", status="open"),
        row(4, "Write it down", status="dropped"),
        *(row(number, f"Thing {number}") for number in (5, 6, 7)),
    )
    told = page("improvements", *rows)
    assert "7 promises, 1 kept late, 1 overdue, 1 dropped." in told
    assert told.strip().splitlines()[2:] == [
        "- [OPS-2](https://larkspur.atlassian.example/browse/OPS-2) “Drill it”: Ana Ferreira, due 2026-11-11, overdue",
        "- “Ask the vendor”: nobody yet, no date, open",
        "- [OPS-5](https://larkspur.atlassian.example/browse/OPS-5) “Thing 5”: Ana Ferreira, due 2026-11-11, open",
        "- [OPS-1](https://larkspur.atlassian.example/browse/OPS-1) “Canary”: Ana Ferreira, due 2026-11-11, done late",
        "- 2 more in the call sheet below",
    ]
