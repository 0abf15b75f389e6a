"""Scores a summary by what a reader needs on the first pass. A low-priority incident is held to the same standard."""

from dataclasses import dataclass
from typing import Final

from callsheet.model.review import Finding, Rule, Score
from callsheet.review.lexicon import ACTED, BROKE, CAUSE, HURT, NUMBER, STATE, TIME, has
from callsheet.review.reading import long_words_first, reading_ease, unexplained
from callsheet.review.sentences import bare, words

MOST_WORDS: Final = 120
FEWEST_WORDS: Final = 15
# Flesch: 50 is a newspaper that takes its readers seriously.
EASY_ENOUGH: Final = 45.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Need:
    """One question of a reader: the signs of an answer, what it is worth, and how to answer it."""

    name: str
    points: int
    signs: tuple[str, ...]
    hint: str

    def answered(self, text: str) -> bool:
        """Whether every sign of an answer is there."""
        return all(has(sign, text) for sign in self.signs)


NEEDS: Final = (
    Need(name="what", points=15, signs=(BROKE,), hint="Say what stopped working, in words of the people who use it."),
    Need(
        name="impact",
        points=20,
        signs=(HURT, NUMBER),
        hint="Say who noticed and how many: customers, orders, a share, or “nobody”.",
    ),
    Need(name="who", points=10, signs=(ACTED,), hint="Say who acted: a role or a team is enough."),
    Need(name="how long", points=15, signs=(TIME,), hint="Say when it began and how long it lasted."),
    Need(name="cause", points=15, signs=(CAUSE,), hint="Say the cause, or that it is unknown."),
    Need(name="state", points=10, signs=(STATE,), hint="Say how things stand now: resolved, watched, still open."),
)
UNCLEAR_COSTS: Final = 5


def summary_score(text: str, *, line: int = 1, known: frozenset[str] = frozenset()) -> Score:
    """Judge a summary of one incident. `known` are words that its readers know, such as the service's name."""
    plain = bare(" ".join(text.split()))
    if not plain:
        return Score(
            points=0, findings=(_finding(Rule.SUMMARY, line, "", "There is none yet. Three plain sentences do."),)
        )
    missing = [need for need in NEEDS if not need.answered(plain)]
    unclear = clarity(plain, line=line, known=known, limits=(FEWEST_WORDS, MOST_WORDS))
    findings = (*(_finding(Rule.SUMMARY, line, need.name, need.hint) for need in missing), *unclear)
    return Score(points=100 - sum(need.points for need in missing) - UNCLEAR_COSTS * len(unclear), findings=findings)


def clarity(plain: str, *, line: int, known: frozenset[str], limits: tuple[int, int]) -> list[Finding]:
    """What makes a text hard to read: its length, words that nobody explained, long sentences and words.

    `limits` are the fewest and the most words; at most one finding of each kind.
    """
    found = []
    fewest, most = limits
    count = len(words(plain))
    if count > most:
        hint = f"Keep it under {most} words; the details have their own sections."
        found.append(_finding(Rule.LENGTH, line, f"{count} words", hint))
    elif count < fewest:
        found.append(_finding(Rule.LENGTH, line, f"{count} words", "Too short to answer what a reader asks."))
    strange = unexplained(plain, known)
    if strange:
        hint = "Say it in plain words, or explain it in brackets once."
        found.append(_finding(Rule.JARGON, line, ", ".join(strange), hint))
    ease = reading_ease(plain)
    if ease < EASY_ENOUGH:
        hint = f"Shorter sentences and words help; the longest words are {', '.join(long_words_first(plain)[:3])}."
        found.append(_finding(Rule.READING, line, f"reading ease {ease:.0f}", hint))
    return found


def _finding(rule: Rule, line: int, quote: str, hint: str) -> Finding:
    return Finding(rule=rule, line=line, quote=quote, hint=hint)
