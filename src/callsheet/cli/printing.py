"""How commands speak: words for a person, JSON for a program, and the last word of one that can't go on."""

import json
import re
from typing import Any, NoReturn

import typer

FAILED = 1
CONFIGURATION = 2

# Control characters but tab and line feed, and those that reverse what is read.
_COMMANDS = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u200e\u200f\u202a-\u202e\u2066-\u2069]")


def print_json(value: Any) -> None:
    """One JSON document on stdout. What a terminal would obey is written as JSON's own escapes."""
    written = json.dumps(value, indent=2, ensure_ascii=False)
    typer.echo(_COMMANDS.sub(lambda found: f"\\u{ord(found.group()):04x}", written))


def say(text: str) -> None:
    """A line for a person, on stderr, so that stdout stays what was asked for."""
    typer.echo(inert(text), err=True)


def tell(text: str) -> None:
    """Words for a person on stdout."""
    typer.echo(inert(text))


def inert(text: str) -> str:
    """Words of others, without what a terminal would obey: escapes, bells, turns of direction."""
    return _COMMANDS.sub("", text)


def printable(text: str) -> str:
    """Words of others on one line, without what a terminal would obey."""
    return "".join(char if char.isprintable() else " " for char in text)


def refuse(*lines: str, code: int = CONFIGURATION) -> NoReturn:
    """Say what is wrong, with how the command was called unless `code` says otherwise, and leave."""
    for line in lines:
        say(line)
    raise typer.Exit(code)
