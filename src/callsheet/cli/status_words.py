"""The status as a page for people: the verdict first, then each side, then what waits, each with what it means."""

from collections.abc import Iterator, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

from callsheet.cli.aside_words import aside_words
from callsheet.cli.done_words import done_words
from callsheet.cli.summary import alike
from callsheet.model.counted import counted
from callsheet.model.span import span

Told = Mapping[str, Any]
# What each heading means and what to do, told only where there is something under it.
MEANINGS = {
    "failed": "not done in the last cycle; each is tried again, a clear no after an hour or `callsheet retry ITEM`",
    "unknown": "sent, and the answer was lost. Callsheet searches for what it left and sends again when that is safe",
    "parked": "nobody knows if it was made. `callsheet adopt ITEM TICKET` names it, `callsheet retry ITEM` makes it",
    "rejected": "the other side said no. Mend what it names; it is tried hourly, or now by `callsheet retry ITEM`",
    "gone": "the tracker shows them no longer. `callsheet retry ITEM` files anew, `callsheet drop ITEM` gives it up",
    "refused": "held back by a guard of ours, because it would do much at once. `callsheet approve ID` lets it go on",
    "quarantined": "set aside because it could not be read; the rest goes on. Mended at its place, it is read again",
}
HEADINGS = {
    "failed": "Failed",
    "unknown": "Unknown",
    "parked": "Parked",
    "rejected": "Rejected",
    "gone": "Tickets gone",
    "refused": "Held back",
    "quarantined": "Set aside",
}
SHOWN = 10
_ONE = {timedelta(minutes=1): "minute", timedelta(hours=1): "hour", timedelta(days=1): "day"}


def as_page(told: Told) -> Iterator[str]:
    """The lines. Times are UTC, and how long ago."""
    now = datetime.fromisoformat(told["now"])
    yield from _verdict(told["needs"])
    yield ""
    yield f"Mode        {told['mode']}{_mode_means(told['mode'])}"
    yield f"Last cycle  {_cycle(told, now)}"
    for name, side in told["sides"].items():
        yield f"{name:10}  {_side(side, now)}"
    yield f"Full check  {_ago(told['swept_at'], now)} (once a day: late notes, deletions, lost permissions)"
    yield ""
    yield from _promised(told)
    for name, heading in HEADINGS.items():
        entries = _entries(told, name)
        count = told["last_cycle"]["failures"] if name == "failed" and entries else len(entries)
        yield from _waiting(heading, MEANINGS[name], entries, now, count=count)
    if any(_entries(told, name) for name in ("failed", "unknown", "parked", "rejected", "gone")):
        yield ""
        yield "`callsheet explain KEY` tells what was done about each, and why."


def _verdict(needs: list[str]) -> Iterator[str]:
    if not needs:
        yield "All is well, as far as the last cycle saw; `callsheet doctor` asks both sides."
    else:
        yield "Needs a look:"
        yield from (f"  - {need}" for need in needs)


def _mode_means(mode: str) -> str:
    means = {"shadow": "documents only, nothing leaves", "file-tickets": "documents and new tickets only"}
    return f" ({means[mode]})" if mode in means else ""


def _cycle(told: Told, now: datetime) -> str:
    cycle = told["last_cycle"]
    every = _every(timedelta(seconds=told["cycle_every_seconds"]))
    if cycle is None:
        return f"none has ended yet; the daemon runs one {every}"
    took = f"took {cycle['seconds']:.1f} s; the daemon runs one {every}"
    return f"{_ago(cycle['ended_at'], now)}: {done_words(cycle['done']) or 'nothing to do'} ({took})"


def _every(time: timedelta) -> str:
    """`every minute`, `every 5 min`."""
    return f"every {_ONE.get(time, span(time))}"


def _side(side: Told, now: datetime) -> str:
    read = f"read {_ago(side['read_at'], now)}" if side["read_at"] else "not read yet"
    held = _held(side["held_until"], now)
    if side["error"] is None:
        return f"ok, {read}{f'; rate-limited {held}' if held else ''}"
    word = f"rate-limited {held}".rstrip() + "," if side["throttled"] else "FAILS"
    return f"{word} since {_ago(side['since'], now)}: {side['error']} ({read})"


def _held(until: str | None, now: datetime) -> str:
    """`until 09:15 UTC (40 s more)`; empty when that is past."""
    then = datetime.fromisoformat(until).astimezone(UTC) if until else now
    return f"until {then:%H:%M} UTC ({span(then - now)} more)" if then > now else ""


def _promised(told: Told) -> Iterator[str]:
    items, opened = told["items"], told["postmortems"]
    waived = f", and {opened['waived']} waived" if opened["waived"] else ""
    yield f"Post-mortems  {opened['live']}{waived}; a reviewed one circulates once its top says `status: final`"
    if not told["has_channel"]:
        yield "              no channel is configured (CALLSHEET_NOTIFIERS), so pass its link on yourself"
    past = items["past_date_unfiled"]
    held = f"; {past} not filed {'is' if past == 1 else 'are'} past their date, too" if past else ""
    yield f"Action items  {items['open']} open, {items['overdue']} of them overdue{held}; {items['filed']} filed so far"
    unfiled = items["not_filed"] - items["held_from_backfill"]
    if items["held_from_backfill"]:
        held = f"{items['held_from_backfill']} of past incidents, held until `callsheet backfill --file`"
        more = f"; {counted(unfiled, 'other')}, which the end of `callsheet sheet` names" if unfiled > 0 else ""
        yield f"              not filed: {held}{more}"
    elif unfiled > 0:
        yield f"              not filed: {unfiled}; `callsheet sheet` says why"


def _entries(told: Told, name: str) -> list[Told]:
    """What stands under a heading. What was rejected in the last cycle is named there already."""
    failed = list(told["last_cycle"]["failed"]) if told["last_cycle"] else []
    if name == "failed":
        return failed
    keys = {entry["key"] for entry in failed} if name == "rejected" else set()
    return [entry for entry in told[name] if entry.get("key") not in keys]


def _waiting(heading: str, means: str, entries: list[Told], now: datetime, *, count: int) -> Iterator[str]:
    """`count` is how many there are, of which only the first may have been kept."""
    if not entries:
        return
    yield ""
    yield f"{heading} ({count}): {means}."
    lines = list(_lines(entries, now))
    yield from (f"  {line}" for line in lines[:SHOWN])
    if len(lines) > SHOWN:
        yield f"  … and {len(lines) - SHOWN} more; `callsheet status --json` has all"


def _lines(entries: list[Told], now: datetime) -> Iterator[str]:
    if "what" in entries[0] and "id" not in entries[0]:
        return aside_words((entry["what"], entry["where"], entry["error"]) for entry in entries)
    if "effect" in entries[0]:
        return alike((entry["effect"], entry["key"], entry["error"]) for entry in entries)
    return (_entry(entry, now) for entry in entries)


def _entry(entry: Told, now: datetime) -> str:
    """One line under any of the headings: what, where, since when, why."""
    name = entry.get("key") or entry.get("id") or entry["what"]
    words = [
        entry.get("where") or entry.get("target") or "",
        f"since {_ago(entry['since'], now)}" if entry.get("since") else "",
    ]
    about = ", ".join(word for word in words if word)
    why = entry.get("error") or (entry["what"] if "id" in entry else "")
    approved = " (approved: the next cycle goes on)" if entry.get("approved") else ""
    return f"{name}{f' ({about})' if about else ''}{f': {why}' if why else ''}{approved}"


def _ago(at: str | None, now: datetime) -> str:
    """`02:14 UTC (40 s ago)`, with the date where it is another day's."""
    if at is None:
        return "never"
    then = datetime.fromisoformat(at).astimezone(UTC)
    dated = "" if then.date() == now.astimezone(UTC).date() else f"{then:%Y-%m-%d} "
    return f"{dated}{then:%H:%M} UTC ({span(now - then)} ago)"
