"""The lines of an edited note, matched to those that it held before."""

from dataclasses import dataclass
from difflib import SequenceMatcher

from callsheet.model.action_item import Words
from callsheet.plan.wording import same_wording

# From here on two wordings count as one line that was touched up.
ALIKE = 0.6


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """A line that a note held before: its ordinal, and its wording."""

    ordinal: int
    title: str


def match_lines(written: tuple[Words, ...], before: tuple[Known, ...]) -> tuple[tuple[Words, int], ...]:
    """Each written line with its ordinal: by wording first, then by likeness, only the rest by order.

    A line that matches none takes the next ordinal that was never used, so that a line inserted above never retitles
    another ticket.
    """
    free = {line.ordinal: line.title for line in before}
    chosen: dict[int, int] = {}
    for index, words in enumerate(written):
        same = next((n for n, title in free.items() if same_wording(title, words.title)), None)
        if same is not None:
            chosen[index] = same
            del free[same]
    for index, words in enumerate(written):
        if index not in chosen and free:
            ratio, nearest = max((_likeness(title, words.title), -n) for n, title in free.items())
            if ratio >= ALIKE:
                chosen[index] = -nearest
                del free[-nearest]
    rest = [index for index in range(len(written)) if index not in chosen]
    # As many lines as are free: they were rewritten in place. Otherwise order proves nothing.
    if len(rest) == len(free):
        chosen |= dict(zip(rest, sorted(free), strict=True))
    unused = max((line.ordinal for line in before), default=-1) + 1
    for index in range(len(written)):
        if index not in chosen:
            chosen[index] = unused
            unused += 1
    return tuple((words, chosen[index]) for index, words in enumerate(written))


def _likeness(a: str, b: str) -> float:
    return SequenceMatcher(None, a.casefold(), b.casefold()).ratio()
