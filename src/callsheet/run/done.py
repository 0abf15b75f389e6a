"""What came of one effect."""

from dataclasses import dataclass

from callsheet.model.ledger import Outcome
from callsheet.run.intents import Sent

SUCCESS = frozenset({Outcome.DONE, Outcome.ADOPTED, Outcome.SKIPPED})


@dataclass(frozen=True, slots=True, kw_only=True)
class Done:
    """`event` is its name in logs, metrics and ledger; `subject` is what it was about, the incident where empty.

    `throttled` means that the other side asked to wait, which is no failure; `silent` that it did not answer at all,
    and would not answer the next request either.
    """

    event: str
    outcome: Outcome = Outcome.DONE
    subject: str = ""
    detail: str = ""
    throttled: bool = False
    silent: bool = False


def skipped(event: str, subject: str) -> Done:
    """Nothing was done, because what it was planned on is no longer so."""
    return Done(event=event, outcome=Outcome.SKIPPED, subject=subject, detail="changed meanwhile")


def not_sent(event: str, sent: Sent, subject: str) -> Done:
    """A write that did not come off, or of which that is not known yet."""
    return Done(
        event=event,
        outcome=sent.outcome,
        subject=subject,
        detail=sent.error,
        throttled=sent.throttled,
        silent=sent.silent,
    )
