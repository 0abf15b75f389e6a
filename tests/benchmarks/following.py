"""Following 10,000 open promises: what ten changes cost, counted by the sandbox, and the CPU of planning reminders."""

from __future__ import annotations

import sys
import time
from datetime import date, datetime, timedelta
from pathlib import Path

from callsheet.model.action_item import ActionItem, Owner, Source, SourceKind, Terms, item_key
from callsheet.model.nudge import Told
from callsheet.plan.decide import reading_of
from callsheet.plan.nudging import nudges
from callsheet.plan.workdays import desk_of
from callsheet.run.app import App
from callsheet.run.look import look
from callsheet.run.rearm import rearm_all
from callsheet.sandbox.server import Sandbox, SandboxOptions
from callsheet.testing.builders import ACCOUNT, make_account, make_incident, make_item, make_ticket
from tests.benchmarks.worlds import NOW
from tests.scenario.daemon import Play

OPEN = 10_000
INCIDENTS = 1_000
PEOPLE = 500
CHANGES = 10


def say(text: str) -> None:
    sys.stdout.write(f"  {text}\n")
    sys.stdout.flush()


def _promises(due_on: date, count: int) -> tuple[ActionItem, ...]:
    return tuple(_promise(number, due_on - timedelta(days=number % 20)) for number in range(count))


def _promise(number: int, due_on: date) -> ActionItem:
    source = Source(kind=SourceKind.NOTE, id=f"NB/{number}")
    account = make_account(f"Owner {number % PEOPLE}")
    owner = Owner(name=account.name, email=account.email, account=account.id, time_zone="Europe/Berlin")
    terms = Terms(title=f"Promise {number}", owner=account.id, due_on=due_on, priority="P2")
    incident_id = f"QFAR{number % INCIDENTS:09d}"
    key = item_key(ACCOUNT, incident_id, source)
    return make_item(
        terms.title,
        source=source,
        key=key,
        incident_id=incident_id,
        terms=terms,
        owner=owner,
        filed=str(900_000 + number),
    )


def remember(app: App, due_on: date, count: int = OPEN) -> None:
    """As many open promises in the store, with their tickets and incidents, none of them changed."""
    items = _promises(due_on, count)
    heads = [make_incident(id=f"QFAR{n:09d}", number=500_000 + n, account=ACCOUNT) for n in range(INCIDENTS)]
    with app.memory.transaction():
        app.memory.save_incidents(heads)
        app.memory.settle(app.memory.dirty())
        app.memory.save_tickets(make_ticket(id=item.ticket_id, title=item.terms.title) for item in items)
        app.memory.save_items(items)
        # They were spoken of today, so that the cycles that are counted are about the changes alone.
        app.memory.save_told((_told(item, NOW.date()), None) for item in items)


def _told(item: ActionItem, told_on: date | None) -> Told:
    return Told(
        item_key=item.key, told_on=told_on, ticket_id=item.ticket_id, owner=item.terms.owner, due_on=item.terms.due_on
    )


def changes(folder: Path) -> None:
    """Targets: 2 reads, one write for each note or ticket that must change, a look at each note, one at all tickets."""
    say(f"{CHANGES} changes among {OPEN:,} open promises")
    with Sandbox(SandboxOptions(incidents=0, now=NOW, tick=False)) as box:
        box.fault("limit", side="pagerduty", per_minute=1_000_000)
        play = Play(box, folder, env={}, policy="standing = []\n", flavour="cloud")
        play.settled()
        made = [
            play.incident(f"ACTION: Mend part {n} @ana.ferreira due 2026-12-11", title=f"Case {n}")
            for n in range(CHANGES)
        ]
        play.settled()
        with play.app() as app:
            remember(app, NOW.date())
        play.wait(minutes=30)
        play.settled()
        for number in range(CHANGES):
            play.box.jira_act("due", issue=play.ticket(f"Mend part {number}")["key"], on="2026-12-14", flavour="cloud")
        play.wait(minutes=1)
        _count(play, "due dates moved in Jira (the notes follow)")
        for number, incident in enumerate(made):
            play.edit_cell(incident, f"Mend part {number}", "Due", "2026-12-18")
        play.wait(minutes=1)
        _count(play, "due dates moved in documents (tickets and notes follow)")


def _count(play: Play, what: str) -> None:
    play.forget()
    play.settled()
    sent, writes = play.requests(), play.writes()
    notes = sum(count for name, count in sent.items() if name.startswith("GET ") and name.endswith("/notes"))
    reads = sum(sent.values()) - sum(writes.values()) - notes
    say(f"  {what}: {reads} reads, {notes} looks at notes, {sum(writes.values())} writes")
    for name, count in sorted(sent.items(), key=lambda pair: -pair[1]):
        say(f"    {count:5}  {name}")


def reminders(folder: Path) -> None:
    """Target: under 1 s of CPU, with everything due at once."""
    with Sandbox(SandboxOptions(incidents=0, now=NOW, tick=False)) as box:
        play = Play(box, folder, env={}, policy="", flavour="cloud")
        play.settled()
        with play.app() as app:
            remember(app, NOW.date() - timedelta(days=1))
            items = app.memory.items()
            app.memory.save_told((_told(item, None), NOW) for item in items)
            began = time.process_time()
            desk_of(items[0].owner, app.rules.calendar, app.rules.nudge).works_on(NOW.date())
            started = time.process_time()
            snapshot = look(app, _ten_o_clock(), tried=frozenset(), filed_before=0)
            looked = time.process_time()
            effects = nudges(snapshot, reading_of(snapshot, app.rules))
            planned = time.process_time()
            say(f"Planning the reminders of {len(snapshot.nudgeable):,} overdue promises of {PEOPLE} people")
            say(
                f"  {len(effects)} digests; {planned - looked:.2f} CPU s of plan, target 1: "
                f"{'kept' if planned - looked < 1 else 'MISSED'}; {looked - started:.2f} CPU s to load them"
            )
            say(f"  once for each process: {started - began:.2f} CPU s for the first calendar of holidays")
            rearmed = time.process_time()
            rearm_all(app)
            say(f"  after a change of the policy, every wake reckoned anew: {time.process_time() - rearmed:.2f} CPU s")


def _ten_o_clock() -> datetime:
    return NOW.replace(hour=10)
