"""`callsheet season`: how a season goes, and closing it."""

import sys
from pathlib import Path
from shutil import get_terminal_size
from typing import TYPE_CHECKING, Annotated

import typer

from callsheet.cli.opening import now_for, opened, templates_of
from callsheet.cli.options import Json
from callsheet.cli.printing import CONFIGURATION, FAILED, print_json, refuse

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from callsheet.model.season import Season
    from callsheet.plan.rules import Rules
    from callsheet.plan.season import Figures
    from callsheet.store import Store

PIPE_WIDTH = 100


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command()(season)


def season(  # noqa: PLR0913, PLR0917 - a command's options
    context: typer.Context,
    name: Annotated[
        str | None,
        typer.Argument(metavar="SEASON", help="Such as 2026-Q4. [default: the present one]", show_default=False),
    ] = None,
    json: Json = False,
    csv: Annotated[bool, typer.Option("--csv", help="Print its promises as CSV, for a spreadsheet.")] = False,
    html: Annotated[bool, typer.Option("--html", help="Print a page that needs nothing else.")] = False,
    casting: Annotated[
        bool, typer.Option("--casting", help="With --csv: who managed what, as totals, instead of the promises.")
    ] = False,
    close: Annotated[
        bool, typer.Option("--close", help="Once it is over: renew, cut or carry what is open. Asks, unless told.")
    ] = False,
    renew: Annotated[
        list[str] | None, typer.Option("--renew", metavar="ITEM=DATE", help="With --close: a new date. Repeatable.")
    ] = None,
    cut: Annotated[
        list[str] | None, typer.Option("--cut", metavar="ITEM=REASON", help="With --close: given up. Repeatable.")
    ] = None,
    carry: Annotated[
        list[str] | None,
        typer.Option("--carry", metavar="ITEM", help="With --close: stays open and shows as drifted. `all`: the rest."),
    ] = None,
    decisions: Annotated[
        Path | None,
        typer.Option("--from", metavar="FILE", help="With --close: the --csv with its last two columns filled in."),
    ] = None,
) -> None:
    """What was promised for a season, and what became of it."""
    from callsheet.cli.season_close import Given, close_season
    from callsheet.plan.season import trend
    from callsheet.run.seasons import record

    given = Given(renew=renew or [], cut=cut or [], carry=carry or [], file=decisions)
    form = _one_of(json=json, csv=csv, html=html)
    if casting and form != "csv":
        refuse("--casting says what --csv prints; the other forms have both. Add --csv.")
    if given.any and not close:
        refuse("--renew, --cut, --carry and --from decide what becomes of a season's promises; add --close.")
    with opened(context, without=FAILED if close else CONFIGURATION) as (local, store):
        rules, now = local.rules, now_for(local, store)
        found = _named(store, rules, now, name, closing=close)
        if close:
            for line in close_season(store, found, given, rules, now, local.settings.mode):
                typer.echo(line, err=form is not None)
        if not close or form:
            told = trend(found, record(store, with_turns=True), rules, now)
            _show(
                told, "casting" if casting else form, store=store, rules=rules, now=now, templates=templates_of(context)
            )


def _one_of(**forms: bool) -> str | None:
    wanted = [name for name, given in forms.items() if given]
    if len(wanted) > 1:
        refuse("--json, --csv and --html are three forms of one answer; take one of them.")
    return wanted[0] if wanted else None


def _named(store: "Store", rules: "Rules", now: "datetime", name: str | None, *, closing: bool) -> "Season":
    """The season of that name; without one the present, or for closing the latest with something undecided."""
    from callsheet.plan.season import seasons_of, today_of
    from callsheet.run.closing import waiting_seasons
    from callsheet.run.seasons import record

    if name is None:
        waiting = waiting_seasons(store, rules, now) if closing else ()
        return waiting[-1] if waiting else rules.seasons.of(today_of(rules, now))
    found = rules.seasons.called(name)
    if found is None:
        known = ", ".join(each.name for each in seasons_of(record(store), rules, now))
        refuse(f"There is no season {name}. Known are {known}; [seasons] in the policy says how the year is cut.")
    return found


def _show(
    told: "Sequence[Figures]",
    form: str | None,
    *,
    store: "Store",
    rules: "Rules",
    now: "datetime",
    templates: Path | None,
) -> None:
    """The last of `told` is the season; the others went before it."""
    from callsheet.run.season_views import CASTING_COLUMNS, COLUMNS, as_json, casting_rows, rows

    shown = told[-1]
    tickets = store.tickets(line.promise.item.ticket_id or "" for line in shown.lines)
    if form == "json":
        print_json(as_json(shown, told))
    elif form == "casting":
        from callsheet.render.sheet import csv_text

        typer.echo(csv_text(CASTING_COLUMNS, casting_rows(told)), nl=False)
    elif form == "csv":
        from callsheet.render.sheet import csv_text

        typer.echo(csv_text(COLUMNS, rows(shown, tickets)), nl=False)
    elif form == "html":
        from callsheet.render.season import season_page

        typer.echo(season_page(told, tickets, now, templates), nl=False)
    else:
        _tell(told, store=store, rules=rules, now=now)


def _tell(told: "Sequence[Figures]", *, store: "Store", rules: "Rules", now: "datetime") -> None:
    from callsheet.cli.season_words import as_words
    from callsheet.plan.season import today_of
    from callsheet.run.closing import undecided

    shown = told[-1]
    width = get_terminal_size().columns if sys.stdout.isatty() else PIPE_WIDTH
    for line in as_words(shown, told, today=today_of(rules, now), width=width):
        typer.echo(line)
    left = len(undecided(store, shown.season, rules, now)) if shown.over else 0
    if left:
        typer.echo(f"\n{left} still open: `callsheet season {shown.season.name} --close` renews, cuts or carries them.")
