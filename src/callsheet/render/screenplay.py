"""Lines of the screenplay and of the log as Markdown: there may be thousands, so they are not made in a template."""

from functools import lru_cache
from typing import Final

from callsheet.document.markdown import Markdown, clip, escape, fold
from callsheet.model.postmortem import Beat
from callsheet.plan.beats import names
from callsheet.plan.beliefs import MARKED
from callsheet.render.times import Clock, count, exact

LONGEST_QUOTE: Final = 400
LONGEST_NAME: Final = 120
MOST_LINES: Final = 12
SHORTEST_LINE: Final = 20
# A hard break of Markdown inside a list's item.
BREAK: Final = "\\\n  "
PLURALS: Final = {"entry": "entries"}


def quote(words: str) -> Markdown:
    """Somebody's own words in quotation marks, cut to a readable length; the incident has the rest."""
    return Markdown(f"“{escape(clip(words, LONGEST_QUOTE))}”")


def quote_lines(words: str) -> Markdown:
    """The same with the lines in which they were written: each ends in a hard break, and none can begin a block."""
    lines = [line for line in map(fold, words.splitlines()) if line]
    if len(lines) < 2:
        return quote(words)
    kept, room = list[str](), LONGEST_QUOTE
    for line in lines[:MOST_LINES]:
        kept.append(clip(line, room))
        room -= len(line)
        if room < SHORTEST_LINE:
            break
    more = "" if len(kept) == len(lines) or kept[-1].endswith("…") else " …"
    return Markdown("“" + BREAK.join(escape(line) for line in kept) + f"{more}”")


@lru_cache(maxsize=4096)
def _name(words: str) -> str:
    """A name or an action, escaped. A handful of them stands in every line."""
    return escape(clip(words, LONGEST_NAME))


def told(beat: Beat, clock: Clock) -> Markdown:
    """One beat: when, who, what, in whose words; below it the belief, or the question that asks for it."""
    here = f"({clock.local(beat.at)}) " if clock.place else ""
    words = _besides(beat)
    said = f": {quote_lines(words)}" if words else "."
    line = f"- **{clock.utc(beat.at)}** {here}**{_name(beat.who)}** {_name(beat.action)}{said}{_folded(beat, clock)}"
    if beat.belief:
        line += f"\n  - Believed: {quote(beat.belief)}"
    elif beat.question:
        line += f"\n  - *{_name(beat.who)}, {_name(beat.question[:1].lower() + beat.question[1:])}*"
    return Markdown(line)


def _besides(beat: Beat) -> str | None:
    """What was said, without the belief that its author set apart at the beginning: that stands below."""
    if not beat.belief or not beat.observation:
        return beat.observation
    mark = MARKED.match(beat.observation)
    rest = beat.observation[mark.end() :] if mark else ""
    return rest.removeprefix(beat.belief).lstrip() or None if rest.startswith(beat.belief) else beat.observation


def _folded(beat: Beat, clock: Clock) -> str:
    """A sentence of its own: others may have made these entries, so they are neither the actor's nor of that kind."""
    if not beat.folded:
        return ""
    until = clock.utc(beat.folded_until) if beat.folded_until else clock.utc(beat.at)
    more = names(count(number, called, PLURALS.get(called)) for called, number in beat.folded)
    return f" *Meanwhile{f', until {until}' if until != clock.utc(beat.at) else ''}: {more}.*"


def logged(beat: Beat) -> Markdown:
    """One entry of the log, in one line."""
    said = beat.observation or beat.belief
    return Markdown(f"- {exact(beat.at)} {_name(beat.who)} {_name(beat.action)}{f': {quote(said)}' if said else ''}")
