"""Commands that change something beside the daemon; its next cycle picks them up."""

import os
import threading
from typing import TYPE_CHECKING, Annotated

import typer

from callsheet.cli.opening import assembled, opened, time_of
from callsheet.cli.options import Because, IncidentName, ItemName
from callsheet.cli.printing import tell

if TYPE_CHECKING:
    from callsheet.run.takeover import Wished


def register(app: typer.Typer) -> None:
    """Add the commands."""
    app.command(short_help="Ask for a post-mortem, whatever the policy says.")(draft)
    app.command(short_help="Say that an incident gets no post-mortem, and why.")(waive)
    app.command()(drop)
    app.command(short_help="Try once more what was refused or is held.")(retry)
    app.command(short_help="Follow a ticket that exists instead of filing one.")(adopt)
    app.command()(approve)


def draft(context: typer.Context, incident: IncidentName) -> None:
    """Ask for a post-mortem of an incident, whatever the policy says; it takes a waiver back."""
    from callsheet.run import asks

    with opened(context) as (local, store):
        drafted = asks.draft(store, incident, time_of(local))
    tell(f"#{drafted.incident.number} {drafted.incident.title}")
    for sentence in drafted.then:
        tell(sentence)


def waive(
    context: typer.Context,
    incident: IncidentName,
    because: Because,
    by: Annotated[str | None, typer.Option(metavar="NAME", help="Who says so. [default: whoever is logged in]")] = None,
) -> None:
    """No post-mortem for this incident, and why; its document and the call sheet say so."""
    from callsheet.run import asks

    with opened(context) as (local, store):
        now = time_of(local)
        waived = asks.waive(store, incident, because, now, by=by or _logged_in())
    head = waived.incident
    tell(f"#{head.number} {head.title} is waived; `callsheet draft {head.number}` takes it back.")
    if waived.open_tickets:
        tickets = ", ".join(waived.open_tickets)
        tell(f"Filed already, and still promised: {tickets}. `callsheet drop TICKET --because …` gives one up.")


def _logged_in() -> str | None:
    """The person at the terminal; in a container there is only root, which is nobody's name."""
    name = os.environ.get("SUDO_USER") or os.environ.get("USER")
    return None if name in {None, "", "root"} else name


def drop(context: typer.Context, item: ItemName, because: Because) -> None:
    """Give an action item up, and why; its ticket is closed."""
    from callsheet.run import asks

    with opened(context) as (local, store):
        dropped = asks.drop(store, item, because, time_of(local))
    ends = f"the next cycle closes {dropped.ticket}" if dropped.ticket else "it has no ticket to be closed"
    tell(f"Dropped “{dropped.item.spoken.title}”; {ends}.")
    if dropped.unwished:
        tell("The ticket that was named for it is let be.")


def retry(context: typer.Context, item: ItemName) -> None:
    """Try once more: what was refused, what is held, or what had its ticket deleted by hand; it takes `adopt` back."""
    from callsheet.run import asks

    with opened(context) as (local, store):
        retried = asks.retry(store, item, time_of(local))
    tell(f"{retried.item.key} “{retried.item.spoken.title}”")
    for sentence in retried.then:
        tell(sentence)


def adopt(
    context: typer.Context,
    item: ItemName,
    ticket: Annotated[str, typer.Argument(metavar="TICKET", help="The key or address of a ticket that exists.")],
    force: Annotated[
        bool, typer.Option("--force", help="Though the item has a ticket, or this one another item's marker.")
    ] = False,
) -> None:
    """Follow a ticket that exists as an item's own, instead of filing one."""
    from callsheet.run.takeover import wish

    with assembled(context, threading.Event()) as (app, _, _):
        wished = wish(app, item, ticket, force=force)
    _tell_wished(wished)


def _tell_wished(wished: "Wished") -> None:
    item, ticket, was = wished.item, wished.ticket, wished.was
    tell(f"{item.key} “{item.spoken.title}”")
    if was and was.id == ticket.id:
        tell(f"It follows {ticket.key} already; nothing needs doing.")
        return
    told = f"{ticket.key} “{ticket.title}” ({ticket.status})"
    tell(f"  was {was.key} “{was.title}”, now {told}" if was else f"  follows {told}")
    for remark in wished.remarks:
        tell(f"  {remark}")
    tell(f"The next cycle does it; until then `callsheet retry {item.key}` takes it back.")


def approve(
    context: typer.Context,
    refusal: Annotated[str, typer.Argument(metavar="REFUSAL", help="Its id, from `callsheet status`.")],
) -> None:
    """Let the daemon go on with what a guard held back."""
    from callsheet.run import asks

    with opened(context) as (local, store):
        asks.approve(store, refusal, time_of(local))
    tell(f"Approved {refusal}: the next cycle goes on.")
