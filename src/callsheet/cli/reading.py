"""Commands that only read: sheet, show, status, explain."""

import sys
import threading
from typing import Annotated, Any

import typer

from callsheet.cli.common import Json, opened, print_json

PIPE_WIDTH = 200


def register(app: typer.Typer) -> None:
    """Add the commands."""
    app.command()(sheet)
    app.command()(show)
    app.command()(status)
    app.command()(explain)


def sheet(
    context: typer.Context,
    every: Annotated[bool, typer.Option("--all", help="Done and dropped items too.")] = False,
    owner: Annotated[str | None, typer.Option(help="Only this owner, by name or e-mail.")] = None,
    team: Annotated[str | None, typer.Option(help="Only this team.")] = None,
    service: Annotated[str | None, typer.Option(help="Only this service.")] = None,
    season: Annotated[str | None, typer.Option(help="Only items due in this season, such as 2026-Q4.")] = None,
    overdue: Annotated[bool, typer.Option("--overdue", help="Only what is late.")] = False,
    json: Json = False,
) -> None:
    """The call sheet: what was promised, by whom, until when."""
    from callsheet.bootstrap import clock_of
    from callsheet.run.views import Wanted
    from callsheet.run.views import sheet as read

    with opened(context) as (configuration, store):
        wanted = Wanted(
            every=every,
            owner=owner,
            team=team,
            service=service,
            season=season,
            overdue=overdue,
            seasons=configuration.rules.seasons,
        )
        now = clock_of(configuration, threading.Event()).now()
        rows = read(store, wanted, now.astimezone(configuration.settings.time_zone).date())
    if json:
        print_json(rows)
    else:
        _table(rows)


def _table(rows: list[dict[str, Any]]) -> None:
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    if not rows:
        typer.echo("Nothing is promised here.")
        return
    table = Table(box=None, pad_edge=False)
    for heading in ("Pri", "Due", "Owner", "Action", "Incident", "Ticket", "Status"):
        table.add_column(
            heading,
            no_wrap=heading in {"Due", "Ticket", "Status"},
            min_width=30 if heading == "Action" else None,
        )
    for row in rows:
        ticket = row["ticket"]["key"] if row["ticket"] else row["key"]
        cells = [row["priority"], row["due_on"] or "-", row["shown"]["owner"] or "nobody", row["title"]]
        cells += [f"#{row['incident']['number']}", ticket, row["shown"]["status"]]
        table.add_row(*(Text(str(cell)) for cell in cells), style="bold red" if row["overdue"] else None)
    # Nobody turns pages in a pipe: there the lines may be long, and are easier to cut.
    Console(width=None if sys.stdout.isatty() else PIPE_WIDTH).print(table)


def show(context: typer.Context, incident: Annotated[str, typer.Argument(help="Id or number.")]) -> None:
    """Print an incident's post-mortem as it stands."""
    from callsheet.run.asks import incident_named

    with opened(context) as (_, store):
        head = incident_named(store, incident)
        published = store.publications([head.id])
        postmortem = store.postmortems([head.id]).get(head.id)
    if published:
        typer.echo(next(iter(published.values())).current)
        return
    typer.echo(f"#{head.number} {head.title} ({head.status.value}, {head.service.name})")
    if postmortem and postmortem.waived_because:
        typer.echo(f"No post-mortem: waived because {postmortem.waived_because}")
    else:
        typer.echo(f"No post-mortem yet. `callsheet draft {head.number}` asks for one.")


def status(context: typer.Context, json: Json = False) -> None:
    """How the sync is: what was read, what is unknown, held back or set aside."""
    from callsheet.run.views import status as read

    with opened(context) as (_, store):
        found = read(store)
    if json:
        print_json(found)
        return
    for name, value in found.items():
        label = name.replace("_", " ")
        if isinstance(value, list):
            typer.echo(f"{label}: {len(value) or 'none'}")
            for entry in value:
                typer.echo("  " + ", ".join(f"{key} {word}" for key, word in entry.items() if word is not None))
        elif isinstance(value, dict):
            typer.echo(f"{label}: " + ", ".join(f"{number} {key.replace('_', ' ')}" for key, number in value.items()))
        else:
            typer.echo(f"{label}: {value or 'never'}")


def explain(
    context: typer.Context,
    key: Annotated[str, typer.Argument(help="An item's key, a ticket's key, or an incident's id or number.")],
    json: Json = False,
) -> None:
    """Why did this happen? Everything that was done about it, and the reason."""
    from callsheet.run.views import explain as read
    from callsheet.run.views import origin

    with opened(context) as (_, store):
        lines, told_first = read(store, key), origin(store, key)
    if json:
        fields = ("event", "effect", "key", "reason", "outcome", "subject", "detail")
        print_json(
            [{"at": line.at.isoformat(), **{name: str(getattr(line, name)) for name in fields}} for line in lines]
        )
        return
    for words in told_first:
        typer.echo(words)
    if not lines:
        typer.echo(f"Nothing was ever done about {key}. `callsheet sheet --all` lists the keys.")
    for line in lines:
        detail = f" ({line.detail})" if line.detail else ""
        typer.echo(f"{line.at:%Y-%m-%d %H:%M:%S} {line.event}: {line.outcome}, because {line.reason}{detail}")
