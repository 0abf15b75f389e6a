"""The season label on a ticket: it follows the due date into another season. Beside `reconcile`."""

from dataclasses import replace

from callsheet.model.action_item import ActionItem
from callsheet.model.effect import Reason, UpdateTicket
from callsheet.model.season import Seasons
from callsheet.model.ticket import Ticket, TicketChange


def standing_label(item: ActionItem, ticket: Ticket, seasons: Seasons) -> str | None:
    """The label that tells the season of the date last agreed on; None where the ticket does not carry it.

    A label that people took off is not put back, and one that they made of another season is theirs.
    """
    due_on = item.base.due_on if item.base else None
    label = item.season_left or (seasons.of(due_on).name if due_on else None)
    return label if label in ticket.labels else None


def left_behind(item: ActionItem, label: str | None, seasons: Seasons) -> ActionItem:
    """The item with a note of the label that its ticket carries and should not, for when it can't be changed now."""
    return replace(item, season_left=label if label != wanted_label(item, seasons) else None)


def wanted_label(item: ActionItem, seasons: Seasons) -> str | None:
    """The season of the item's date."""
    return seasons.of(item.terms.due_on).name if item.terms.due_on else None


def relabelled(item: ActionItem, label: str | None, ticket: Ticket, seasons: Seasons) -> UpdateTicket | None:
    """Exchange the label."""
    wanted = wanted_label(item, seasons)
    if label is None or wanted is None or wanted == label or not item.open:
        return None
    return UpdateTicket(
        key=f"season:{item.key}",
        reason=Reason.SEASON_MOVED,
        item_key=item.key,
        ticket_id=ticket.id,
        change=TicketChange(add_labels=() if wanted in ticket.labels else (wanted,), remove_labels=(label,)),
        before={"season": label},
        after={"season": wanted},
        planned_on=item,
        settled=replace(item, season_left=None),
    )


def with_label(update: UpdateTicket, moved: UpdateTicket) -> UpdateTicket:
    """Both as one write. A project that has no labels on its edit screen refuses it, and must still take the date."""
    return replace(
        update,
        key=f"{update.key},season",
        change=replace(moved.change, fields=update.change.fields),
        before={**update.before, **moved.before},
        after={**update.after, **moved.after},
        settled=moved.settled,
    )
