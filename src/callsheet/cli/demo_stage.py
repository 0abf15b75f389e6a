"""The stage of the demo: how it speaks, lets a person read, waits for what it counts on, and fails.

On a terminal there is some light and a line that moves while it waits; in a pipe the same words, plain.
"""

import sys
import textwrap
import threading
from collections.abc import Callable, Iterable
from contextlib import AbstractContextManager, nullcontext
from datetime import datetime
from time import monotonic
from typing import TypeVar

from rich.console import Console
from rich.markup import escape
from rich.progress import BarColumn, MofNCompleteColumn, Progress, SpinnerColumn, TextColumn
from rich.text import Text

T = TypeVar("T")

BEAT_SECONDS = 0.8
LOOK_EVERY_SECONDS = 0.1
PATIENCE_SECONDS = 60.0
WIDEST = 92
MARGIN = 2
# The prologue, four acts, the intermission and the epilogue.
ACTS = 7


class Unmet(Exception):
    """Something that the play counts on did not come; the message says what."""


class Stage:
    """Speaks to one console. `watch` is asked while waiting; what it answers is told at once."""

    def __init__(self, *, fast: bool, watch: Callable[[], str | None]) -> None:
        if hasattr(sys.stdout, "reconfigure"):
            # A terminal that can't show a letter shows a question mark; the play goes on.
            sys.stdout.reconfigure(errors="replace")
        self._console = Console(highlight=False, markup=False, emoji=False, soft_wrap=True)
        self._width = min(self._console.width, WIDEST)
        self._beat = 0.0 if fast else BEAT_SECONDS
        self._watch = watch
        self._acts = 0
        self._clock = threading.Event()

    # Speaking

    def act(self, title: str, subtitle: str) -> None:
        """The title of an act, after a curtain."""
        self._acts += 1
        self._print(Text(""))
        self._print(Text.assemble((title, "bold magenta"), ("  ", ""), (subtitle, "bold")))
        self.pause()

    def say(self, words: str, *, style: str = "") -> None:
        """A paragraph, wrapped."""
        for line in _wrapped(words, self._width - MARGIN):
            self._print(Text(" " * MARGIN + line, style=style))

    def aside(self, words: str) -> None:
        """A paragraph of less weight: why something is as it is."""
        for line in _wrapped(words, self._width - MARGIN - 2):
            self._print(Text(" " * (MARGIN + 2) + line, style="dim"))

    def met(self, words: str) -> None:
        """Something that was hoped for, and seen."""
        self._marked("✓", "bold green", words)

    def struck(self, words: str) -> None:
        """Something that was broken on purpose."""
        self._marked("✗", "bold red", words)

    def line(self, at: datetime, who: str, words: str) -> None:
        """Somebody says something at a time; further lines stand below the first."""
        head = f"  {at:%H:%M}  "
        first, *rest = words.splitlines() or [""]
        self._hung(Text(head, style="cyan"), Text.assemble((f"{who}: ", "bold"), first))
        for each in rest:
            self._hung(Text(" " * len(head)), Text(each))

    def quote(self, lines: Iterable[str]) -> None:
        """Somebody else's text, as it stands, behind a bar."""
        for line in lines:
            for part in _wrapped(line, self._width - 6, indent="  ") or [""]:
                self._print(Text.assemble(("    │ ", "dim"), part))

    def row(self, head: str, words: str, below: str = "") -> None:
        """A row of a list: its head, its words, and what is to be said about it below."""
        self._hung(Text(f"    {head}", style="cyan"), Text(words))
        if below:
            self._hung(Text(" " * (4 + len(head))), Text(below, style="dim"))

    def place(self, where: str) -> None:
        """A path or an address on a line of its own, never broken."""
        self._print(Text(f"    {where}", style="cyan"))

    def command(self, words: str) -> None:
        """Something to type, on a line of its own so that it can be copied."""
        self._print(Text.assemble(("    $ ", "dim"), (words, "bold")))

    def gap(self) -> None:
        """An empty line."""
        self._print(Text(""))

    def pause(self, beats: float = 1.0) -> None:
        """Time to read. Nothing is ever waited for in this way."""
        self._clock.wait(self._beat * beats)

    # Waiting

    def until(self, what: str, look: Callable[[], T | None], *, within: float = PATIENCE_SECONDS) -> T:
        """What `look` finds, as soon as it finds anything. Unmet after `within` seconds of real time."""
        deadline = monotonic() + within
        with self._waiting(what):
            while not (found := look()):
                told = self._watch()
                if told:
                    self.aside(told)
                if monotonic() > deadline:
                    raise Unmet(f"waited {within:.0f} s for this, and it did not come: {what}")
                self._clock.wait(LOOK_EVERY_SECONDS)
        return found

    def expect(self, what: str, met: bool) -> None:
        """Go on only if it is so."""
        if not met:
            raise Unmet(f"this should hold, and does not: {what}")

    def _waiting(self, what: str) -> AbstractContextManager[object]:
        """On a terminal a line that moves, with how far the play is."""
        if not self._console.is_terminal:
            return nullcontext()
        columns = (SpinnerColumn(), TextColumn("{task.description}", style="dim"), BarColumn(20), MofNCompleteColumn())
        bar = Progress(*columns, console=self._console, transient=True)
        bar.add_task(escape(f"{what} …"), completed=min(self._acts, ACTS), total=ACTS)
        return bar

    def _marked(self, mark: str, style: str, words: str) -> None:
        self._hung(Text(f"  {mark} ", style=style), Text(words))

    def _hung(self, head: Text, words: Text) -> None:
        """Words behind a head, and the lines that follow below the first word."""
        room = max(self._width - len(head.plain), 20)
        indent = Text(" " * len(head.plain))
        for place, part in enumerate(words.wrap(self._console, room)):
            part.rstrip()
            self._print(Text.assemble(indent if place else head, part))

    def _print(self, text: Text) -> None:
        self._console.print(text, soft_wrap=True)


def _wrapped(words: str, width: int, *, indent: str = "") -> list[str]:
    """Lines of whole words; a path or a key is never broken."""
    return textwrap.wrap(words, width, subsequent_indent=indent, break_long_words=False, break_on_hyphens=False)
