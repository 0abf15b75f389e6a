"""Takes personal data out of a text that may leave the house, beside its credentials."""

import re
from collections.abc import Mapping
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


def depersonalised(text: str, roles: Mapping[str, str]) -> str:
    """The text without credentials, addresses, phone, card and account numbers; known people by their roles.

    `roles` maps a person's full name to what they are called instead; first and last names and handles follow it.
    """
    text = SPOKEN.sub(lambda found: f"{found.group(1)}[redacted]", redact(text))
    for pattern, words in PERSONAL:
        text = pattern.sub(words, text)
    spelled = _spelled(roles)
    if not spelled:
        return text
    names = "|".join(re.escape(name) for name in sorted(spelled, key=len, reverse=True))
    known = re.compile(rf"(?<![\w@])@?({names})(?!\w)", re.IGNORECASE)
    return known.sub(lambda match: spelled[match[1].casefold()], text)


def _spelled(roles: Mapping[str, str]) -> dict[str, str]:
    """Every way to write a known person, without case: full name, its parts, and handles built from them."""
    found: dict[str, str] = {}
    for name, role in roles.items():
        parts = [part for part in re.split(r"[\s.]+", name) if len(part) >= SHORTEST_NAME]
        handles = [joint.join(parts) for joint in (".", "_", "-", "")] if len(parts) > 1 else []
        handles += [f"{parts[0][0]}{parts[-1]}"] if len(parts) > 1 else []
        for way in (name, *handles, *parts):
            # A name that two people share tells neither.
            if found.setdefault(way.casefold(), role) != role:
                found[way.casefold()] = "somebody"
    return found
