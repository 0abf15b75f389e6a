"""How hard a text is to read: Flesch's reading ease, and abbreviations that nobody explained.

Syllables are counted by groups of vowels, which is right to about a tenth: enough to tell plain from dense. The
libraries for it bring dictionaries of tens of megabytes.
"""

import re
from typing import Final

from callsheet.review.lexicon import listed
from callsheet.review.sentences import words

# What every reader of an incident summary knows.
KNOWN: Final = listed(
    "UTC GMT CET CEST EST EDT PST PDT BST IST JST AM PM P1 P2 P3 P4 P5 SEV1 SEV2 SEV3 ID OK API URL HTTP HTTPS",
    "CPU GB MB KB TB EU US UK USA PDF SMS VPN IT TV FAQ Q1 Q2 Q3 Q4 SLA",
)
ABBREVIATION: Final = re.compile(r"(?<![\w/-])(?:[A-Z][A-Z0-9]{1,7}s?|[a-z]+_[a-z_0-9]+|[A-Z]{2,6}-\d+)(?![\w/-])")
VOWELS: Final = re.compile(r"[aeiouyäöüéèà]+")


def unexplained(text: str, known: frozenset[str] = frozenset()) -> tuple[str, ...]:
    """Abbreviations and code names that stand without an explanation in brackets, each once, in order."""
    familiar = KNOWN | known | {part for name in known for part in name.split()}
    found = dict.fromkeys(match[0] for match in ABBREVIATION.finditer(text))
    return tuple(word for word in found if word.removesuffix("s") not in familiar and not _explained(word, text))


def _explained(word: str, text: str) -> bool:
    # “SLO (service level objective)”, or “service level objective (SLO)”.
    return bool(re.search(rf"\b{re.escape(word)}\s*\(|\(\s*{re.escape(word)}\b", text))


def reading_ease(text: str) -> float:
    """Flesch's reading ease: about 60 for plain English, under 30 for a contract, above 100 for very short words."""
    found = [word for word in words(text) if word[:1].isalpha()]
    if not found:
        return 100.0
    sentences = max(1, len(re.findall(r"[.!?…](?:\s|$)", text)))
    syllables = sum(map(syllables_of, found))
    return 206.835 - 1.015 * len(found) / sentences - 84.6 * syllables / len(found)


def syllables_of(word: str) -> int:
    """About how many syllables an English word has; at least one."""
    lower = word.lower()
    silent = lower.endswith(("e", "es", "ed")) and not lower.endswith(("le", "ted", "ded", "ee", "ses", "ces", "ges"))
    return max(1, len(VOWELS.findall(lower)) - silent)


def long_words_first(text: str) -> list[str]:
    """The words with the most syllables first."""
    return sorted(dict.fromkeys(word for word in words(text) if word.isalpha()), key=syllables_of, reverse=True)
