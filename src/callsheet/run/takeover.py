"""A ticket that a person names for an item: what may be named, and what is refused. The next cycle adopts it."""

import re
from dataclasses import dataclass, replace

from callsheet.model.action_item import ActionItem, ItemStatus, marker, markers
from callsheet.model.ticket import Category, Ticket
from callsheet.plan.taking import taking_over
from callsheet.run.adoption import filed_in, rules_for
from callsheet.run.app import App
from callsheet.run.asks import item_named, tell
from callsheet.run.intents import end_waiting
from callsheet.run.names import NotKnown, last_part
from callsheet.run.overview import reading_now
from callsheet.run.wishes import WISH, end_wish, wishes

_KEY = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]*")


@dataclass(frozen=True, slots=True, kw_only=True)
class Wished:
    """A ticket that somebody named for an item.

    `was` is the one that the item has had until now; the same ticket: nothing is to be done. `remarks` are what should
    be looked at before the next cycle.
    """

    item: ActionItem
    ticket: Ticket
    was: Ticket | None = None
    remarks: tuple[str, ...] = ()


def wish(app: App, key: str, word: str, *, force: bool = False) -> Wished:
    """Name an existing ticket, by key or address, as the item's own. It is read now and followed by the next cycle.

    NotKnown where it can't be followed; `force` lets it replace the item's ticket, or bear another item's marker.
    """
    item = item_named(app.memory, key)
    ticket = _named(app, item, word)
    with app.memory.transaction():
        # Read again: the daemon may have changed it while the tracker answered.
        item = item_named(app.memory, key)
        was = app.memory.ticket(item.ticket_id)
        end_wish(app.memory, item.key)
        found = Wished(item=item, ticket=ticket, was=was)
        if ticket.id == item.ticket_id:
            return found
        _refuse_dropped(item, was)
        _refuse_taken(app, item, ticket)
        if not force:
            _refuse_doubtful(app, item, ticket, was)
        now = app.clock.now()
        app.memory.save_tickets([ticket])
        app.memory.remember(WISH, {item.key: ticket.id}, now)
        # Naming it once more says that what it was refused for is mended.
        end_waiting(app.memory, item.key, now)
        app.memory.mark([item.incident_id])
        swap = f", instead of {was.key}" if was else ""
        tell(app.memory, now, "item.adopting", item.key, f"somebody named {ticket.key}{swap}")
        return replace(found, remarks=_remarks(app, item, ticket, was))


def _named(app: App, item: ActionItem, word: str) -> Ticket:
    """The ticket as the tracker has it now."""
    name = last_part(word)
    project = _project(app, item)
    if not _KEY.fullmatch(name) or name.startswith("ai-"):
        raise NotKnown(f"“{word}” is no ticket's key; write it as `callsheet adopt {item.key} {project}-12`")
    # People type keys in small letters; trackers write them in capitals.
    for each in dict.fromkeys((name, name.upper())):
        read = app.tracker.read([each])
        if read.found:
            return read.found[0]
    raise NotKnown(
        f"no ticket {name} can be seen in {app.tracker_name}; check its key (this incident's items are filed in "
        f"{project}) and our account's permissions. Nothing was changed"
    )


def _project(app: App, item: ActionItem) -> str:
    return filed_in(app, item)[0]


def _refuse_dropped(item: ActionItem, was: Ticket | None) -> None:
    """Its ticket would be closed with it."""
    if item.status is ItemStatus.DROPPED:
        again = f"reopen {was.key}" if was else "write it down once more"
        raise NotKnown(f"{item.key} “{item.spoken.title}” was dropped; to promise it again, {again}")


def _refuse_taken(app: App, item: ActionItem, ticket: Ticket) -> None:
    """A ticket is followed as one item only."""
    holder = app.memory.items_with_tickets([ticket.id]).get(ticket.id)
    others = [key for key, ticket_id in wishes(app.memory).items() if ticket_id == ticket.id and key != item.key]
    taken = holder or next((found for key in others if (found := app.memory.item(key))), None)
    if taken:
        raise NotKnown(f"{ticket.key} is followed as {taken.key} “{taken.spoken.title}” already; name another ticket")


def _refuse_doubtful(app: App, item: ActionItem, ticket: Ticket, was: Ticket | None) -> None:
    """What a slip of the keyboard may look like, and a person has to mean."""
    if was:
        raise NotKnown(
            f"{item.key} “{item.spoken.title}” has {_shown(was)} already. `--force` follows {_shown(ticket)} instead; "
            f"{was.key} then stays as it is"
        )
    if markers(ticket.labels) - {marker(app.house.namespace, item.key)}:
        raise NotKnown(
            f"{_shown(ticket)} carries the marker of another item, so it was filed for something else. If it is the "
            "right one all the same, `--force` follows it"
        )


def _remarks(app: App, item: ActionItem, ticket: Ticket, was: Ticket | None) -> tuple[str, ...]:
    project, ours = _project(app, item), marker(app.house.namespace, item.key)
    closed = ticket.category is Category.DONE
    stays = "stays closed" if was and was.category is Category.DONE else "stays open"
    priority = taking_over(item, ticket, rules_for(app, item, ticket), reading_now(app)).terms.priority
    found = [
        f"{item.key} was done; it opens again with {ticket.key}." if not item.open and not closed else None,
        f"{was.key} {stays} and is linked as its duplicate." if was and markers(was.labels) & {ours} else None,
        f"{ticket.key} carries another item's marker as well." if markers(ticket.labels) - {ours} else None,
        f"{ticket.key} carries nobody's marker yet; it gets this item's." if not markers(ticket.labels) else None,
        f"It is in {ticket.project}; this incident's items are filed in {project}."
        if ticket.project != project
        else None,
        f"{ticket.key} is closed, so the item counts as done with it." if closed else None,
        f"Its priority becomes {priority or 'none'}, as on {ticket.key}; it was {item.terms.priority or 'none'}."
        if priority != item.terms.priority
        else None,
    ]
    return tuple(remark for remark in found if remark)


def _shown(ticket: Ticket) -> str:
    return f"{ticket.key} “{ticket.title}”"
