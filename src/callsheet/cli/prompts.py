"""`prompts`: ready prompts for the texts that an incident needs, with evidence that the answer must cite."""

import threading
from typing import Annotated

import typer

from callsheet.cli.common import CONFIGURATION, IncidentName, Json, inert, opened, print_json, say


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command()(prompts)


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
    from callsheet.bootstrap import clock_of
    from callsheet.cli import drafting
    from callsheet.review.prompts import ARTEFACTS, named, pack, prompt
    from callsheet.run.asks import incident_named
    from callsheet.run.prompting import evidence_of

    wanted = named(artefact) if artefact else None
    if artefact and wanted is None:
        say(f"There is no artefact {artefact}. Choose one of: {', '.join(one.name for one in ARTEFACTS)}.")
        raise typer.Exit(CONFIGURATION)
    with opened(context) as (configuration, store):
        now = clock_of(configuration, threading.Event()).now()
        evidence = evidence_of(store, incident_named(store, incident), configuration.rules, now)
    if draft:
        drafting.draft(context, wanted, evidence, json=json)
    elif json:
        ready = ((one.name, prompt(one, evidence)) for one in ([wanted] if wanted else ARTEFACTS))
        print_json([{"artefact": name, "prompt": text} for name, text in ready])
    else:
        typer.echo(inert(prompt(wanted, evidence) if wanted else pack(evidence)), nl=False)
