"""`casting`: who could manage the next incident of each priority. `leader-card`: before a leader joins a call."""

import threading
from typing import TYPE_CHECKING, Annotated

import typer

from callsheet.cli.opening import assembled, templates_of
from callsheet.cli.options import Json
from callsheet.cli.printing import FAILED, print_json, refuse, tell
from callsheet.model.counted import counted

if TYPE_CHECKING:
    from callsheet.plan.casting import Candidate, Suggestion


def register(app: typer.Typer) -> None:
    """Add the commands."""
    app.command(short_help="Who could manage the next incident of each priority.")(casting)
    app.command("leader-card")(leader_card)


def casting(
    context: typer.Context,
    policy: Annotated[str | None, typer.Option(help="Only escalation policies with these words in their name.")] = None,
    json: Json = False,
) -> None:
    """Who could manage the next incident of each priority, of those who are on call now."""
    from callsheet.connect.errors import ConnectorError
    from callsheet.run.casting import as_json, cast_next, days_known

    with assembled(context, threading.Event()) as (app, store, _):
        try:
            known = days_known(store, app.backfill, app.clock.now())
            found = cast_next(store, app.source, app.rules, app.clock.now(), policy=policy)
        except ConnectorError as error:
            refuse(f"Nobody could be asked who is on call: {error.what}", code=FAILED)
    if json:
        print_json(as_json(found))
    elif all(each.first is None for each in found):
        tell("Nobody is on call now, as far as the paging side tells.")
    else:
        for each in found:
            for line in _lines(each, known):
                tell(line)


def _lines(each: "Suggestion", known: int) -> list[str]:
    """`known`: of so many days the turns are known."""
    if each.first is None:
        return [f"{each.priority}  nobody is on call"]
    first = f"{each.priority}  {_candidate(each.first, known)}"
    if each.training:
        first += "; a place to learn" + (f", with {each.beside.name} beside them" if each.beside else "")
    elif not each.fits:
        first += f"; {each.priority} asks for the level {each.wanted.value}, and nobody on call is known to have it"
    others = ", ".join(_candidate(other, known) for other in each.others)
    return [first, *([f"    else {others}"] if others else [])]


def _candidate(each: "Candidate", known: int) -> str:
    level = each.level.value if each.level else "level unknown"
    if not each.turns or each.last_at is None:
        turns = f"no turn in {counted(known, 'day')}" if known else "turns not known before the first cycle"
        return f"{each.name} ({level}, {turns})"
    return f"{each.name} ({level}, {counted(each.turns, 'turn')}, the last on {each.last_at.date().isoformat()})"


def leader_card(
    context: typer.Context,
    html: Annotated[bool, typer.Option("--html", help="As a page that needs nothing else.")] = False,
) -> None:
    """What a leader asks themself before joining a call."""
    from callsheet.render.leader_card import leader_card as drawn

    typer.echo(drawn(templates_of(context), html=html), nl=False)
