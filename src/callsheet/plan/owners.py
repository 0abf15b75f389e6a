"""Who keeps a promise: the owner's words matched to one person, or to nobody. Between `wording` and the item."""

import re
import unicodedata
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

from callsheet.model.action_item import OwnerReason
from callsheet.model.person import Person
from callsheet.model.spelling import LIKE, near_names

_WRAPPED = re.compile(r"""@?(?:"([^"]*)"|“([^”]*)”|\[([^\[\]]*)\]|<@?([^<>|]*)(?:\|[^<>]*)?>)""")
_MAIL = re.compile(r"[^\s@<>()\[\],;:\"]+@[^\s@<>()\[\],;:\"]+\.[^\s@<>()\[\],;:\"]+")
_HANDLE = re.compile(r"(?<![^\s,;/&+(<])@\s*(?>[^\s@,;/&+]+)(?!@)")
_BETWEEN = re.compile(r"\s*[,;/&+]\s*|\s+(?:and|or)\s+", re.IGNORECASE)
CANDIDATES = 3
# The words name nobody, or more than one.
NOBODY_FOUND = frozenset({
    OwnerReason.FALLBACK_UNKNOWN, OwnerReason.FALLBACK_SEVERAL, OwnerReason.FALLBACK_JOINT,
    OwnerReason.FALLBACK_NOT_NAMED,
})  # fmt: skip
_NOBODY = {"", "-", "–", "—", "?", "??", "???", "n/a", "na", "none", "nobody", "tbd", "tba", "unassigned", "unowned"}


@dataclass(frozen=True, slots=True, kw_only=True)
class OwnerMatch:
    """The person, or None with a fallback reason; `words` are what was written."""

    person: Person | None
    reason: OwnerReason
    words: str | None


# The first row that applies decides. Only active people are candidates: an account that was switched off owns nothing,
# and a program keeps no promise.
# | words                                  | one person      | nobody            | several people   |
# | none, or "tbd"                         |                 | NOT_NAMED         |                  |
# | an alias of the policy                 | ALIAS           | UNKNOWN           | SEVERAL          |
# | two or more handles, mails or names    |                 |                   | JOINT            |
# | an e-mail address                      | EMAIL           | UNKNOWN           | SEVERAL          |
# | one word: local part of an address     | LOCAL_PART      | next row          | SEVERAL          |
# | anything: full name                    | FULL_NAME       | UNKNOWN           | SEVERAL          |
def find_owner(words: str | None, people: Sequence[Person], aliases: Mapping[str, str]) -> OwnerMatch:
    """The one person whom `words` name beyond doubt. Never a guess: everything else is `person=None` and a reason."""
    active = tuple({person.id: person for person in people if person.active and not person.machine}.values())
    person, reason = _match(words or "", active, aliases)
    return OwnerMatch(person=person, reason=reason, words=words)


def candidates(words: str | None, people: Sequence[Person]) -> tuple[str, ...]:
    """Whom the words may mean, each as it can be written, for a person to choose: `Ana Ferreira (@ana.ferreira)`."""
    active = {person.id: person for person in people if person.active}.values()
    handles = Counter(_local_part(person) for person in active)
    said = re.sub(r"[._-]+", " ", _bare(words or ""))
    alike = near_names(said, (person.name for person in active), likeness=LIKE) if said not in _NOBODY else ()
    found = (person for name in alike for person in active if person.name == name)
    return tuple(_written(person, handles) for person in found)[:CANDIDATES]


def _written(person: Person, handles: Mapping[str | None, int]) -> str:
    handle = _local_part(person)
    return f"{person.name} (@{handle})" if handle and handles[handle] == 1 else person.name


def known_as(word: str, people: Iterable[Person]) -> Person | None:
    """Somebody by e-mail or id, as the policy names people; None where it is nobody's."""
    said = word.strip().casefold()
    return next((person for person in people if said in called(person.email, person.id)), None)


def called(email: str | None, person_id: str | None) -> tuple[str, ...]:
    """What the policy may name somebody by: id and e-mail, as they are held against its words."""
    return tuple(word.casefold() for word in (person_id, email) if word)


Answer = tuple[Person | None, OwnerReason]


def _match(words: str, people: Sequence[Person], aliases: Mapping[str, str]) -> Answer:
    name = _bare(words)
    # Nobody is named.
    if name in _NOBODY:
        return None, OwnerReason.FALLBACK_NOT_NAMED
    # The policy knows these words: what it says is final, even when its person has left.
    if targets := {_fold(value) for key, value in aliases.items() if _bare(key) == name}:
        return _only(OwnerReason.ALIAS, people, lambda person: bool(targets & {_mail(person), _fold(person.id)}))
    # Several are named.
    if _several(words, people):
        return None, OwnerReason.FALLBACK_JOINT
    # An address is matched whole: the same local part in another domain is a stranger.
    if address := _MAIL.search(name):
        return _only(OwnerReason.EMAIL, people, lambda person: _mail(person) == address.group())
    # A handle is somebody's local part, letter by letter.
    if any(_local_part(person) == name for person in people):
        return _only(OwnerReason.LOCAL_PART, people, lambda person: _local_part(person) == name)
    # Otherwise it is a full name, or nobody's.
    return _only(OwnerReason.FULL_NAME, people, lambda person: _fold(person.name) == name)


def _only(reason: OwnerReason, people: Iterable[Person], fits: Callable[[Person], bool]) -> Answer:
    found = [person for person in people if fits(person)]
    if len(found) == 1:
        return found[0], reason
    return None, OwnerReason.FALLBACK_SEVERAL if found else OwnerReason.FALLBACK_UNKNOWN


# | words                              | several                             |
# | @a @b, a@x.org b@x.org, @a b@x.org | yes, unless they are the same       |
# | Jane Doe and John Roe, Jane & John | yes, when each of them is somebody  |
# | one name, whatever stands in it    | no                                  |
def _several(words: str, people: Sequence[Person]) -> bool:
    rest = _fold(words)
    mails = {match.group() for match in _MAIL.finditer(rest)}
    handles = {_bare(match.group()) for match in _HANDLE.finditer(rest)}
    quoted = {_bare(match.group()) for match in _WRAPPED.finditer(rest) if match.group().startswith("@")}
    if len(mails | {handle for handle in handles if not handle.startswith(('"', "“", "["))} | quoted) > 1:
        return True
    names = [_bare(part) for part in _BETWEEN.split(rest)]
    full = {_fold(person.name) for person in people}
    known = full | {_local_part(person) for person in people} | {name.partition(" ")[0] for name in full}
    return len(set(names)) > 1 and _bare(words) not in full and all(name in known for name in names)


def _bare(words: str) -> str:
    plain = _fold(words).strip(" .,;:*()")
    if wrapped := _WRAPPED.fullmatch(plain):
        plain = next(group for group in wrapped.groups() if group is not None)
    return plain.lstrip("@").strip()


def alike(one: str, other: str) -> bool:
    """Whether two spellings name one person."""
    return _fold(one) == _fold(other)


# The same names are held against each other's words in every round.
@lru_cache(maxsize=4096)
def _fold(text: str) -> str:
    """Case and width do not tell people apart, nor do spaces; accents do."""
    visible = "".join(char for char in text if unicodedata.category(char) != "Cf")
    return " ".join(unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", visible).casefold()).split())


def _mail(person: Person) -> str | None:
    return _fold(person.email) if person.email else None


def _local_part(person: Person) -> str | None:
    return _fold(person.email).partition("@")[0] if person.email else None
