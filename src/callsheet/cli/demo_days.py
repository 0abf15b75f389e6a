"""Acts III and IV: people work with tickets and the document, status flows back, and a date is missed."""

import re
from datetime import date, timedelta
from pathlib import Path
from typing import Any

from callsheet.cli.demo_backstage import Letter
from callsheet.cli.demo_house import House, named_day
from callsheet.cli.demo_night import ADDRESS, MANUAL, PROMISER, SISTERS, TEST_HOST, item_of, travel
from callsheet.cli.demo_stage import Stage
from callsheet.document.sheet import read_sheet

Json = dict[str, Any]

ROW_ACTION = "Check the dates of all card hosts"
ROW = f"| | {ROW_ACTION} | Wei Ling Tan | | | | | | |"
A_WEEK = timedelta(days=7)


def morning(stage: Stage, house: House, id_: str) -> None:
    """A ticket is closed, one handed over, a date moved, a row typed: each comes to the other side."""
    travel(stage, house, house.day(1, 10))
    stage.act("ACT III · The days after", f"{named_day(house.now().date())}, {house.now():%H:%M} UTC")
    _meanwhile(stage, house, id_)
    closed, handed = item_of(house, id_, TEST_HOST), item_of(house, id_, MANUAL)
    moved = _one_to_move(house, id_)
    later = date.fromisoformat(moved["due_on"]) + A_WEEK
    stage.say("People do what they always did, where they always did it:")
    _do(stage, house, "Jonas Weber", closed, f"closes {closed['ticket']['key']} in Jira.", do="transition", to="Done")
    told = f"hands {handed['ticket']['key']} to Ana Kowalski in Jira: that Ana was meant."
    _do(stage, house, "Grace Okafor", handed, told, do="assign", to="Ana Kowalski")
    told = f"moves {moved['ticket']['key']} in Jira to {named_day(later)}."
    _do(stage, house, "Lena Weber", moved, told, do="due", on=later.isoformat())
    _type_row(house, id_, ROW)
    stage.line(house.now(), "Wei Ling Tan", "types a row into the document's call sheet:")
    stage.quote([ROW])
    stage.until("the row's ticket is filed", lambda: _new_row(house, id_))
    stage.until("the closed ticket is seen", lambda: house.row(closed["key"])["status"] == "done")
    stage.until("the new owner is seen", lambda: _owner(house, handed) == "Ana Kowalski")
    stage.until("the new date is seen", lambda: house.row(moved["key"])["due_on"] == later.isoformat())
    stage.until("the document says the same", lambda: house.settled() and _document_agrees(house, id_))
    stage.expect("each promise has one ticket", house.once_each(house.rows(id_)))
    _show_flow(stage, house, id_)


def _meanwhile(stage: Stage, house: House, id_: str) -> None:
    """Other incidents that ended since Callsheet came are filed as well."""
    others = [row for row in house.rows() if row["ticket"] and row["incident"]["id"] != id_]
    stage.expect("other incidents are filed too", bool(others))
    titles = " and ".join(sorted({f"“{row['incident']['title']}”" for row in others}))
    keys = ", ".join(sorted(row["ticket"]["key"] for row in others))
    stage.met(f"Meanwhile: {titles} was resolved too; {keys} filed.")
    stage.pause()


def _do(stage: Stage, house: House, who: str, row: Json, told: str, **act: str) -> None:
    house.sandbox.jira_act(issue=row["ticket"]["key"], user=who, **act)
    stage.line(house.now(), who, told)
    stage.pause(0.7)


def _one_to_move(house: House, id_: str) -> Json:
    """A promise that the other acts leave alone: the one that is due last."""
    taken = (SISTERS, MANUAL, TEST_HOST)
    rows = [row for row in house.rows(id_) if not row["title"].startswith(taken)]
    return max(rows, key=lambda row: (str(row["due_on"]), str(row["key"])))


def _type_row(house: House, id_: str, row: str) -> None:
    """Below the table's last row, as a person with an editor would."""
    path = house.document(id_) or Path()
    lines = path.read_text().splitlines()
    last = max(each.line for each in read_sheet("\n".join(lines))[0])
    path.write_text("\n".join([*lines[:last], row, *lines[last:], ""]))


def _new_row(house: House, id_: str) -> Json | None:
    return next((row for row in house.rows(id_) if row["title"] == ROW_ACTION and row["ticket"]), None)


def _owner(house: House, row: Json) -> str | None:
    owner = house.row(row["key"])["owner"]
    return str(owner["name"]) if owner else None


def _document_agrees(house: House, id_: str) -> bool:
    """Whether the file has what Callsheet knows: keys, tickets, owners, dates."""
    in_file = {row.key: (row.owner, row.due) for row in house.document_rows(id_) if row.ticket}
    return in_file == {row["key"]: (row["shown"]["owner"], row["due_on"]) for row in house.rows(id_)}


def _show_flow(stage: Stage, house: House, id_: str) -> None:
    stage.gap()
    stage.met("All of it has come to the other side. The call sheet, as it stands in the document now:")
    for row in house.document_rows(id_):
        head = f"{row.ticket:<7} {row.status:<5} due {named_day(date.fromisoformat(row.due)):<10}  "
        stage.row(head, row.action, row.owner)
        stage.pause(0.4)
    stage.pause()
    stage.gap()
    stage.say("The incident in PagerDuty carries one note, which is kept up to date:")
    stage.quote(house.our_note(id_).splitlines())
    stage.expect("PagerDuty's note says what is done", "1 of " in house.our_note(id_))
    stage.pause(3)


def lateness(stage: Stage, house: House, id_: str) -> Json:
    """A date comes and goes: a word on the day, another one after it; then the promise is kept. Its row."""
    row = item_of(house, id_, SISTERS)
    due = date.fromisoformat(row["due_on"])
    # Counted before the clock moves: the daemon may be quicker than the play.
    before = len(house.mailbox.to(PROMISER))
    house.go_to(house.day(3, 15))
    stage.act("ACT IV · A date is missed", f"{named_day(due)}, the day itself")
    _message(stage, house, before)
    stage.until("the day is over", house.settled)
    before = len(house.mailbox.to(PROMISER))
    house.go_to(house.day(4, 15))
    stage.say(
        f"{named_day(house.now().date())}. {row['ticket']['key']} is still open, a day late. Its owner hears of it:"
    )
    letter = _message(stage, house, before)
    stage.quote(_without_links(letter.text).splitlines() if letter else ())
    stage.aside("One message for each person and day, whatever is late.")
    stage.pause(3)
    house.sandbox.jira_act("transition", issue=row["ticket"]["key"], to="Done", user="Diego Santos")
    stage.line(house.now(), "Diego Santos", f"closes {row['ticket']['key']}.")
    stage.until("the kept promise is seen", lambda: house.row(row["key"])["status"] == "done")
    stage.until("PagerDuty's note says so", lambda: house.settled() and "2 of " in house.our_note(id_))
    stage.until("the document says so", lambda: "done, 1 day late" in _statuses(house, id_))
    stage.met("“done, 1 day late”: the document and PagerDuty's note say so already.")
    stage.expect("nobody was reminded twice on one day", len(house.mailbox.to(PROMISER)) <= 2)
    stage.pause()
    return row


def _statuses(house: House, id_: str) -> set[str]:
    return {row.status for row in house.document_rows(id_)}


def _message(stage: Stage, house: House, before: int) -> Letter | None:
    """The day's message to the owner, after the first `before`; None when the daemon was killed while it sent."""
    today = house.now().date()
    revivals, claimed_at = house.daemon.revivals, ""

    def came() -> list[Letter | None]:
        nonlocal claimed_at
        fresh: list[Letter | None] = [*house.mailbox.to(PROMISER)[before:]]
        killed = house.daemon.revivals > revivals and (ADDRESS, today) in house.store.taken_days(today)
        claimed_at = claimed_at or (house.read_to() if killed else "")
        # A later cycle has begun, so the one that took the day for its message is over.
        lost = killed and house.read_to() != claimed_at
        return fresh or ([None] if lost else [])

    letter = stage.until("a message to the owner", came)[0]
    if letter is None:
        stage.aside("(The message died with the daemon. A reminder is never sent twice; the next one has it all.)")
    else:
        stage.met(f"Diego Santos gets a message: “{letter.title}”")
    return letter


def _without_links(text: str) -> str:
    return re.sub(r"\[([^\]]+)\]\([^)]+\)", r"\1", text)
