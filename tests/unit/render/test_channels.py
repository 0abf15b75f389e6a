"""Who gets the final document is said as it is: sent, tried, not tried, or nobody for want of a channel."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from callsheet.document.regions import regions_of
from callsheet.model.postmortem import Form, Postmortem, Receipt, ReviewStatus
from callsheet.plan.skeleton import Staging
from callsheet.render.renderer import Renderer
from tests.unit.render.story import postmortem, row

RECEIPTS = (
    Receipt(name="Ana", sent_at=datetime(2026, 11, 3, 9, tzinfo=UTC), tried=True),
    Receipt(name="Lena", tried=True),
    Receipt(name="Jonas"),
)


def region(name: str, told: Postmortem) -> str:
    return regions_of(Renderer().document(told))[name].content


def staged(status: ReviewStatus, *, has_channel: bool) -> Postmortem:
    return replace(postmortem(), status=status, has_channel=has_channel, circulation=RECEIPTS)


@pytest.mark.parametrize("status", [ReviewStatus.DRAFT, ReviewStatus.FINAL])
def test_without_a_channel_the_document_asks_for_its_link_to_be_passed_on(status: ReviewStatus) -> None:
    told = region("circulation", staged(status, has_channel=False))
    assert "No channel is configured (`CALLSHEET_NOTIFIERS`)" in told
    assert "Then it goes" not in told
    assert "no channel is configured" in region("cover", staged(status, has_channel=False))
    assert "channel" not in region("circulation", staged(status, has_channel=True))


def test_what_was_never_tried_is_not_told_as_an_unclear_outcome() -> None:
    told = region("circulation", staged(ReviewStatus.FINAL, has_channel=True))
    assert "Lena: not sent, as far as is known\n" in told
    assert "Jonas: not sent\n" in told


def test_the_one_page_form_has_its_receipts_on_the_cover_once_it_is_final() -> None:
    form = postmortem(staging=Staging(form=Form.CONCISE))
    final = replace(form, status=ReviewStatus.FINAL, has_channel=True, circulation=RECEIPTS)
    assert "\n**Circulation**\n\n- " in region("cover", final)
    assert "Jonas: not sent" in region("cover", final)
    assert "Circulation" not in region("cover", replace(final, status=ReviewStatus.DRAFT))


def test_what_is_odd_in_a_document_stands_among_its_remarks() -> None:
    told = region("call-sheet-remarks", replace(postmortem(), odd=("status “fianl” is no status",)))
    assert "fianl" in told
    assert "Nothing to clear up" not in told


def test_a_remark_on_several_promises_is_made_once() -> None:
    named = [row(n, f"Drill {n}", remark="nobody was named") for n in (1, 3, 4)]
    rows = (named[0], row(2, "Canary", remark="dropped: a | b"), *named[1:])
    assert region("call-sheet-remarks", postmortem(rows=rows)).strip().splitlines() == [
        "- “Drill 1”, “Drill 3” and “Drill 4” (nobody was named)",
        r"- “Canary” (dropped: a \| b)",
    ]


def test_kept_and_kept_late_are_told_apart() -> None:
    rows = (row(1, "Canary", status="done, 2 days late"), row(2, "Drill it", status="done"))
    assert "2 promises, 1 kept, 1 kept late." in region("improvements", postmortem(rows=rows))
