"""A line of the ledger in a person's words; machines keep the event's own name."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from callsheet.model.ledger import LedgerEntry, Outcome


@pytest.mark.parametrize(
    ("event", "outcome", "what", "how"),
    [
        ("ticket.filed", Outcome.DONE, "ticket filed", "done"),
        ("nudge.sent", Outcome.UNKNOWN, "reminder sent", "not known yet"),
        ("postmortem.opened", Outcome.DONE, "post-mortem opened", "done"),
        ("ticket.failed", Outcome.REJECTED, "ticket", "refused"),
        ("note.begun", Outcome.BEGUN, "note", "under way"),
        ("note.edited", Outcome.SKIPPED, "note edited", "let be"),
    ],
)
def test_a_line_is_told_without_machine_words(event: str, outcome: Outcome, what: str, how: str) -> None:
    line = LedgerEntry(
        at=datetime(2026, 11, 2, tzinfo=UTC), event=event, effect="", key="", reason="", outcome=outcome, subject=""
    )
    assert (line.what, line.how) == (what, how)


@pytest.mark.parametrize("outcome", Outcome)
def test_every_outcome_has_words(outcome: Outcome) -> None:
    at = datetime(2026, 11, 2, tzinfo=UTC)
    assert LedgerEntry(at=at, event="x.y", effect="", key="", reason="", outcome=outcome, subject="").how
