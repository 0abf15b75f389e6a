"""One protection at a time taken out of the intent protocol: the proof must notice, or it proves nothing.

These are seams of the test, not switches of the product: a subclass of the store forgets or doubles, the App is built
with another settle time, a search is made blind, a clock is not looked at. Nothing of it can be set in a configuration.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any
from unittest.mock import patch

from callsheet.model.ledger import Intent, IntentState
from callsheet.run import intents
from callsheet.store.table import stamp
from tests.torture.engine import MortalStore, Seams


class Forgetful(MortalStore):
    """Without the intent row: nothing on disk tells that a write is about to leave."""

    def _take(self, intent: Intent, now: datetime) -> Intent | None:
        """The right to send, for this process's eyes only."""
        return replace(intent, state=IntentState.SENDING, sent_at=now)

    def conclude(self, intent: Intent, state: IntentState, **more: Any) -> bool:
        """What is not known is not written down either."""
        return state is not IntentState.SENDING and super().conclude(intent, state, **more)


class Greedy(MortalStore):
    """Without the compare-and-swap: whoever wants to send may, whatever became of the row meanwhile."""

    def _take(self, intent: Intent, now: datetime) -> Intent | None:
        """Taken, also from somebody who holds it."""
        self._write(
            "UPDATE intent SET state = ?, epoch = epoch + 1, sent_at = ?, error = NULL WHERE key = ?",
            (IntentState.SENDING, stamp(now), intent.key),
        )
        return self.intent(intent.key)


_resolve = intents._resolve


def _blind(once: intents.Once, *rest: Any) -> intents.Sent | None:
    """Without the marker check: what an earlier send left behind is never recognised."""
    return _resolve(replace(once, find=lambda: replace(once.find(), result=None)), *rest)


@dataclass(frozen=True, slots=True, kw_only=True)
class Mutant:
    """A protection that is missing, how it is taken out, and the promise that must break (I1 to I8)."""

    lacks: str
    breaks: str = "I1"
    seams: Seams = field(default_factory=Seams)
    # What has no part in the store: a name in `run/intents.py`, and what stands there instead.
    instead: Mapping[str, Any] = field(default_factory=dict)

    def at_large(self) -> AbstractContextManager[Any]:
        """While it lives."""
        return patch.multiple(intents, **self.instead) if self.instead else nullcontext()


MUTANTS: Sequence[Mutant] = (
    Mutant(lacks="the intent row", seams=Seams(store=Forgetful)),
    Mutant(lacks="the settle time", seams=Seams(settle=0.0)),
    Mutant(lacks="the compare-and-swap", seams=Seams(store=Greedy)),
    Mutant(lacks="the marker check", instead={"_resolve": _blind}),
    Mutant(lacks="the last look at the clock", instead={"FRESH_CLAIM": timedelta(days=365)}),
)
