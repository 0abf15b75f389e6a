"""The ends of the play: the prologue, the first start, the epilogue, and staying up afterwards."""

import json
import threading

from callsheet.cli.demo_house import House, named_day, program, shown
from callsheet.cli.demo_stage import LOOK_EVERY_SECONDS, Stage
from callsheet.plan.rules import Rules
from callsheet.run.explaining import explain

STORY_LINES = 8


def prologue(stage: Stage, house: House) -> None:
    """Who plays, and where."""
    company = house.sandbox.world.company
    past = len(house.sandbox.world.pagerduty.incidents)
    stage.act("CALLSHEET", "A play about promises, in four acts")
    stage.say(
        "The company is pretend, the work is real: a sandbox plays PagerDuty and Jira over HTTP, and the daemon is the "
        "one that you would run, on SQLite and APScheduler."
    )
    stage.gap()
    stage.say(
        f"Larkspur is a web shop: {len(company.teams)} teams, {len(company.services)} services, "
        f"{len(company.people)} people. It had {past} incidents lately. People wrote into their notes what they would "
        "do about them, and there it stayed."
    )
    stage.pause(2)


def first_start(stage: Stage, house: House) -> None:
    """The backfill: documents for the past, and no ticket."""
    stage.act("ACT I · The first start", f"{named_day(house.now().date())}, {house.now():%H:%M} UTC")
    stage.command(f"{program()} --config {shown(house.config)} run")
    house.daemon.start()
    stage.say("It reads the last 30 days.")
    stage.until("the past is read and written down", house.has_read)
    rows = house.rows()
    stage.expect("the past has post-mortems and promises", house.postmortems() > 0 and bool(rows))
    stage.expect("nothing was filed on day one", not house.copies())
    stage.met(f"{house.postmortems()} post-mortems written, into {shown(house.folder / 'postmortems')}")
    stage.met(f"{len(rows)} promises found in their notes, 0 tickets filed")
    stage.aside(
        "The first day must not flood anybody's Jira: the past is written down, and waits. "
        "`callsheet backfill --file` would file it."
    )
    stage.pause(2)


def epilogue(stage: Stage, house: House, incident_id: str, ticket: str) -> None:
    """The sums, and where to look."""
    stage.until("the last cycle is done", house.settled)
    rows = house.rows()
    filed = [row for row in rows if row["ticket"]]
    twice = sum(copies - 1 for copies in house.copies().values())
    stage.expect("no ticket was filed twice", twice == 0 and house.once_each(filed))
    stage.act("EPILOGUE", f"{named_day(house.now().date())}, {house.now():%H:%M} UTC")
    asked = ", ".join(f"{number} to {_NAMES.get(side, side)}" for side, number in house.requests().items())
    stage.met(f"{house.postmortems()} post-mortems, {len(filed)} tickets filed over the week, duplicates: {twice}")
    quiet = house.quiet_cycle()
    costs = f"; a cycle with nothing to do costs {sum(quiet.values())}" if quiet else ""
    stage.met(f"Requests: {asked}{costs}")
    stage.pause()
    stage.gap()
    stage.say(f"All that it did has a reason, and remembers it. `callsheet explain {ticket}`:")
    explained = explain(house.store, Rules(), ticket, house.now())
    told = explained.lines if explained else ()
    stage.expect("the deeds are explained", bool(told))
    for line in told[:STORY_LINES]:
        stage.row(f"{line.at:%a %H:%M}  {line.event:<16} ", line.reason)
    stage.pause()
    _where_to_look(stage, house, incident_id, ticket)


_NAMES = {"pagerduty": "PagerDuty", "jira": "Jira"}


def _where_to_look(stage: Stage, house: House, incident_id: str, ticket: str) -> None:
    typed = f"{program()} --config {shown(house.config)}"
    stage.gap()
    stage.say("Read what it wrote:", style="bold")
    others = [row["incident"]["id"] for row in house.rows() if row["incident"]["id"] != incident_id and row["ticket"]]
    for id_ in dict.fromkeys([incident_id, *others][:2]):
        path = house.document(id_)
        stage.place(shown(path) if path else "")
    stage.say("Ask it:", style="bold")
    stage.command(f"{typed} sheet")
    stage.command(f"{typed} explain {ticket}")
    stage.say(f"Its settings are in {shown(house.config)}, what it logged in {shown(house.daemon.log)}.")


def farewell(stage: Stage) -> None:
    """The last word of a play that does not stay up."""
    stage.gap()
    stage.say(
        "The curtain falls; sandbox and daemon end with it. What asks its database still works: `sheet`, `explain`, "
        "`show`, `season`, `people --known` and `status`, which will say that no daemon runs. What asks PagerDuty and "
        "Jira (`plan`, `once`, `doctor`, `people`) and the pages need `callsheet demo --serve`: it leaves all of it on."
    )


def serve_on(stage: Stage, house: House, incident_id: str, ticket: str) -> None:
    """Stay up until Ctrl-C: say how to look around, start the daemon again when somebody kills it, show messages."""
    _how_to_play(stage, house, incident_id, ticket)
    shown_so_far = len(house.mailbox.letters)
    clock = threading.Event()
    while True:
        told = house.daemon.revive() or house.wait_for_search()
        if told:
            stage.aside(told)
        for letter in house.mailbox.letters[shown_so_far:]:
            stage.met(f"A message for {letter.to}: “{letter.title}”")
            shown_so_far += 1
        clock.wait(LOOK_EVERY_SECONDS)


def _how_to_play(stage: Stage, house: House, incident_id: str, ticket: str) -> None:
    url = house.sandbox.url
    open_one = next((row["ticket"]["key"] for row in house.rows() if row["ticket"] and row["status"] == "open"), ticket)
    closing = {"do": "transition", "issue": open_one, "to": "Done"}
    trigger = {"do": "trigger", "service": "search", "title": "No results", "priority": "P1", "resolve_after": 600}
    stage.act("THE STAGE STAYS LIT", "Ctrl-C ends it")
    stage.say("In a browser, Callsheet's pages:", style="bold")
    stage.place(f"{house.daemon.pages}/")
    stage.say("The pretended PagerDuty and Jira:", style="bold")
    for place in ("/", f"/jira/browse/{ticket}", f"/pagerduty/ui/incidents/{incident_id}"):
        stage.place(f"{url}{place}")
    stage.say("Close a ticket, let an incident happen, let time pass; then look at the call sheet:", style="bold")
    for place, body in (("jira/act", closing), ("pagerduty/act", trigger), ("clock", {"advance": "1d"})):
        stage.command(f"curl -d '{json.dumps(body)}' {url}/_sandbox/{place}")
    for command in ("sheet", "status"):
        stage.command(f"{program()} --config {shown(house.config)} {command}")
    stage.say("Kill the daemon; this stage starts it again, and nothing is filed twice:", style="bold")
    stage.command(f"kill -9 {house.daemon.pid}")
    stage.gap()
