"""`callsheet people`: whose account in the tracker is whose; and forgetting somebody."""

import sys
import threading
from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Annotated, Any

import typer

from callsheet.cli.opening import assembled, looking, now_for, opened
from callsheet.cli.options import Json
from callsheet.cli.printing import FAILED, print_json, refuse, say, tell
from callsheet.model.counted import counted

if TYPE_CHECKING:
    from callsheet.plan.people import Fix, Mapped
    from callsheet.run.forgetting import Remains, ToForget

people_app = typer.Typer(help="Who is who in PagerDuty and in the tracker; and forgetting somebody.")
# So many are named on a terminal.
NAMED = 20


def register(app: typer.Typer) -> None:
    """Add the commands."""
    app.add_typer(people_app, name="people", short_help="Who is who in PagerDuty and in the tracker.")


@people_app.callback(invoke_without_command=True)
def people(
    context: typer.Context,
    json: Json = False,
    known: Annotated[bool, typer.Option("--known", help="Only what is known already: asks nobody.")] = False,
    every: Annotated[bool, typer.Option("--all", help="Also those who have left and promise nothing.")] = False,
) -> None:
    """Show how each PagerDuty person maps to the tracker, what is unclear and why, and what to write to mend it."""
    if context.invoked_subcommand:
        return
    found, waiting = _known(context) if known else _asked(context)
    shown = [each for each in found if every or each.person.active or each.problems]
    if json:
        print_json([_as_json(each) for each in shown])
        return
    for line in _words(shown):
        tell(line)
    if waiting:
        say(f"The tracker was not asked about {waiting} of them lately; `callsheet people` without --known does.")


def _known(context: typer.Context) -> "tuple[tuple[Mapped, ...], int]":
    from callsheet.run.people import everybody

    with looking(context) as (local, store):
        return everybody(store, local.rules)


def _asked(context: typer.Context) -> "tuple[tuple[Mapped, ...], int]":
    from callsheet.cli.progress import shown
    from callsheet.connect.errors import ConnectorError
    from callsheet.run.people import ask_about_everybody, everybody

    with assembled(context, threading.Event()) as (app, store, _):
        try:
            # A request for each of them: the tracker finds a hidden address only when it is asked for exactly that one.
            with shown() as progress:
                ask_about_everybody(replace(app, progress=progress))
        except ConnectorError as fault:
            known = "`callsheet people --known` tells what is known already, and asks nobody."
            refuse(f"{fault.what}.", known, code=FAILED)
        return everybody(store, app.rules)


def _as_json(each: "Mapped") -> dict[str, Any]:
    person = each.person
    return {
        "id": person.id,
        "name": person.name,
        "email": person.email,
        "active": person.active,
        "account": {"id": each.account, "name": each.account_name} if each.account else None,
        "how": each.how,
        "problems": list(each.problems),
        "fixes": [{"table": fix.table, "line": fix.line} for fix in each.fixes],
        "promises": each.promises,
    }


def _words(found: "Sequence[Mapped]") -> Iterator[str]:
    """A line for each person, below it what is unclear; at the end what to write into the policy."""
    if not found:
        yield "Nobody is known yet; `callsheet once` reads PagerDuty's people."
        return
    for each in found:
        person = each.person
        where = f"{each.account_name or each.account} (by {each.how})" if each.account else f"nobody ({each.how})"
        promises = f", {counted(each.promises, 'open promise')}" if each.promises else ""
        yield f"{_line(person.name)} <{person.email or person.id}>: {_line(where)}{promises}"
        yield from (f"    ! {_line(problem)}" for problem in each.problems)
    unclear = sum(bool(each.problems) for each in found)
    yield f"\n{len(found)} people, {unclear} with something to look at."
    yield from _to_write([fix for each in found for fix in each.fixes])


def _to_write(fixes: "Sequence[Fix]") -> Iterator[str]:
    for table in dict.fromkeys(fix.table for fix in fixes):
        yield f"\nIn policy.toml, under [{table}], what is true of these:"
        yield from dict.fromkeys(f"  {_line(fix.line)}" for fix in fixes if fix.table == table)
    if any("ACCOUNT" in fix.line for fix in fixes):
        yield "ACCOUNT is the account id in Jira Cloud (in the address of their profile), the user name in Data Center."
    if any("WORD" in fix.line for fix in fixes):
        yield "WORD is what people write for them in notes, such as @grace-o."


def _line(text: str) -> str:
    return " ".join(text.split())


@people_app.command(short_help="Erase somebody from what Callsheet keeps and writes.")
def forget(
    context: typer.Context,
    person: Annotated[str, typer.Argument(metavar="PERSON", help="An e-mail, an id, a handle, or a full name.")],
    yes: Annotated[bool, typer.Option("--yes", help="Don't ask; it can't be undone.")] = False,
) -> None:
    """Erase somebody from the database and from every text that Callsheet generates; say what only others can erase."""
    from callsheet.run.forgetting import forget as erase
    from callsheet.run.forgetting import remains, somebody

    with opened(context) as (local, store):
        who = somebody(store, person)
        policy = local.settings.policy
        text = policy.read_text(encoding="utf-8") if policy and policy.is_file() else ""
        for line in (*_will(who), *_stays(remains(store, who, text), who, str(policy))):
            tell(line)
        _ask(who, yes=yes)
        changed = erase(store, who, now_for(local, store))
    rows = ", ".join(f"{count} in {table}" for table, count in sorted(changed.items()))
    tell(f"Forgotten: {sum(changed.values())} rows changed ({rows}).")
    tell("The next cycle writes documents and notes anew; until then those still name them.")


def _ask(who: "ToForget", *, yes: bool) -> None:
    if yes:
        return
    if not sys.stdin.isatty():
        refuse("This can't be undone, so say --yes, or call it on a terminal, where it asks.")
    if not typer.confirm(f"Forget {_line(who.name)}? This can't be undone", default=False):
        say("Nothing was changed.")
        raise typer.Exit


def _will(who: "ToForget") -> Iterator[str]:
    yield f"{_line(who.name)} <{who.email or 'no e-mail'}> becomes “former colleague” with a number, everywhere here:"
    yield "  the database, and what Callsheet generated of documents, notes and pages. The ledger keeps its lines."
    if who.open_promises:
        count = who.open_promises
        yield f"  {count} open promise{'s go' if count != 1 else ' goes'} to the fallback owner, with one message."


def _stays(left: "Remains", who: "ToForget", policy: str) -> Iterator[str]:
    yield "What Callsheet can't erase, as far as it has seen it:"
    if left.tickets:
        yield f"  Tickets that name them, to change in the tracker: {_some(left.tickets)}"
    if left.incidents:
        yield f"  Incidents whose log or notes in PagerDuty name them: {_some([f'#{n}' for n in left.incidents])}"
    if left.documents:
        yield f"  Documents in which people wrote of them, to edit by hand: {_some(left.documents)}"
    if left.policy:
        lines = _some([str(number) for number in left.policy])
        yield f"  {policy}, line {lines}: take them out, or their name comes back from there."
    for name in who.shared_names:
        yield f"  The bare name “{_line(name)}” in free text: somebody else is called so, too."
    yield "  First names and nicknames in people's words, messages that were sent, backups, and the history of"
    yield "  documents (in git, for instance)."


def _some(names: Sequence[str]) -> str:
    more = len(names) - NAMED
    return ", ".join(map(_line, names[:NAMED])) + (f" and {more} more" if more > 0 else "")
