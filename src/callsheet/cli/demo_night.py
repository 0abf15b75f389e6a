"""Act II and the intermission: an incident at night, what was promised, and a kill at the worst moment."""

import re
from datetime import UTC, datetime, timedelta
from typing import Any

from callsheet.cli.demo_house import House, named_day, shown
from callsheet.cli.demo_stage import Stage

Json = dict[str, Any]

# After the incident is over people sit together and write down what they promise.
AFTERMATH = timedelta(minutes=25)
DIRECTOR = "grace.okafor@larkspur.example"
PROMISER, ADDRESS = "diego.santos", "diego.santos@larkspur.example"
# What the director writes: an owner whose address Jira hides, a name that two people bear, and a plain one.
PROMISES = """\
Thank you all. Before we sleep:
ACTION: Renew the sister hosts' certificates @{promiser} due {thursday}
TODO: Describe the renewal by hand @ana due in 10 days P2
- [ ] Ask for a test host @jonas.weber due in 2 weeks P3"""
SISTERS, MANUAL, TEST_HOST = "Renew the sister hosts", "Describe the renewal", "Ask for a test host"
SLOW = {"side": "jira", "method": "POST", "path": "/rest/api/3/issue", "times": 1, "after": 1, "seconds": 30}
PLAIN_OWNERS = ("e-mail", "e-mail local part", "full name")
EXCERPT = 3


def night(stage: Stage, house: House) -> str:
    """An incident is fought, ends, and has its post-mortem; its id."""
    following = house.coming()
    travel(stage, house, datetime.fromisoformat(following["at"]) + timedelta(seconds=1))
    incident = house.incident(following["number"])
    stage.expect("the world goes on with an incident", incident is not None)
    id_ = str((incident or {})["id"])
    stage.act("ACT II · A night", f"{named_day(house.now().date())}, {house.now():%H:%M} UTC")
    stage.say(f"PagerDuty calls: “{following['title']}” ({_priority(incident)}, #{following['number']})", style="bold")
    stage.aside("The daemon watches. It files nothing while people are busy.")
    _fight(stage, house, id_)
    path = stage.until("its post-mortem is written", lambda: house.document(id_) if house.settled() else None)
    stage.met("The daemon has opened its post-mortem, drafted from the record:")
    stage.place(shown(path))
    _excerpt(stage, path.read_text())
    return id_


def travel(stage: Stage, house: House, moment: datetime) -> None:
    """Let time pass, and the daemon take in what happened meanwhile."""
    house.go_to(moment)
    stage.until(f"the daemon takes in what happened until {moment:%a %H:%M}", lambda: house.caught_up(moment))


def _priority(incident: Json | None) -> str:
    priority = (incident or {}).get("priority")
    return str(priority["summary"]) if priority else "no priority"


def _fight(stage: Stage, house: House, id_: str) -> None:
    """People look, believe, try; the daemon watches and files nothing."""
    seen: set[str] = set()
    for moment in house.turns(id_):
        travel(stage, house, moment + timedelta(seconds=1))
        _tell_notes(stage, house, id_, seen)
        incident = house.incident(id_) or {}
        if incident.get("status") == "resolved":
            stage.line(moment, "PagerDuty", "Resolved.")
            return
        stage.expect("nothing is filed while people are busy", not house.rows(id_))
    stage.expect("the incident is resolved", False)


def _tell_notes(stage: Stage, house: House, id_: str, seen: set[str]) -> None:
    for note in house.notes(id_):
        if note["id"] in seen or "Callsheet [" in note["content"]:
            continue
        seen.add(note["id"])
        at = datetime.fromisoformat(note["created_at"]).astimezone(UTC)
        stage.line(at, note["user"]["summary"], note["content"])
        stage.pause(1 + 0.5 * note["content"].count("\n"))


def _excerpt(stage: Stage, text: str) -> None:
    """What people believed, from the document's screenplay."""
    believed = re.findall(r"^- (.+)\n  - (Believed: .+)$", text, re.MULTILINE)
    stage.expect("the document tells what people believed", bool(believed))
    stage.aside("Its screenplay tells what people saw and believed, asks where it doesn't know, and blames nobody:")
    for beat, belief in believed[:EXCERPT]:
        stage.quote([_plain(beat), f"   {_plain(belief)}"])
    asked = re.search(r"^  - \*(.+\?)\*$", text, re.MULTILINE)
    if asked:
        stage.quote([f"… {_plain(asked[1])}"])
    stage.pause(3)


def _plain(markdown: str) -> str:
    """Without the marks that a terminal would show as they are."""
    return re.sub(r"\\(?=\W)|\*", "", markdown)


def promises(stage: Stage, house: House, id_: str) -> None:
    """People write down what they promise; the daemon begins to file, and is killed meanwhile."""
    seen = {note["id"] for note in house.notes(id_)}
    # The second ticket's answer will be long on its way: the moment for the intermission.
    house.sandbox.fault("slow", **SLOW)
    house.sandbox.advance(AFTERMATH)
    thursday = house.day(3, 0).date()
    words = PROMISES.format(promiser=PROMISER, thursday=f"{thursday:%b} {thursday.day}")
    house.sandbox.pagerduty_act("note", incident=id_, text=words, user=DIRECTOR)
    stage.gap()
    stage.say("Then they write down what they promise, each in their own way:")
    _tell_notes(stage, house, id_, seen)


def intermission(stage: Stage, house: House, id_: str) -> None:
    """SIGKILL while a ticket's answer is on its way; then nothing is twice, and nothing lost."""
    stage.act("INTERMISSION", "The worst moment to be killed")
    label, key = stage.until("the daemon files, and Jira's answer is on its way", lambda: _on_its_way(house))
    stage.say(f"The daemon files. Jira has just made {key}; its answer is still on the wire.")
    pid = house.daemon.kill()
    house.sandbox.no_faults()
    stage.struck(f"kill -9 {pid}")
    stage.expect("the ticket's outcome is written down as unknown", label in house.unknown())
    stage.aside(f"Jira has {key}. Callsheet's books say only: sent, outcome unknown. Sent again, it would be two.")
    stage.pause(2)
    house.daemon.start()
    stage.say(f"The daemon starts again (process {house.daemon.pid}), and looks for the ticket by its label.")
    stage.until("every promise has its ticket", lambda: _all_filed(house, id_))
    rows = house.rows(id_)
    stage.expect("the ticket was found, not filed again", house.labelled(label) == [key])
    stage.expect("each promise has one ticket", house.once_each(rows))
    stage.met(f"{key} was found and taken over, not filed again.")
    stage.met(f"{len(rows)} promises, {len(rows)} tickets, one each. Nothing is twice, nothing is lost.")
    stage.pause(2)
    _show_sheet(stage, rows)


def _on_its_way(house: House) -> tuple[str, str] | None:
    """A ticket that exists in Jira while the daemon waits long to hear of it: its label and key."""
    if not house.slowed():
        return None
    for label in house.unknown():
        found = house.labelled(label)
        if found:
            return label, found[0]
    return None


def _all_filed(house: House, id_: str) -> bool:
    rows = house.rows(id_)
    expected = {SISTERS, MANUAL, TEST_HOST}
    there = {start for start in expected for row in rows if row["title"].startswith(start)}
    return there == expected and all(row["ticket"] for row in rows) and house.settled()


def _show_sheet(stage: Stage, rows: list[Json]) -> None:
    stage.gap()
    stage.say("The call sheet, as filed:")
    for row in rows:
        due = datetime.fromisoformat(row["due_on"]).date()
        head = f"{row['ticket']['key']:<7} {row['priority']}  due {named_day(due):<10}  "
        owner = row["shown"]["owner"] or "nobody"
        stage.row(head, row["title"], f"{owner}{_why(row)}")
        stage.pause(0.5)
    stage.aside(
        "The review comes from the policy, for every post-mortem. A name that is not clear is never guessed: it goes "
        "to the fallback owner, with the words that were written."
    )
    stage.pause(2)


def _why(row: Json) -> str:
    """How the owner was found, where that is worth a word."""
    reason = str(row["owner_reason"])
    if reason in PLAIN_OWNERS:
        return ""
    fallback = reason.removeprefix("fallback: ")
    meant = re.search(r"did you mean (.+?)\?\)", " ".join(row["shown"]["remarks"]))
    names = re.sub(r" \(@[^)]*\)", "", meant[1]) if meant else ""
    known = f"; it may be {names}" if names else ""
    return f" ({reason})" if fallback == reason else f": {fallback}{known}"


def item_of(house: House, id_: str, start: str) -> Json:
    """The incident's item whose words begin so."""
    return next(row for row in house.rows(id_) if row["title"].startswith(start))
