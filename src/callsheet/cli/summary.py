"""What a cycle came to, in lines for people: the summary of `once` and `backfill`, and what is alike told once."""

from collections.abc import Iterable, Iterator
from pathlib import PurePath
from typing import TYPE_CHECKING

from callsheet.cli.aside_words import aside_words
from callsheet.cli.done_words import done_words
from callsheet.model.action_item import Hold
from callsheet.model.counted import counted
from callsheet.plan.policy import Mode

if TYPE_CHECKING:
    from callsheet.run.app import App
    from callsheet.run.report import Report
    from callsheet.store import Store


def summary(report: "Report") -> Iterator[str]:
    """A cycle in a line, and then what a person should look at."""
    done = done_words(report.counts)
    idle = "nothing could be done" if report.silent or report.failed else "nothing to do"
    yield f"cycle: {done or idle} ({cost_words(report)})"
    yield from silent_words(report)
    yield from _memory_words(report)
    yield from trouble_words(report)


def _memory_words(report: "Report") -> Iterator[str]:
    """That a database without memory met tickets of another one's making: lost, or in another place."""
    if report.met_before:
        yield (
            f"  WARNING: the tracker holds {counted(report.met_before, 'ticket')} that Callsheet filed under this "
            "namespace, and this database is new. If the old one is lost, its tickets are taken over as their "
            "incidents are read. If it lies elsewhere, stop: look at CALLSHEET_DATABASE_URL and at the folder that you "
            "are in, where a relative path begins. Nobody is reminded for a day, since it may have been done today."
        )


def first_words(store: "Store", app: "App") -> Iterator[str]:
    """Where the first cycle's documents lie, and what it holds back."""
    opened = [each.incident_id for each in store.every_postmortem()]
    folders = {(name, str(PurePath(each.location).parent)) for (name, _), each in store.publications(opened).items()}
    for name, folder in sorted(folders):
        yield f"  the documents are in {folder} ({name})"
    held = sum(item.hold is Hold.BACKFILLED for item in store.items())
    if held:
        then = " once the mode lets it" if app.mode is Mode.SHADOW else ""
        yield f"  {counted(held, 'promise')} of past incidents held: `callsheet backfill --file` files them{then}"


def cost_words(report: "Report") -> str:
    """How many requests it took."""
    sent = ", ".join(f"{side} {number}" for side, number in sorted(report.requests.items()))
    return f"requests: {sent or 'none'}"


def silent_words(report: "Report") -> Iterator[str]:
    """The sides that could not be read, each with why."""
    for side, what in {**report.throttled, **report.unreachable}.items():
        yield f"  {side} could not be read: {what}"


def trouble_words(report: "Report") -> Iterator[str]:
    """What failed, was held back or set aside, and what is not known yet."""
    for words in alike((failure.effect, failure.key, failure.error) for failure in report.failed):
        yield f"  {words}"
    for refusal in report.refused:
        yield f"  held back ({refusal.id}): {refusal.what}"
    for words in aside_words((malady.what, malady.where, malady.error) for malady in report.quarantined):
        yield f"  {words}" if words.startswith(" ") else f"  set aside: {words}"
    if report.unknown:
        yield f"  {counted(report.unknown, 'outcome')} not known yet; searched for until it is safe to send again"


def alike(failures: Iterable[tuple[str, str, str]]) -> Iterator[str]:
    """Failures, each as (effect, key, error): those of one kind with one cause in a line, with the first one's key."""
    causes: dict[tuple[str, str], list[str]] = {}
    for effect, key, error in failures:
        causes.setdefault((effect, error), []).append(key)
    for (effect, error), keys in causes.items():
        which = keys[0] if len(keys) == 1 else f"{keys[0]} and {len(keys) - 1} more"
        yield f"{effect} {which}: {error}"
