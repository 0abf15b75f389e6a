"""What came of one effect."""

from dataclasses import dataclass

from callsheet.model.ledger import Outcome


@dataclass(frozen=True, slots=True, kw_only=True)
class Done:
    """`event` is its name in logs, metrics and ledger; `subject` is what it was about, the incident where empty.

    `throttled` means that the other side asked to wait, which is no failure.
    """

    event: str
    outcome: Outcome = Outcome.DONE
    subject: str = ""
    detail: str = ""
    throttled: bool = False
