"""A post-mortem that follows no template of ours is judged by its own lists and tables."""

import pytest

from callsheet.model.review import Rule
from callsheet.plan.plain_documents import listed_actions, listed_updates
from callsheet.plan.reviewing import review_of

LIST = """\
# Checkout down

## Action items

- Improve monitoring
- [ ] Alert on queue growth (owner: Jane Doe, due: in 2 weeks)
- [x] Roll back
1. TODO: Add a canary @ana.kowalski due Nov 30

## Status updates

- **10:05 UTC:** We are looking into an issue.
- “Card payments fail for a third of customers. We roll back; more at 11:00.”
"""
TABLE = """\
## Follow-ups

| # | Task | Assignee | Due date | State |
| - | ---- | -------- | -------- | ----- |
| 1 | Improve monitoring | | | open |
| 2 | Add a canary | Ana | 2026-11-30 | closed |
"""


def test_a_list_of_actions_is_read_with_owners_and_dates() -> None:
    assert [tuple(action) for action in listed_actions(LIST)] == [
        ("Improve monitoring", "", "", 5),
        ("Alert on queue growth", "Jane Doe", "in 2 weeks", 6),
        ("Add a canary", "@ana.kowalski", "Nov 30", 8),
    ]


def test_a_table_of_actions_is_read_by_the_names_of_its_columns() -> None:
    assert [tuple(action) for action in listed_actions(TABLE)] == [("Improve monitoring", "", "", 5)]


@pytest.mark.parametrize("text", [LIST, TABLE])
def test_improve_monitoring_is_refused_with_a_better_form(text: str) -> None:
    (vague,) = (finding for finding in review_of(text).findings if finding.rule is Rule.VAGUE)
    assert (vague.line, vague.quote) == (5, "Improve monitoring")
    assert "name the signal or limit" in vague.hint


def test_status_updates_are_scored_too() -> None:
    assert listed_updates(LIST) == (
        ("We are looking into an issue.", 12),
        ("Card payments fail for a third of customers. We roll back; more at 11:00.", 13),
    )
    review = review_of(LIST)
    assert {finding.line for finding in review.findings if finding.rule is Rule.UPDATE} == {12}


@pytest.mark.parametrize("text", ["", "# Notes\n\nNothing.\n", "## Action items\n\n```\n- Improve it\n```\n"])
def test_where_nothing_is_listed_nothing_is_judged(text: str) -> None:
    assert not {"status updates", "action items"} & review_of(text).scores.keys()
    assert listed_updates(text) == ()
