"""`callsheet`: every command by name; what one needs is imported when it runs."""

import gc
import sys
from pathlib import Path
from typing import Annotated, Any

import typer
from typer.core import TyperGroup
from typer.exceptions import TyperException

from callsheet import __version__
from callsheet.cli import casting, changes, config, cycles, people, prompts, reading, review, season, setup, worlds
from callsheet.cli.options import BECAUSE, Global


class Commands(TyperGroup):
    """The commands. Who writes --config behind one is told where it belongs, who gives no reason how one is given."""

    def invoke(self, ctx: Any) -> Any:
        """Run what was asked for. Any: typer brings a click of its own, without a public name."""
        try:
            return super().invoke(ctx)
        except TyperException as error:
            if getattr(error, "option_name", None) == "--config":
                ctx.fail(f"--config stands before the command: callsheet --config DIR {ctx.invoked_subcommand}")
            if getattr(getattr(error, "param", None), "name", None) == "because" and not error.message:
                error.message = BECAUSE
            raise


app = typer.Typer(
    name="callsheet",
    cls=Commands,
    help="Keeps the promises that post-mortems make: incidents in, post-mortems and tickets out, until they are kept.",
    no_args_is_help=True,
    context_settings={"help_option_names": ["-h", "--help"]},
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
)


def _version(wanted: bool) -> None:
    if wanted:
        typer.echo(__version__)
        raise typer.Exit


@app.callback()
def options(
    context: typer.Context,
    config_dir: Annotated[
        Path | None,
        typer.Option(
            "--config", metavar="DIR", help="Folder with *.env, policy.toml and templates/. [default: config]"
        ),
    ] = None,
    version: Annotated[  # noqa: ARG001 - its callback answers
        bool, typer.Option("--version", callback=_version, is_eager=True, help="Print the version.")
    ] = False,
) -> None:
    """Options that every command shares."""
    context.obj = Global(directory=config_dir or Path("config"), explicit=config_dir is not None)


for part in (setup, cycles, reading, season, casting, people, review, prompts, changes, config, worlds):
    part.register(app)


# Our values hold no cycles, so the collector finds next to nothing in the tens of thousands that a long log makes; by
# its own measure it looks at all of them again and again, for a seventh of a cycle's time.
COLLECT_AFTER = 100_000


def main() -> None:
    """The entry point. Errors that a person can mend are told in their words, without a traceback."""
    gc.set_threshold(COLLECT_AFTER)
    try:
        app()
    except Exception as error:
        from callsheet.cli.errors import told

        code = told(error)
        if code is None:
            raise
        sys.exit(code)
