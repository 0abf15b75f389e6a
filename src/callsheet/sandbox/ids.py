"""Identifiers and randomness that follow from the seed: the same world twice, byte for byte."""

from __future__ import annotations

import hashlib
import random

_LETTERS = str.maketrans("0123456789abcdef", "0B2K4X6ZQ9TVLRJY")


def make_id(prefix: str, length: int, *parts: object) -> str:
    """A PagerDuty-looking id of `length` characters; ids say nothing about order, as in life."""
    digits = hashlib.sha256(repr(parts).encode()).hexdigest()[: length - len(prefix)]
    return prefix + digits.translate(_LETTERS)


def make_hex(length: int, *parts: object) -> str:
    """Lower-case hex, for alert keys, account ids and trace ids."""
    return hashlib.sha256(repr(parts).encode()).hexdigest()[:length]


def dice(*parts: object) -> random.Random:
    """A generator of its own for one thing, so that reading one incident never changes another."""
    return random.Random(repr(parts))  # noqa: S311 - a reproducible story, not a secret.
