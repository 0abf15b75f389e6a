"""Scores a status update: what it tells the people who wait, and when they hear again."""

from typing import Final

from callsheet.model.review import Finding, Rule, Score
from callsheet.review.lexicon import BROKE, DOING, HURT, NEXT, NUMBER, STATE, has
from callsheet.review.sentences import bare
from callsheet.review.summary import UNCLEAR_COSTS, clarity

MOST_WORDS: Final = 80
FEWEST_WORDS: Final = 6
NEEDS: Final = (
    ("impact", 30, HURT, "Say who is affected, and how."),
    ("what", 20, rf"{BROKE}|{STATE}|{NUMBER}", "Say what works and what does not."),
    ("doing", 20, DOING, "Say what is being done about it."),
    ("next", 15, NEXT, "Say when the next update comes, or that this is the last one."),
)


def update_score(text: str, *, line: int = 1, known: frozenset[str] = frozenset()) -> Score:
    """Judge one status update."""
    plain = bare(" ".join(text.split()))
    missing = [need for need in NEEDS if not has(need[2], plain)]
    unclear = clarity(plain, line=line, known=known, limits=(FEWEST_WORDS, MOST_WORDS))
    findings = (
        *(Finding(rule=Rule.UPDATE, line=line, quote=name, hint=hint) for name, _, _, hint in missing),
        *unclear,
    )
    lost = sum(points for _, points, _, _ in missing) + UNCLEAR_COSTS * len(unclear)
    return Score(points=100 - lost, findings=findings)
