"""The blame linter: sentences that judge a person, with a way to say the same of the system.

What somebody saw, thought or did is a description. A verdict on it, or a measure taken from hindsight, is blame. Quoted
words are evidence and are not judged.
"""

import re
from collections.abc import Iterable, Iterator
from functools import lru_cache
from typing import Final

from callsheet.model.review import Finding
from callsheet.review.blame_words import LISTS
from callsheet.review.form import Form
from callsheet.review.forms import FORMS, HINTS
from callsheet.review.people import human, owner
from callsheet.review.sentences import Sentence, sentences

NEGATED: Final = re.compile(
    r"\b(?:not|no|never|nobody|no one|neither|nor|\w+n[’']t|rather than|instead of|without|avoids?|free of)\b"
    r"(?:\s+[\w’'-]+){0,2}\s*$",
    re.IGNORECASE,
)
NOBODY: Final = re.compile(r"(?:nobody|no one|no-one|neither of them)\b", re.IGNORECASE)
BECAUSE: Final = (
    r"because(?! of (?:his|her|their|its))|since (?:both|it|its|no|nothing|that|the|their|they)|"
    r"as (?:any\w*|both|it|its|no|nothing|that|the|their)|given that|so that|in order to"
)
REASON: Final = re.compile(rf"\b(?:{BECAUSE}|since|which (?:was|were|is)|so (?:the|it))\b", re.IGNORECASE)
STRICT_REASON: Final = re.compile(rf"\b(?:{BECAUSE}|which (?:had|said|named))\b", re.IGNORECASE)
ALLOWED: Final = re.compile(r"\b(?:lets?|letting|allow(?:s|ed|ing)?|enables?|(?:possible|easy) for)\s*$", re.IGNORECASE)


def blame(text: str, names: Iterable[str] = (), *, first_line: int = 1) -> tuple[Finding, ...]:
    """Every sentence of a Markdown text that blames, once each, by line. `names` are the people who took part."""
    forms = _compiled(frozenset(names))
    found = (_judged(sentence, forms) for sentence in sentences(text, first_line=first_line))
    return tuple(finding for finding in found if finding)


def _judged(sentence: Sentence, forms: tuple[tuple[Form, re.Pattern[str]], ...]) -> Finding | None:
    for form, pattern in forms:
        for match in pattern.finditer(sentence.text):
            if not any(_spares(reason, sentence.text, match) for reason in form.spares):
                return Finding(rule=form.rule, line=sentence.line, quote=sentence.written, hint=HINTS[form.rule])
    return None


def _spares(reason: str, text: str, match: re.Match[str]) -> bool:
    match reason:
        case "negated":
            return bool(NEGATED.search(text[: match.start()]) or NOBODY.match(match[0]))
        case "explained":
            return bool(REASON.search(text, match.end()))
        case "reasoned":
            return bool(STRICT_REASON.search(text, match.end()))
        case "allowed":
            return bool(ALLOWED.search(text[: match.start()]))
    return text.rstrip(" ”\"’'").endswith("?")


@lru_cache(maxsize=32)
def _compiled(names: frozenset[str]) -> tuple[tuple[Form, re.Pattern[str]], ...]:
    return tuple(_patterns({**LISTS, "who": human(names), "owner": owner(names)}))


def _patterns(lists: dict[str, str]) -> Iterator[tuple[Form, re.Pattern[str]]]:
    for form in FORMS:
        written = form.form
        # Lists may name lists, two levels deep.
        for _ in range(3):
            written = re.sub(r"<([a-z]+)>", lambda name: lists[name[1]], written)
        yield form, re.compile(written, re.IGNORECASE)
