"""The intent protocol: a write that must not happen twice, around one call that is sent once.

READY --claim--> SENDING --clear yes--> DONE
  ^                 |----clear no-----> REJECTED (a person looks), or READY again (it never happened)
  |                 '----anything else: stays SENDING = unknown
  '--- unknown, searched for until the settle time passed, not found; or, where the policy says so, PARKED for a person
"""

import hashlib
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from functools import partial

from callsheet.connect.errors import AuthRefused, ConnectorError, NotFound, RateLimited, Rejected, Transient
from callsheet.connect.ports import Clock
from callsheet.model.action_item import Terms
from callsheet.model.effect import Effect
from callsheet.model.ledger import Intent, IntentState, Outcome
from callsheet.run.ports import ActsMemory, FactsMemory

FRESH_CLAIM = timedelta(seconds=10)
REJECTED_WAITS = timedelta(hours=1)
# A token is mended for all at once: then nobody should wait for an hour.
CREDENTIAL_WAITS = timedelta(minutes=5)
REFUSED = "refused"
PARKED = "nobody knows whether it arrived, and it was not found since; it waits for a person"


def nothing() -> None:
    """Nothing is to be written down."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Sent:
    """How it ended. `result` is the other side's id when it is DONE or ADOPTED; `throttled`: asked to wait.

    `silent`: it was asked just now, and the side itself did not answer. `conclude` brings the intent to its end: call
    it in the transaction that keeps what follows from the result. Until then the intent stands as sent with an open
    outcome, so a crash in between costs a search and nothing else. False: the intent is no longer ours to move.
    """

    outcome: Outcome
    result: str = ""
    error: str = ""
    throttled: bool = False
    silent: bool = False
    conclude: Callable[[], object] = field(default=nothing, compare=False)


def is_silent(error: ConnectorError) -> bool:
    """Whether the side as a whole is likely to answer the next request in the same way."""
    return isinstance(error, Transient | RateLimited | AuthRefused)


@dataclass(frozen=True, slots=True, kw_only=True)
class Refused:
    """A clear no to an effect. `print` tells that effect from another one under the same key."""

    print: str
    error: str


def print_of(effect: Effect, world: str = "") -> str:
    """Tells one version of an effect from another; `world` is what else it depends on, such as its ticket."""
    return hashlib.sha256(f"{effect!r}\x1f{world}".encode()).hexdigest()


def wait(memory: FactsMemory, key: str, refused: Refused, now: datetime, as_long: timedelta = REJECTED_WAITS) -> None:
    """A clear no is not asked again for an hour (or `as_long`), unless what is asked for changes."""
    memory.remember(REFUSED, {key: refused}, now + as_long - REJECTED_WAITS)


def waiting(memory: FactsMemory, now: datetime) -> dict[str, Refused]:
    """What was refused within the last hour, by the effects' keys."""
    memory.forget_lookups(REFUSED, now - REJECTED_WAITS + timedelta(microseconds=1))
    return memory.recall(REFUSED, Refused)


def end_waiting(memory: FactsMemory, item_key: str, now: datetime) -> bool:
    """A person mended what an item's effects were refused for; False when none was."""
    ended = {key: refused for key, refused in memory.recall(REFUSED, Refused).items() if item_key in key.split(":")}
    memory.remember(REFUSED, {key: Refused(print="", error=refused.error) for key, refused in ended.items()}, now)
    return bool(ended)


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    """What a search for a marker saw, as of `at`: the other side's id, or None."""

    at: datetime
    result: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Once:
    """One write: its key, the marker that it leaves, how to send it, and how to find it by its marker.

    `send` returns the other side's id. `find` seeing nothing proves nothing before the settle time has passed; after
    that it is sent again, or with `park` left to a person. `says` are the fields of a new ticket.
    """

    key: str
    marker: str
    target: str
    send: Callable[[], str]
    find: Callable[[], Seen]
    park: bool = False
    says: Terms | None = None


def carry_out(once: Once, memory: ActsMemory, clock: Clock, settle_time: timedelta) -> Sent:
    """Do it unless it was done; find out first when that is not known."""
    intent = memory.intend(once.key, marker=once.marker, target=once.target)
    # Done before, and the process died before it wrote down what came of it.
    if intent.state is IntentState.DONE and intent.result:
        return Sent(outcome=Outcome.DONE, result=intent.result)
    if intent.state is IntentState.PARKED:
        return Sent(outcome=Outcome.PARKED, error=PARKED)
    # Waiting as the other side asked, or for a person to mend what was refused.
    if intent.not_before and clock.now() < intent.not_before:
        refused = intent.state is IntentState.REJECTED
        outcome = Outcome.REJECTED if refused else Outcome.LATER
        return Sent(outcome=outcome, error=intent.error or "waiting", throttled=not refused)
    if intent.state is IntentState.SENDING:
        resolved = _resolve(once, intent, memory, settle_time)
        if resolved:
            return resolved
    elif intent.state is not IntentState.READY:
        memory.conclude(intent, IntentState.READY)
    return _send(once, memory, clock)


def _resolve(once: Once, intent: Intent, memory: ActsMemory, settle_time: timedelta) -> Sent | None:
    """Adopt what an earlier send left behind; None when it is settled that it left nothing."""
    seen = once.find()
    if seen.result:
        conclude = partial(memory.conclude, intent, IntentState.DONE, result=seen.result)
        return Sent(outcome=Outcome.ADOPTED, result=seen.result, conclude=conclude)
    # What counts is how long it could settle before the search, which may have been a while ago.
    if intent.sent_at and seen.at - intent.sent_at < settle_time:
        return Sent(outcome=Outcome.UNKNOWN, error=intent.error or "it is not known yet whether it arrived")
    if once.park:
        conclude = partial(memory.conclude, intent, IntentState.PARKED, error=intent.error)
        return Sent(outcome=Outcome.PARKED, error=PARKED, conclude=conclude)
    memory.conclude(intent, IntentState.READY)
    return None


def _send(once: Once, memory: ActsMemory, clock: Clock) -> Sent:
    ready, begun = memory.intent(once.key), clock.monotonic()
    claimed = memory.claim(replace(ready, sent=once.says), now=clock.now()) if ready else None
    if claimed is None or claimed.sent_at is None:
        return Sent(outcome=Outcome.LATER, error="somebody else is at it")
    # A process that was frozen since the claim must not send: its claim may count as lost by now.
    # A machine that slept may not have counted the seconds, and a clock may have been set back: the longer span counts.
    if max(clock.now() - claimed.sent_at, timedelta(seconds=clock.monotonic() - begun)) > FRESH_CLAIM:
        memory.conclude(claimed, IntentState.READY)
        return Sent(outcome=Outcome.LATER, error="too much time passed before it could be sent")
    try:
        result = once.send()
    except ConnectorError as error:
        return _failed(error, claimed, memory, clock)
    conclude = partial(memory.conclude, claimed, IntentState.DONE, result=result)
    return Sent(outcome=Outcome.DONE, result=result, conclude=conclude)


def _failed(error: ConnectorError, claimed: Intent, memory: ActsMemory, clock: Clock) -> Sent:
    # It may have arrived: the row stays SENDING, and the next cycle looks for what it left.
    if error.outcome_unknown:
        conclude = partial(memory.conclude, claimed, IntentState.SENDING, error=error.what)
        return Sent(outcome=Outcome.UNKNOWN, error=error.what, silent=is_silent(error), conclude=conclude)
    # A clear no: a person has to mend something, and we look again now and then.
    if isinstance(error, Rejected | NotFound | AuthRefused):
        until = clock.now() + (CREDENTIAL_WAITS if isinstance(error, AuthRefused) else REJECTED_WAITS)
        conclude = partial(memory.conclude, claimed, IntentState.REJECTED, error=error.what, not_before=until)
        return Sent(outcome=Outcome.REJECTED, error=error.what, silent=is_silent(error), conclude=conclude)
    # It certainly did not happen: throttled, or never sent.
    seconds = error.retry_after if isinstance(error, RateLimited) else 0.0
    until = clock.now() + timedelta(seconds=seconds)
    return Sent(
        outcome=Outcome.LATER,
        error=error.what,
        throttled=isinstance(error, RateLimited),
        silent=is_silent(error),
        conclude=partial(memory.conclude, claimed, IntentState.READY, error=error.what, not_before=until),
    )
