"""`prompts`: ready prompts for the texts that an incident needs, with evidence that the answer must cite."""

from typing import Annotated

import typer

from callsheet.cli.opening import opened, time_of
from callsheet.cli.options import IncidentName, Json
from callsheet.cli.printing import inert, print_json, refuse


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command(short_help="Print prompts for an AI, with numbered evidence.")(prompts)


def prompts(
    context: typer.Context,
    incident: IncidentName,
    artefact: Annotated[str | None, typer.Option(help="Only this one, by name; else all.")] = None,
    draft: Annotated[
        bool,
        typer.Option("--draft", help="Send them to the configured model; print its drafts, checked and unverified."),
    ] = False,
    json: Json = False,
) -> None:
    """Print prompts for an AI: rules, numbered evidence without secrets and names, and the tasks; one alone by name."""
    from callsheet.cli import drafting
    from callsheet.review.prompts import ARTEFACTS, named, pack, prompt
    from callsheet.run.asks import incident_named
    from callsheet.run.prompting import evidence_of

    wanted = named(artefact) if artefact else None
    if artefact and wanted is None:
        refuse(f"There is no artefact {artefact}. Choose one of: {', '.join(one.name for one in ARTEFACTS)}.")
    with opened(context) as (local, store):
        evidence = evidence_of(store, incident_named(store, incident), local.rules, time_of(local))
    if draft:
        drafting.draft(context, wanted, evidence, json=json)
    elif json:
        ready = ((one.name, prompt(one, evidence)) for one in ([wanted] if wanted else ARTEFACTS))
        print_json([{"artefact": name, "prompt": text} for name, text in ready])
    else:
        typer.echo(inert(prompt(wanted, evidence) if wanted else pack(evidence)), nl=False)
