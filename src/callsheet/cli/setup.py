"""Commands for setting Callsheet up: doctor."""

from typing import Annotated

import typer

from callsheet.cli.common import FAILED, Global, Json, configured, print_json


def register(app: typer.Typer) -> None:
    """Add the commands."""
    app.command()(doctor)


def doctor(
    context: typer.Context,
    send_test: Annotated[
        bool, typer.Option("--send-test", help="Also send a test message to the default route's fallback owner.")
    ] = False,
    json: Json = False,
) -> None:
    """Prove the whole configuration: each side, permission, project, folder and channel. Writes nothing."""
    from callsheet.cli.doctor import checks, problems_as_checks
    from callsheet.connect.options import Problems
    from callsheet.model.check import Result

    shared: Global = context.obj
    try:
        with configured(context) as configuration:
            found = list(checks(shared.directory, configuration, send_test=send_test))
    except Problems as fault:
        found = list(problems_as_checks(fault))
    if json:
        print_json([{"check": c.check, "result": c.result.value, "detail": c.detail, "fix": c.fix} for c in found])
    else:
        for check in found:
            typer.echo(f"{check.result.value:8} {check.check}: {check.detail}")
            if check.fix:
                typer.echo(f"{'':8} -> {check.fix}")
        counts = {result: sum(check.result is result for check in found) for result in Result}
        typer.echo(f"{counts[Result.ERROR]} errors, {counts[Result.WARNING]} warnings, {counts[Result.OK]} ok.")
    if any(check.result is Result.ERROR for check in found):
        raise typer.Exit(FAILED)
