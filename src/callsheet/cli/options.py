"""Options that several commands share, and those that stand before the command."""

from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

import typer

from callsheet.cli.completing import incidents, items

BECAUSE = "Say why in a few words, such as --because 'the service is gone'; people are shown it."


def _said(because: str) -> str:
    if not because.strip():
        raise typer.BadParameter(BECAUSE)
    return because.strip()


Json = Annotated[bool, typer.Option("--json", help="Print one JSON document on stdout, and nothing else there.")]
Because = Annotated[
    str,
    typer.Option("--because", metavar="WHY", help="The reason, kept and shown.", show_default=False, callback=_said),
]
IncidentName = Annotated[
    str, typer.Argument(metavar="INCIDENT", help="An incident's id or number.", autocompletion=incidents)
]
ItemName = Annotated[
    str,
    typer.Argument(
        metavar="ITEM",
        help="An item's key, such as ai-0123456789abcdef, or its ticket's, OPS-10.",
        autocompletion=items,
    ),
]


@dataclass(frozen=True, slots=True)
class Global:
    """The options before the command."""

    directory: Path
    explicit: bool
