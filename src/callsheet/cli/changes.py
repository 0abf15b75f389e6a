"""Commands that change something beside the daemon; its next cycle picks them up."""

import threading
from typing import Annotated

import typer

from callsheet.cli.common import Because, assembled, opened, tell

IncidentName = Annotated[str, typer.Argument(metavar="INCIDENT", help="Id or number.")]
ItemKey = Annotated[str, typer.Argument(metavar="ITEM", help="The item's key, ai-….")]


def register(app: typer.Typer) -> None:
    """Add the commands."""
    app.command()(draft)
    app.command()(waive)
    app.command()(drop)
    app.command()(retry)
    app.command()(adopt)
    app.command()(approve)


def draft(context: typer.Context, incident: IncidentName) -> None:
    """Ask for a post-mortem of an incident, whatever the policy says."""
    from callsheet.bootstrap import clock_of
    from callsheet.run import asks

    with opened(context) as (configuration, store):
        head = asks.draft(store, incident, clock_of(configuration, threading.Event()).now())
    tell(f"The next cycle opens a post-mortem of #{head.number} {head.title}.")
    tell("If it ended before Callsheet's first cycle its items are not filed; `callsheet backfill --file` does.")


def waive(context: typer.Context, incident: IncidentName, because: Because) -> None:
    """No post-mortem for this incident, and why."""
    from callsheet.bootstrap import clock_of
    from callsheet.run import asks

    with opened(context) as (configuration, store):
        waived = asks.waive(store, incident, because, clock_of(configuration, threading.Event()).now())
    head = waived.incident
    tell(f"#{head.number} {head.title} is waived; `callsheet draft {head.number}` takes it back.")
    if waived.open_tickets:
        tickets = ", ".join(waived.open_tickets)
        tell(f"Filed already, and still promised: {tickets}. `callsheet drop TICKET --because …` gives one up.")


def drop(context: typer.Context, item: ItemKey, because: Because) -> None:
    """Give an action item up, and why; its ticket is closed."""
    from callsheet.bootstrap import clock_of
    from callsheet.run import asks

    with opened(context) as (configuration, store):
        dropped = asks.drop(store, item, because, clock_of(configuration, threading.Event()).now())
    tell(f"Dropped “{dropped.spoken.title}”; the next cycle closes its ticket.")


def retry(context: typer.Context, item: ItemKey) -> None:
    """Try once more to file an item: after a refusal, or when its ticket was deleted by hand."""
    from callsheet.bootstrap import clock_of
    from callsheet.run import asks

    with opened(context) as (configuration, store):
        found = asks.retry(store, item, clock_of(configuration, threading.Event()).now())
    tell(f"The next cycle tries “{found.spoken.title}” again.")


def adopt(
    context: typer.Context, item: ItemKey, ticket: Annotated[str, typer.Argument(help="The ticket's key.")]
) -> None:
    """Take an existing ticket as an item's own, instead of filing one."""
    from callsheet.run import asks

    with assembled(context, threading.Event()) as (app, store, _):
        found = asks.adopt(store, app.tracker, item, ticket, app.clock.now())
    tell(f"The next cycle follows {ticket} as “{found.spoken.title}”.")


def approve(
    context: typer.Context, refusal: Annotated[str, typer.Argument(help="Its id, from `callsheet status`.")]
) -> None:
    """Let the daemon go on with what a guard held back."""
    from callsheet.bootstrap import clock_of
    from callsheet.run import asks

    with opened(context) as (configuration, store):
        asks.approve(store, refusal, clock_of(configuration, threading.Event()).now())
    tell(f"Approved {refusal}: the next cycle goes on.")
