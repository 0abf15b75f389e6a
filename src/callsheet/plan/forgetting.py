"""Taking somebody out of texts: names, addresses and ids become a word that says nothing. Pure.

Only hashes of what was forgotten are kept, so that a later pull can be cleaned of it without knowing it.
"""

import hashlib
import re
import unicodedata
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from itertools import pairwise
from typing import Any

from callsheet.model.person import FORGOTTEN

_WORD = re.compile(r"@?\w+(?:[.+-]\w+)*(?:@\w+(?:[.-]\w+)*)?")
_TELLING = re.compile(r"[@.0-9_-]")
_COLLEAGUE = "former colleague"
_GAP = re.compile(r"[\s,'’]{0,3}")
# A first word alone stands for nobody; it only tells where a name may begin, so that few runs of words are looked up.
_BEGINS = ""
# Under these names a value says whose it is.
_IDENTITIES = ("id", "email", "account", "person_id")


@dataclass(frozen=True, slots=True, kw_only=True)
class Forgotten:
    """Everybody who was forgotten: hash -> what stands in their place. `longest` is the most words of a name."""

    salt: str
    instead: Mapping[str, str] = field(default_factory=dict)
    longest: int = 0

    def __bool__(self) -> bool:
        return bool(self.instead)

    def known(self, words: str) -> str | None:
        """What stands in the place of exactly these words; None when nobody forgotten is called so."""
        return self.instead.get(hashed(self.salt, words)) or None

    def clean(self, text: str) -> str:
        """The text without them."""
        found = list(_WORD.finditer(text))
        if len(found) <= self.longest and (whole := self.known(text)):
            return whole
        parts, done, place = [], 0, 0
        while place < len(found):
            length, instead = self._longest_at(text, found, place)
            if instead is not None:
                parts += [text[done : found[place].start()], instead]
                done = found[place + length - 1].end()
            place += length
        return "".join([*parts, text[done:]]) if parts else text

    def _longest_at(self, text: str, found: list[re.Match[str]], place: int) -> tuple[int, str | None]:
        word = found[place].group()
        longest = min(self.longest, len(found) - place) if hashed(self.salt, word, begins=True) in self.instead else 1
        for length in range(longest, 1, -1):
            run = found[place : place + length]
            gaps = (text[a.end() : b.start()] for a, b in pairwise(run))
            if all(_GAP.fullmatch(gap) for gap in gaps):
                instead = self.known(" ".join(match.group() for match in run))
                if instead is not None:
                    return length, instead
        # A plain word may be anything; it is somebody's name only where it stands alone, as in a field.
        return 1, self.known(word) if _TELLING.search(word) else None

    def cleaned(self, value: Any) -> Any:
        """A value of JSON without them, keys too."""
        if isinstance(value, str):
            return self.clean(value)
        if isinstance(value, list):
            return [self.cleaned(part) for part in value]
        if isinstance(value, dict):
            cleaned = {self._key(name): self.cleaned(part) for name, part in value.items()}
            alias = self._alias_of(value)
            # Also where somebody else bears the same name, which then stays in free text.
            return {**cleaned, "name": _name(alias)} if alias and "name" in cleaned else cleaned
        return value

    def _key(self, name: str) -> str:
        return name if name.isidentifier() else self.clean(name)

    def _alias_of(self, value: Mapping[str, Any]) -> str | None:
        words = (value.get(name) for name in _IDENTITIES)
        found = (self.known(word) for word in words if isinstance(word, str))
        return next((alias.partition("@")[0] for alias in found if alias), None)


@dataclass(frozen=True, slots=True, kw_only=True)
class Traces:
    """By what somebody can be found: their names, addresses and ids on both sides.

    `names` are those that nobody else bears.
    """

    names: frozenset[str] = frozenset()
    emails: frozenset[str] = frozenset()
    ids: frozenset[str] = frozenset()

    def alias(self, salt: str) -> str:
        """The word that stands for them from now on: always the same one, and it says nothing."""
        return f"{FORGOTTEN}{hashed(salt, min(self.ids or self.emails or self.names))[:6]}"

    def hashes(self, salt: str) -> Iterator[tuple[str, str, int]]:
        """Each hash, what stands instead, and how many words it has.

        An address stays one and a handle too, so that lines are read as before.
        """
        alias = self.alias(salt)
        for name in self.names:
            words = _bare(name).split()
            for order in {tuple(words), (*words[-1:], *words[:-1])}:
                yield hashed(salt, " ".join(order)), _name(alias), len(words)
                if len(order) > 1:
                    yield hashed(salt, order[0], begins=True), _BEGINS, len(words)
        for email in self.emails:
            local = email.partition("@")[0]
            yield hashed(salt, email), f"{alias}@forgotten.invalid", 1
            # A bare first name is nobody's alone; as a handle, or with a dot in it, it is.
            yield hashed(salt, f"@{local}"), f"@{alias}", 1
            yield hashed(salt, f"@{email}"), f"@{alias}@forgotten.invalid", 1
            if "." in local:
                yield hashed(salt, local), alias, 1
        for id_ in self.ids:
            yield hashed(salt, id_), alias, 1


def _name(alias: str) -> str:
    return f"{_COLLEAGUE} {alias.removeprefix(FORGOTTEN)}"


def names_nobody(name: str) -> bool:
    """Whether this is what stands in the place of a name that was forgotten."""
    return name.startswith(f"{_COLLEAGUE} ")


@lru_cache(maxsize=65_536)
def hashed(salt: str, words: str, *, begins: bool = False) -> str:
    """The same for every way to write the same words; another one for a word that a name begins with."""
    return hashlib.sha256("\x1f".join((salt, "…" if begins else "", _bare(words))).encode()).hexdigest()[:32]


def _bare(words: str) -> str:
    folded = unicodedata.normalize("NFKC", words).casefold()
    return " ".join(match.group() for match in _WORD.finditer(folded)) or folded.strip()
