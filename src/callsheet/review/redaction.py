"""Takes personal data out of a text that may leave the house, beside its credentials."""

import re
from collections.abc import Collection, Iterator, Mapping
from typing import Final

from callsheet.model.credentials import redact

# Written in a sentence: “the password is hunter2”.
SPOKEN: Final = re.compile(
    r"(?i)(\b(?:pass(?:word|phrase|wd)?|secret|token|api key|credential)s?\s+(?:is|was|are)\s+)(\S+)"
)
PERSONAL: Final = (
    (re.compile(r"[\w.%+-]+@[\w-]+(?:\.[\w-]+)+"), "[e-mail]"),
    (re.compile(r"\b[A-Z]{2}\d{2}(?: ?[A-Z0-9]{4}){3,7}(?: ?[A-Z0-9]{1,3})?\b"), "[account number]"),
    (re.compile(r"(?<![\w.:-])\d(?:[ -]?\d){12,18}(?![\w.:-])"), "[card number]"),
    (re.compile(r"(?<![\w.])\+\d{1,3}[ ()./-]{0,2}(?:\d[ ()./-]{0,2}){6,12}\d\b"), "[phone number]"),
    (re.compile(r"(?<![\w.])\(?0\d{2,4}\)?[ /-]\d{3,4}[ -]?\d{3,6}\b"), "[phone number]"),
    (re.compile(r"(?<![\w.])(?:\d{1,3}\.){3}\d{1,3}(?![\w.]*\.\d)"), "[IP address]"),
    (re.compile(r"(?i)(?<![\w:])(?:[0-9a-f]{1,4}:){4,7}[0-9a-f]{1,4}(?![\w:])"), "[IP address]"),
    (re.compile(r"\b[0-9a-f]{32,}\b"), "[secret]"),
)
SHORTEST_NAME: Final = 3
ANYBODY: Final = "somebody"
# A handle of more than one part: whoever it is, it is a name. A package (`@scope/name`) is none.
HANDLE: Final = r"(?<![\w@/])@(?P<handle>\w+(?:[._-]\w+)+)(?![\w/@])"


def depersonalised(text: str, roles: Mapping[str, str], others: Collection[str] = ()) -> str:
    """The text without credentials, addresses, phone, card and account numbers; known people by their roles.

    `roles` maps a person's full name to what they are called instead; first and last names and handles follow it.
    `others` are full names of people without a role: whole, or as a handle, they are somebody. Their first and last
    names alone stay, since many are words as well.
    """
    text = SPOKEN.sub(lambda found: f"{found.group(1)}[redacted]", redact(text))
    for pattern, words in PERSONAL:
        text = pattern.sub(words, text)
    spelled = _spelled(roles, others)
    names = "|".join(re.escape(name) for name in sorted(spelled, key=len, reverse=True))
    # A name inside a longer one (`ana` in `ana.kowalski`) tells of somebody else: nobody is half replaced.
    known = rf"(?<![\w@])@?(?P<known>(?:\w+\.)*(?:{names})(?:\.\w+)*)(?!\w)"
    people = re.compile(f"{HANDLE}|{known}" if names else HANDLE, re.IGNORECASE)
    return people.sub(lambda match: spelled.get(match[match.lastgroup or 0].casefold(), ANYBODY), text)


def _spelled(roles: Mapping[str, str], others: Collection[str]) -> dict[str, str]:
    """Every way to write a known person, without case: full name, its parts, and handles built from them."""
    found: dict[str, str] = {}
    for name, role in (*roles.items(), *((name, ANYBODY) for name in others if name not in roles)):
        parts = [part for part in re.split(r"[\s.]+", name) if len(part) >= SHORTEST_NAME]
        handles = [joint.join(parts) for joint in (".", "_", "-", "")] if len(parts) > 1 else []
        handles += [f"{parts[0][0]}{parts[-1]}"] if len(parts) > 1 else []
        whole = (name, *handles) if len(parts) > 1 else ()
        for way in (name, *_runs(name.split()), *handles, *parts) if name in roles else whole:
            # A name that two people share tells neither.
            if found.setdefault(way.casefold(), role) != role:
                found[way.casefold()] = ANYBODY
    return found


def _runs(words: list[str]) -> Iterator[str]:
    """Two or more of a name's words as they follow each other: “Wei Ling” is one person, once."""
    for length in range(len(words) - 1, 1, -1):
        yield from (" ".join(words[at : at + length]) for at in range(len(words) - length + 1))
