"""Commands for trying things out: sandbox and demo."""

from datetime import datetime
from pathlib import Path
from typing import Annotated

import typer

from callsheet.cli.printing import refuse


def register(app: typer.Typer) -> None:
    """Add the commands."""
    app.command(short_help="Serve a pretend PagerDuty and Jira, to try it out.")(sandbox)
    app.command(short_help="Watch the main job on a pretend company.")(demo)


def sandbox(
    port: Annotated[int, typer.Option(help="Port on 127.0.0.1; 0 takes a free one.", min=0, max=65535)] = 8181,
    seed: Annotated[int, typer.Option(help="The same seed, number and time make the same world.")] = 1,
    incidents: Annotated[int, typer.Option(help="How many incidents the last 30 days had.", min=0)] = 24,
    state: Annotated[Path | None, typer.Option(help="Folder that keeps the world over restarts.")] = None,
    now: Annotated[str | None, typer.Option(help="When its clock starts, such as 2026-11-02T09:00:00Z.")] = None,
    load: Annotated[list[Path] | None, typer.Option(help="PagerDuty-shaped JSON to load; may be repeated.")] = None,
    as_of: Annotated[str | None, typer.Option("--as-of", help="`now` shifts the loaded dates to the present.")] = None,
    hostile: Annotated[bool, typer.Option("--hostile", help="One incident tries to be markup.")] = False,
) -> None:
    """Serve a pretend PagerDuty and Jira with a believable world, for trying Callsheet out."""
    from callsheet.sandbox.server import Sandbox, SandboxOptions

    if as_of not in (None, "now"):
        refuse("--as-of takes `now`, and nothing else.")
    options = SandboxOptions(
        port=port,
        seed=seed,
        incidents=incidents,
        state=state,
        now=_instant(now) if now else None,
        load=tuple(load or ()),
        as_of=as_of,
        hostile=hostile,
    )
    try:
        made = Sandbox(options)
    except (OSError, ValueError) as error:
        refuse(f"There is no world to be made of that: {error}. Look at --load and --state.")
    try:
        made.serve()
    except OSError as error:
        # Behind its reason, Python's error repeats the address.
        why = (error.strerror or str(error)).partition(" (while")[0]
        refuse(f"127.0.0.1:{port} can't be had ({why}); --port 0 takes a free one.")


def _instant(text: str) -> datetime:
    from callsheet.sandbox.clock import parse_instant

    try:
        return parse_instant(text)
    except ValueError:
        refuse("--now takes a date and a time, such as 2026-11-02T09:00:00Z.")


def demo(
    serve: Annotated[bool, typer.Option("--serve", help="Stay up afterwards, to look around.")] = False,
    folder: Annotated[Path, typer.Option(help="Where the demo keeps its files.")] = Path("callsheet-demo"),
) -> None:
    """Watch the main job on a pretend company: from incidents to kept promises, in under two minutes."""
    from callsheet.cli.demo import play

    raise typer.Exit(play(folder, serve=serve))
