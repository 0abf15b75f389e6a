"""Titles as names that a file and an address can bear. Beside `renderer` and `scenes`."""

import re
import unicodedata
from typing import Final

LONGEST: Final = 60


def slug(title: str, longest: int = LONGEST) -> str:
    """A title as `[a-z0-9-]`, at most `longest` characters, empty where nothing is left of it."""
    letters = unicodedata.normalize("NFKD", title).encode("ascii", "ignore").decode().lower()
    return re.sub(r"[^a-z0-9]+", "-", letters).strip("-")[:longest].rstrip("-")
