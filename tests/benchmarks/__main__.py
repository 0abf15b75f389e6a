"""`make bench`: counts and measurements beside their targets. Times are of this machine; nothing here fails on them."""

from __future__ import annotations

import json
import os
import statistics
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path

from callsheet.cli.logs import set_up
from tests.benchmarks import following
from tests.benchmarks.daemon import IDLE_SECONDS, running
from tests.benchmarks.pages import pages
from tests.benchmarks.stage import CALLSHEET, Measured, Stage, measured, stage
from tests.benchmarks.worlds import Shape, world

# Plain parsing and storing of the same rows: what no daemon could do without.
YARDSTICK = """
import json, sqlite3, sys
document = json.loads(open(sys.argv[1], encoding="utf-8").read())
base = sqlite3.connect(sys.argv[2])
base.execute("CREATE TABLE incident (id TEXT PRIMARY KEY, body TEXT)")
base.execute("CREATE TABLE entry (id TEXT PRIMARY KEY, incident TEXT, at TEXT, body TEXT)")
incidents = document["incidents"]
entries = [
    (entry["id"], each["id"], entry["created_at"], json.dumps(entry))
    for each in incidents for entry in each.pop("log_entries")
]
heads = [(each["id"], json.dumps(each)) for each in incidents]
base.executemany("INSERT INTO incident VALUES (?, ?)", heads)
base.executemany("INSERT INTO entry VALUES (?, ?, ?, ?)", entries)
base.commit()
"""
DETAILS = "/incidents/{id}"


def say(text: str = "") -> None:
    sys.stdout.write(f"{text}\n")
    sys.stdout.flush()


def against(count: float, target: float) -> str:
    return f"target {target:g}: {'kept' if count <= target else 'MISSED'}"


def by_path(counts: dict[str, int]) -> None:
    for name, count in sorted(counts.items(), key=lambda pair: -pair[1]):
        say(f"      {count:5}  {name}")


def troubles(play: Stage) -> None:
    for name in ("failed", "refused", "unreachable", "quarantined", "throttled"):
        if play.last[name]:
            say(f"    {name}: {len(play.last[name])}, such as {json.dumps(play.last[name])[:300]}")
    if play.last["unknown"]:
        say(f"    unknown: {play.last['unknown']}")


def backfill(folder: Path) -> None:
    """Targets: 80 requests, and 5 more for each incident that gets a post-mortem."""
    shape = Shape(incidents=200, entries=30, worthy=4)
    say(f"Backfill of {shape.incidents} incidents with {shape.entries} log entries each")
    with stage(folder, world(shape)) as play:
        run = play.callsheet("backfill")
        counts = play.requests("pagerduty")
        opened = play.last["postmortems"]["opened"]
        total = sum(counts.values())
        details = sum(count for name, count in counts.items() if DETAILS in name)
        say(f"  PagerDuty requests  {total} for {opened} post-mortems; {against(total, 80 + 5 * opened)}")
        say(f"    of them details   {details}, {details / max(opened, 1):.1f} for each; {against(details, 5 * opened)}")
        say(f"    of them listings  {total - details}; {against(total - details, 80)}")
        by_path(counts)
        say(f"  Jira requests       {sum(play.requests('jira').values())}")
        troubles(play)
    _costs(shape, run, _yardstick(folder))


def _yardstick(folder: Path) -> Measured:
    command: list[str | Path] = [sys.executable, "-c", YARDSTICK, folder / "world.json", folder / "yardstick.db"]
    return measured(command, env=os.environ, folder=folder)


def _costs(shape: Shape, run: Measured, plain: Measured) -> None:
    for name, each in (("callsheet backfill", run), ("yardstick: json.loads, executemany", plain)):
        rate = shape.incidents / each.cpu
        say(
            f"  {name:36}{rate:8.0f} incidents per CPU second, {each.seconds:6.2f} s, {each.cpu:6.2f} CPU s,"
            f" {each.peak_mb:5.0f} MB at most"
        )
    say(f"  {'times the yardstick, in CPU seconds':36}{run.cpu / plain.cpu:8.1f}")


def filing(folder: Path) -> None:
    """Target: 130 requests to Jira, 100 of them creates."""
    say("100 tickets for 10 owners in one project, from a fresh store: backfill --file --force")
    with stage(folder, world(Shape(incidents=10, entries=10, worthy=1, actions=10)), policy="standing = []\n") as play:
        run = play.callsheet("backfill", "--file", "--force")
        counts = play.requests("jira")
        creates = counts.get("POST /rest/api/3/issue", 0)
        say(f"  Jira requests       {sum(counts.values())}; {against(sum(counts.values()), 130)}")
        say(f"  creates             {creates} for {play.last['tickets']['filed']} tickets, one each expected")
        by_path(counts)
        say(f"  {run.seconds:.2f} s, {run.cpu:.2f} CPU s, {run.peak_mb:.0f} MB at most")
        troubles(play)


def unchanged(folder: Path, incidents: int) -> None:
    """Targets: 2 requests and no write, at any number of known incidents, in the first cycle after ours already."""
    say(f"Unchanged world, {incidents:,} known incidents")
    shape = Shape(incidents=incidents, entries=4, worthy=max(1, incidents // 50), actions=1)
    with stage(folder, world(shape)) as play:
        first = play.callsheet("backfill", "--file", "--force")
        say(f"  (the backfill: {first.seconds:.1f} s, {first.cpu:.1f} CPU s, {first.peak_mb:.0f} MB at most)")
        troubles(play)
        for name in ("first cycle after our own writes", "second", "third"):
            play.advance("1m")
            play.forget()
            run = play.callsheet("once")
            sent = {**play.requests("pagerduty"), **play.requests("jira")}
            total, writes = sum(sent.values()), play.writes()
            told = sum(play.last["requests"].values())
            say(
                f"  {name:34}{total} requests ({against(total, 2)}), {writes} writes ({against(writes, 0)}),"
                f" once --json says {told}; {run.cpu:.2f} CPU s, {run.seconds:.2f} s, {run.peak_mb:.0f} MB"
            )
            if total > 2 or writes:
                by_path(sent)
            troubles(play)


def large(folder: Path) -> None:
    """Targets: 3 s of CPU and 150 MB for each cycle, the whole process: gather, draft, merge with edits, publish."""
    say("One incident with 5,000 log entries")
    # Two cycles: the first writes its document, the second merges an edited one.
    document = world(Shape(incidents=1, entries=5000, worthy=1, actions=5))
    with stage(folder, document, policy="[theatre]\nconcise = []\n") as play:
        for name in ("draft and publish", "merge with a person's edits, and publish"):
            run = play.callsheet("once")
            troubles(play)
            say(
                f"  {name:42}{run.cpu:5.2f} CPU s ({against(run.cpu, 3)}), {run.peak_mb:4.0f} MB"
                f" ({against(run.peak_mb, 150)}), published {play.last['published']}"
            )
            _edit(play, folder)
            play.advance("1m")


def _edit(play: Stage, folder: Path) -> None:
    """A person writes into the first beats and the last lines of the log, and adds a row; a note comes in."""
    (document,) = (folder / "postmortems").glob("*.md")
    lines = document.read_text(encoding="utf-8").split("\n")
    mine = [
        f"{line} (as I saw it)" if line.startswith("- ") and place % 50 == 0 else line
        for place, line in enumerate(lines)
    ]
    place = max(number for number, line in enumerate(mine) if line.startswith("| ai-"))
    document.write_text("\n".join([*mine[: place + 1], "| | Read the log |", *mine[place + 1 :]]), encoding="utf-8")
    play.act("pagerduty", {"do": "note", "incident": "10000", "text": "One more thing: it was DNS."})


def starting(folder: Path) -> None:
    """About 0.3 s."""
    runs = [measured([CALLSHEET, "--help"], env=os.environ, folder=folder) for _ in range(9)]
    seconds = sorted(run.seconds for run in runs)
    say(f"callsheet --help: {statistics.median(seconds):.2f} s, the median of {len(runs)}; {seconds[0]:.2f} s at best")


def waiting(folder: Path) -> None:
    """Targets: ready 3 s after its start, 150 MB while idle; from nothing, and with a thousand known incidents."""
    say("callsheet run: start to ready, and idle")
    for name, incidents in (("an empty account", 0), ("1,000 incidents, started again", 1000)):
        place = folder / f"{incidents}"
        with stage(place, world(Shape(incidents=incidents, entries=4, worthy=max(1, incidents // 50)))) as play:
            if incidents:
                play.callsheet("backfill")
            with running(play) as daemon:
                resident, cpu = daemon.idle()
                say(
                    f"  {name:32}ready after {daemon.ready_after:.2f} s ({against(daemon.ready_after, 3)}),"
                    f" {resident:.0f} MB idle ({against(resident, 150)}), {cpu:.2f} CPU s in {IDLE_SECONDS:.0f} s"
                )


PARTS: dict[str, Callable[[Path], None]] = {
    "backfill": backfill,
    "filing": filing,
    "unchanged-100": lambda folder: unchanged(folder, 100),
    "unchanged-10000": lambda folder: unchanged(folder, 10_000),
    "large": large,
    "changes": following.changes,
    "reminders": following.reminders,
    "pages": lambda folder: pages(folder, say),
    "help": starting,
    "daemon": waiting,
}


def main(wanted: list[str]) -> None:
    """All parts, or those that are named."""
    if strangers := [name for name in wanted if name not in PARTS]:
        sys.exit(f"There is no part {', '.join(strangers)}; there are {', '.join(PARTS)}.")
    # Some parts run cycles in this process; their log would bury the numbers.
    set_up("error", "auto")
    for name in wanted or PARTS:
        with tempfile.TemporaryDirectory(prefix="callsheet-bench-") as folder:
            PARTS[name](Path(folder))
        say()


if __name__ == "__main__":
    main(sys.argv[1:])
