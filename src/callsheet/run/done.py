"""What came of one effect."""

from collections.abc import Callable
from dataclasses import dataclass, field

from callsheet.model.ledger import Outcome
from callsheet.run.intents import Sent, nothing

SUCCESS = frozenset({Outcome.DONE, Outcome.ADOPTED, Outcome.SKIPPED})


@dataclass(frozen=True, slots=True, kw_only=True)
class Done:
    """`event` is its name in logs, metrics and ledger.

    `save` writes down what is so from now on. It is called in the transaction that writes the ledger's line, so that
    neither is there without the other; it asks nobody anything. `channel` is what a digest went over. `throttled`
    means that the other side asked to wait, which is no failure; `silent` that it did not answer at all, and would not
    answer the next request either.
    """

    event: str
    outcome: Outcome = Outcome.DONE
    detail: str = ""
    channel: str = ""
    throttled: bool = False
    silent: bool = False
    save: Callable[[], object] = field(default=nothing, compare=False)


def skipped(event: str, detail: str = "changed meanwhile") -> Done:
    """Nothing was done, because what it was planned on is no longer so."""
    return Done(event=event, outcome=Outcome.SKIPPED, detail=detail)


def not_sent(event: str, sent: Sent) -> Done:
    """A write that did not come off, or of which that is not known yet."""
    return Done(
        event=event,
        outcome=sent.outcome,
        detail=sent.error,
        throttled=sent.throttled,
        silent=sent.silent,
        save=sent.conclude,
    )
