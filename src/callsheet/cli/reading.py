"""Commands that only read: sheet, show, status, explain, backup. They need no secret and nobody's answer."""

import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from callsheet.cli.completing import anything
from callsheet.cli.opening import looking, now_for, opened, templates_of
from callsheet.cli.options import Json
from callsheet.cli.printing import CONFIGURATION, FAILED, inert, print_json, refuse, say, tell
from callsheet.model.counted import counted
from callsheet.plan.sheet_words import GONE

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from datetime import datetime

    from callsheet.model.incident import Incident
    from callsheet.model.publication import Publication
    from callsheet.plan.rules import Rules
    from callsheet.run.folding import Folded
    from callsheet.run.shapes import Row
    from callsheet.run.views import Unmatched
    from callsheet.store import Store

PIPE_WIDTH = 200
# So many names are offered where none is near what was asked for.
NAMED = 5


def register(app: typer.Typer) -> None:
    """Add the commands."""
    app.command()(sheet)
    app.command()(show)
    app.command(short_help="How the sync is: each side, and what needs a look.")(status)
    app.command(short_help="Why something happened or did not, and how it stands.")(explain)
    app.command()(backup)


def sheet(  # noqa: PLR0913, PLR0917 - a command's options
    context: typer.Context,
    every: Annotated[
        bool, typer.Option("--all", help="Every item: done, dropped, held and standing ones, too.")
    ] = False,
    owner: Annotated[str | None, typer.Option(help="Only this owner, by name or e-mail.")] = None,
    team: Annotated[str | None, typer.Option(help="Only this team.")] = None,
    service: Annotated[str | None, typer.Option(help="Only this service.")] = None,
    season: Annotated[str | None, typer.Option(help="Only items due in this season, such as 2026-Q4.")] = None,
    overdue: Annotated[bool, typer.Option("--overdue", help="Only what is late.")] = False,
    held: Annotated[bool, typer.Option("--held", help="Only what is held from before the first cycle.")] = False,
    json: Json = False,
) -> None:
    """The call sheet: what was promised, by whom, until when."""
    from callsheet.run.views import Wanted, unmatched
    from callsheet.run.views import sheet as read

    with opened(context, without=CONFIGURATION) as (local, store):
        wanted = Wanted(
            every=every,
            owner=owner,
            team=team,
            service=service,
            season=season,
            overdue=overdue,
            held=held,
            seasons=local.rules.seasons,
        )
        now = now_for(local, store)
        rows = read(store, wanted, now.astimezone(local.settings.time_zone).date())
        strange = () if rows else unmatched(store, wanted)
    for each in strange:
        say(_nobody(each))
    if json:
        print_json(rows)
    elif rows:
        _sheet_of(rows, whole=every or held)
    elif not strange:
        tell("Nothing is promised here.")


def _nobody(filter_: "Unmatched") -> str:
    """That a filter names nobody, and whom it could have meant."""
    from callsheet.model.spelling import near_names

    near = near_names(filter_.word, filter_.known)
    some = near or sorted(filter_.known, key=str.casefold)[:NAMED]
    offer = f"near it: {', '.join(near)}" if near else f"there are, for instance, {', '.join(some)}"
    return f"No item has the {filter_.what} “{filter_.word}”; {offer if some else 'there is no item at all yet'}."


def _table(rows: "Sequence[Row]") -> None:
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    table = Table(box=None, pad_edge=False, padding=(0, 1, 0, 0))
    for heading in ("Pri", "Due", "Owner", "Action", "From", "Ticket", "Status"):
        table.add_column(
            heading,
            # Keys and dates are copied, so they stay whole; words may break.
            no_wrap=heading in {"Due", "Ticket", "From"},
            min_width={"Action": 12, "Status": 9}.get(heading),
        )
    for row in rows:
        ticket = row["ticket"]["key"] if row["ticket"] else row["key"]
        cells = [row["priority"], row["due_on"] or "-", row["shown"]["owner"] or "nobody", row["title"]]
        cells += [f"#{row['incident']['number']}", ticket, row["shown"]["status"]]
        table.add_row(*(Text(inert(str(cell))) for cell in cells), style="bold red" if _urges(row) else None)
    # Nobody turns pages in a pipe: there the lines may be long, and are easier to cut.
    Console(width=None if sys.stdout.isatty() else PIPE_WIDTH).print(table)


def _urges(row: "Row") -> bool:
    return row["shown"]["status"] == GONE or (row["overdue"] and not row["shown"]["status"].startswith("snoozed"))


def _sheet_of(rows: "list[Row]", *, whole: bool) -> None:
    """The table, and a line for each crowd that is not in it."""
    from callsheet.run.folding import Folded, folded

    found = Folded(shown=tuple(rows)) if whole else folded(rows)
    _table(found.shown)
    for line in (*_not_filed(found.shown), *_beside(found)):
        tell(line)


def _beside(found: "Folded") -> "Iterator[str]":
    if found.held or found.standing:
        yield ""
    if found.held:
        late = f", {found.held_late} past their date" if found.held_late else ""
        yield f"{len(found.held)} more are held from before Callsheet’s first cycle{late}: `callsheet sheet --held`"
        yield "lists them, `callsheet backfill --file` files them."
    if found.standing:
        title = found.standing[0]["title"]
        yield f"{len(found.standing)} more are standing items such as “{title}”, none of them late: `--all` lists"
        yield "them; `standing = []` at the top of policy.toml: none for post-mortems that open from then on."


def _not_filed(rows: "Sequence[Row]") -> "Iterator[str]":
    """Why rows have no ticket, each reason once."""
    alike: dict[str, list[str]] = {}
    for row in rows:
        if row["not_filed"]:
            alike.setdefault(row["not_filed"], []).append(row["key"])
    if alike:
        yield ""
    for why, keys in alike.items():
        which = ", ".join(keys) if len(keys) <= NAMED else counted(len(keys), "item")
        yield f"Not filed ({which}): {why}."
    if not all(row["owner_checked"] for row in rows if row["not_filed"]):
        yield "Whether the tracker lets their owners have them is asked when they are filed."


def show(
    context: typer.Context,
    incident: Annotated[
        str,
        typer.Argument(
            metavar="INCIDENT",
            help="An incident's id or number, or an item's or ticket's key.",
            autocompletion=anything,
        ),
    ],
    html: Annotated[bool, typer.Option("--html", help="As a page that needs nothing else.")] = False,
    invited: Annotated[bool, typer.Option("--invitation", help="The review's invitation, for a calendar.")] = False,
) -> None:
    """Print an incident's post-mortem as it stands."""
    from callsheet.run.explaining import stands_of, subject_incident

    with looking(context) as (local, store):
        head = subject_incident(store, incident)
        published = store.publications([head.id])
        if invited:
            _invite(store, head, local.rules, now_for(local, store))
            return
        stands = stands_of(store, head, local.rules)
    if published:
        publication = next(iter(published.values()))
        tell(_as_html(head, publication.current, templates_of(context)) if html else publication.current)
        _say_what_comes(publication)
        return
    for words in stands:
        tell(words)


def _say_what_comes(publication: "Publication") -> None:
    """What nobody would guess: that the end of a review is written into the document."""
    from callsheet.model.postmortem import ReviewStatus
    from callsheet.plan.staging import status_word

    if status_word(publication.current) in {None, ReviewStatus.DRAFT, ReviewStatus.IN_REVIEW}:
        say(f"Reviewed? Set `status: final` at the top of {publication.location}: then it circulates, once.")


def _invite(store: "Store", head: "Incident", rules: "Rules", now: "datetime") -> None:
    from callsheet.model.postmortem import ReviewStatus
    from callsheet.render.invitation import invitation
    from callsheet.run.reviewing import drawn, invited_anew, no_hour

    postmortem = drawn(store, head, rules, now)
    if postmortem and (postmortem.held or postmortem.status is ReviewStatus.FINAL):
        refuse(f"The review of #{head.number} was held; there is nobody to invite any more.", code=FAILED)
    if postmortem and postmortem.review.passed:
        say(f"The hour that was proposed, {postmortem.review.starts_at:%Y-%m-%d %H:%M} UTC, is over; this is another.")
        postmortem = invited_anew(store, head, rules, now)
    file = invitation(postmortem, now) if postmortem else None
    if file is None:
        refuse("There is no post-mortem yet." if postmortem is None else no_hour(store, postmortem, rules), code=FAILED)
    typer.echo(file, nl=False)


def _as_html(head: "Incident", text: str, templates: Path | None) -> str:
    from callsheet.render.copies import document_page  # heavy: only who asks for it pays

    return document_page(head.title, text, templates)


def status(
    context: typer.Context,
    check: Annotated[bool, typer.Option("--check", help="End with 1 when something needs a look.")] = False,
    json: Json = False,
) -> None:
    """How the sync is: whether it needs a look, each side, what is unknown, rejected, held back or set aside.

    Ends with 0 whatever it tells, but with --check; with 2 where there is no database to tell of.
    """
    from callsheet.bootstrap import expected_of
    from callsheet.cli.status_words import as_page
    from callsheet.run.status import status as read

    with opened(context, without=CONFIGURATION) as (local, store):
        found = read(store, expected_of(local), now_for(local, store))
    if json:
        print_json(found)
    else:
        for line in as_page(found):
            tell(line)
    if check and found["needs"]:
        raise typer.Exit(FAILED)


def explain(
    context: typer.Context,
    key: Annotated[
        str,
        typer.Argument(
            metavar="KEY",
            help="An item's or ticket's key, an incident's id or number, or a person's name or e-mail.",
            autocompletion=anything,
        ),
    ],
    json: Json = False,
) -> None:
    """Why did this happen, or not? How it stands, everything that was done about it, and the reason."""
    from callsheet.run.explaining import as_json, nameable
    from callsheet.run.explaining import explain as read

    with looking(context) as (local, store):
        found = read(store, local.rules, key, now_for(local, store))
        names = () if found else nameable(store)
    if found is None:
        refuse(*_strange(key, names), code=FAILED)
    if json:
        print_json(as_json(found))
        return
    for words in found.stands:
        tell(words)
    if not found.lines:
        tell(found.nothing)
    for line in found.lines:
        detail = f" ({line.detail})" if line.detail else ""
        ended = "" if line.how == "done" else f": {line.how}"
        tell(f"{line.at:%Y-%m-%d %H:%M:%S} {line.what}{ended}, because {line.reason}{detail}")


def _strange(key: str, names: "Iterable[str]") -> "Iterator[str]":
    from callsheet.model.spelling import LIKE, near_names

    near = ", ".join(near_names(key, names, likeness=LIKE))
    yield f"Nothing here is called {key}{'; did you mean ' + near + '?' if near else '.'}"
    yield "Try an item's or ticket's key (`callsheet sheet --all` lists them), an incident's id or number, or a person."


def backup(
    context: typer.Context,
    file: Annotated[Path, typer.Argument(metavar="FILE", help="The file to write.")],
    force: Annotated[bool, typer.Option("--force", help="Replace the file that is there.")] = False,
) -> None:
    """Copy the database into one file, while the daemon goes on."""
    from callsheet.bootstrap import database_of

    with opened(context) as (local, store):
        if file.resolve() == database_of(local):
            refuse(f"{file} is the database itself; name another file.", code=FAILED)
        if file.exists() and not force:
            refuse(f"{file} is there, and stays as it is; name another file, or replace it with --force.")
        if not os.access(file.parent, os.W_OK | os.X_OK):
            refuse(
                f"Nothing can be written into {file.parent}; name a folder that is there and open to us.", code=FAILED
            )
        store.back_up(file)
    tell(f"{file}: {file.stat().st_size // 1024} KB. docs/backup.md tells how it is restored.")
