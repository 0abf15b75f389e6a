"""Commands about the configuration: config show, policy check, policy schema."""

import os
import threading
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from callsheet.cli.opening import configured
from callsheet.cli.options import Global, Json
from callsheet.cli.printing import CONFIGURATION, print_json, say, tell

if TYPE_CHECKING:
    from callsheet.connect.options import Problem

config_app = typer.Typer(help="The configuration as it is read.", no_args_is_help=True)
policy_app = typer.Typer(help="The policy file.", no_args_is_help=True)


def register(app: typer.Typer) -> None:
    """Add the commands."""
    app.add_typer(config_app, name="config")
    app.add_typer(policy_app, name="policy")


@config_app.command("show", short_help="Print every variable and where it comes from; no secrets.")
def show(context: typer.Context, json: Json = False) -> None:
    """Print every variable, where it comes from, and secrets as ***; also while something is wrong (exit code 2)."""
    from callsheet.settings import Unusable

    problems: list[Problem] = []
    try:
        shown = configured(context).shown
    except Unusable as unusable:
        shown, problems = unusable.shown, unusable.problems
    if json:
        print_json([{"variable": name, "value": value, "from": origin} for name, value, origin in shown])
    else:
        for name, value, origin in shown:
            tell(f"{name}={value}  # {origin}")
    if problems:
        say("No cycle can start with this:")
        for problem in problems:
            say(f"  {problem}")
        raise typer.Exit(CONFIGURATION)


@policy_app.command("check")
def check(
    context: typer.Context,
    file: Annotated[
        Path | None,
        typer.Argument(
            metavar="FILE", help="The file. [default: CALLSHEET_POLICY, else policy.toml in the config folder]"
        ),
    ] = None,
) -> None:
    """Name the line and key of every problem in the policy file."""
    from callsheet.run.clock import SystemClock
    from callsheet.settings import check_policy, policy_hints, policy_path

    shared: Global = context.obj
    path = file or policy_path(shared.directory, os.environ, explicit=shared.explicit)
    if path == shared.directory / "policy.toml" and not path.exists():
        tell(f"There is no {path}; the defaults apply, and they are fine.")
        return
    problems = check_policy(path)
    for problem in problems:
        say(str(problem))
    hints = policy_hints(path, SystemClock(threading.Event()).now().date())
    for hint in hints:
        say(str(hint))
    if problems:
        raise typer.Exit(CONFIGURATION)
    tell(f"{path} is fine{' but for that' if hints else ''}.")


@policy_app.command("schema")
def schema() -> None:
    """Print the JSON Schema of the policy file, for editors."""
    from callsheet.settings import schema as of_policy

    print_json(of_policy())
