"""Single words that people use for priority, kind and fix, and when two wordings are the same."""

import re
import unicodedata
from functools import lru_cache

from callsheet.model.action_item import Fix, ItemKind

_PRIORITY = re.compile(r"(?:(?:priority|prio|severity|sev|p)[\s:=#-]*)?p?([1-5])", re.IGNORECASE | re.ASCII)
_APOSTROPHE = re.compile(r"(?<=\w)['’](?=\w)")
_SIGNS_THAT_MEAN = frozenset("#@%&")
_SIGNS_OF_MARKUP = frozenset("~`^|")

_KINDS = {
    ItemKind.PREVENT: ("prevent", "prevents", "prevention", "preventive", "preventative", "preventing", "avoid"),
    ItemKind.DETECT: ("detect", "detects", "detection", "detecting", "monitor", "monitoring", "alert", "alerting"),
    ItemKind.MITIGATE: ("mitigate", "mitigates", "mitigation", "mitigating", "respond", "response", "recovery"),
    ItemKind.PROCESS: ("process", "processes", "procedure", "documentation", "docs", "training", "communication"),
}
_FIXES = {
    Fix.ROOT: ("root", "root cause", "root fix", "permanent", "permanent fix", "long term", "lasting"),
    Fix.STOPGAP: ("stopgap", "stop gap", "temporary", "temporary fix", "interim", "workaround", "work around",
                  "short term", "quick fix", "band aid"),
}  # fmt: skip
_KIND_OF = {word: kind for kind, words in _KINDS.items() for word in words}
_FIX_OF = {word: fix for fix, words in _FIXES.items() for word in words}


def priority_word(text: str) -> str | None:
    """`P1` to `P5` for "p2", "prio 2", "SEV-2"; None for anything else."""
    match = _PRIORITY.fullmatch(text.strip().strip("()[]*_.,;:# "))
    return f"P{match[1]}" if match else None


def kind_word(text: str) -> ItemKind | None:
    """The kind that a word stands for; None for anything else."""
    return _KIND_OF.get(" ".join(_tokens(text)))


def fix_word(text: str) -> Fix | None:
    """The fix that a word stands for; None for anything else."""
    return _FIX_OF.get(" ".join(_tokens(text)))


# | two texts that differ in                                       | same |
# | case, spaces, punctuation, emphasis, width, invisible signs    | yes  |
# | letters, digits, order, or signs that mean something (C++, C#) | no   |
# | anything at all, when both are nothing but punctuation         | no   |
def same_wording(a: str, b: str) -> bool:
    """Whether two texts say the same in the same words."""
    first, second = _tokens(a), _tokens(b)
    return first == second if first or second else a.split() == b.split()


@lru_cache(maxsize=4096)
def _tokens(text: str) -> tuple[str, ...]:
    folded = unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", text).casefold())
    return tuple("".join(_spaced(char) for char in _APOSTROPHE.sub("", folded)).split())


def _spaced(char: str) -> str:
    category = unicodedata.category(char)
    # Letters, their marks and digits make words.
    if category[0] in "LMN":
        return char
    # Invisible signs are not there.
    if category in {"Cf", "Cs"}:
        return ""
    # A sign that means something is a word of its own.
    if char in _SIGNS_THAT_MEAN or (category[0] == "S" and char not in _SIGNS_OF_MARKUP):
        return f" {char} "
    # Everything else only parts words.
    return " "
