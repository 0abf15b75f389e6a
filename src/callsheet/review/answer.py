"""Checks what a model drafted against the evidence: what it says that is not there, and what it leaves out.

A draft that passes is still a draft: nothing here reads for sense, and a person has to.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from callsheet.review.evidence import Packet
from callsheet.review.lexicon import listed, ordered
from callsheet.review.sentences import Sentence, sentences

CITED: Final = re.compile(r"\[(E\d+(?:\s*[,;–-]\s*E?\d+)*)\]")
# “…at 10:12. [E3]”: the citation belongs to the sentence before it.
AFTER_STOP: Final = re.compile(r"([.!?])[ \t]*(\[E\d[^\]\n]*\])")
CLOCK: Final = re.compile(r"\b([01]?\d|2[0-3])[:.h]([0-5]\d)\b(?!\s?%)(?:\s?([AaPp])[Mm]\b)?")
DAY: Final = re.compile(r"\b\d{4}-\d\d-\d\d\b")
MONTHS: Final = ordered(
    "Jan(?:uary)? Feb(?:ruary)? Mar(?:ch)? Apr(?:il)? May June? July? Aug(?:ust)? Sept?(?:ember)? Oct(?:ober)? "
    "Nov(?:ember)? Dec(?:ember)?"
)
_MONTH: Final = rf"({'|'.join(MONTHS)})\.?"
_DAY_OF_IT: Final = r"(\d{1,2})(?:st|nd|rd|th)?"
# “8 November 2026”, “Nov 8th”: the same day as 2026-11-08.
WRITTEN_DAY: Final = re.compile(rf"\b(?:{_DAY_OF_IT}(?: of)? {_MONTH}|{_MONTH} {_DAY_OF_IT})(?:,? (\d{{4}}))?\b")
AMOUNT: Final = re.compile(r"(?<![\w.])(\d+(?:[.,]\d+)*)\s?(%|[A-Za-z]+)?")
NAME: Final = re.compile(r"(?<![\w’'-])[A-Z][\w’'-]*[\w]|(?<![\w’'-])[A-Z]\b")
# Versions, regions, hosts: letters and digits in one word name something, whatever its case.
CODE: Final = re.compile(r"(?<![\w.’'-])[a-z][\w-]*\d[\w-]*")
HOURS: Final = {"noon": "12:00", "midday": "12:00", "midnight": "00:00"}
SPELLED: Final = {
    **{
        word: str(number)
        for number, word in enumerate(ordered("zero one two three four five six seven eight nine ten"))
    },
    **{word: str(number) for number, word in enumerate(ordered("eleven twelve thirteen fourteen fifteen sixteen"), 11)},
    **{word: str(number) for number, word in enumerate(ordered("seventeen eighteen nineteen twenty"), 17)},
    **dict(
        zip(
            ordered("thirty forty fifty sixty dozen hundred thousand twice half"),
            ordered("30 40 50 60 12 100 1000 2 50"),
            strict=True,
        )
    ),
}
# “One of the …” counts nothing.
UNCOUNTED: Final = listed("one")
# How much, without a figure: looked up as the words that they are.
ROUNDLY: Final = listed(
    "dozens hundreds thousands million millions billion billions week weeks month months year years",
    "third thirds quarter quarters fifth fifths tenth tenths",
)
UNITS: Final = {
    word: unit
    for unit, spelled in (
        ("%", "% percent"),
        ("min", "min mins minute minutes m"),
        ("h", "h hour hours hrs"),
        ("s", "s sec secs second seconds"),
        ("d", "d day days"),
        ("ms", "ms"),
        ("gb", "gb"),
        ("mb", "mb"),
    )
    for word in ordered(spelled)
}
# Words that begin a sentence, or are written large, and name nobody.
ORDINARY: Final = listed(
    "a about above across action actions after afterwards again alert alerts all along already also although an",
    "and another any are as at back be because been before began below between both but by can cause checkout",
    "contributing could customer customers dear despite did during each earlier effect engineer engineers every",
    "everyone executive factor factors first for from further had has have he hello here how however i if impact",
    "in incident initially instead is it its later learning lessons looking many meanwhile monitoring more most",
    "next no nobody none not note nothing now of on once one only open or order orders other our over owner part",
    "payment payments people please post-mortem prevention question questions recovery regarding resolution",
    "resolved responder responders root service services several she since so some status still summary support",
    "system team teams thank thanks that the their them then there these they thing things this those through",
    "thus time timeline to today together under unknown until update users was we were what when where whether",
    "which while who why will with within without work yesterday yet you your utc",
)


class Doubt(StrEnum):
    """What is doubtful about a sentence."""

    UNCITED = "cites nothing"
    NO_SUCH_ENTRY = "cites an entry that is not there"
    TIME = "a time that the evidence lacks"
    NUMBER = "a number that the evidence lacks"
    NAME = "a name that the evidence lacks"
    ELSEWHERE = "is in the evidence, but not in what it cites"


@dataclass(frozen=True, slots=True, kw_only=True)
class Flag:
    """One doubt: the sentence, and the words in it that are doubted."""

    doubt: Doubt
    sentence: str
    words: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Check:
    """What a reader has to look at: doubtful sentences, and plot points that no sentence cites."""

    flags: tuple[Flag, ...]
    uncovered: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """What a text claims that can be looked up: times, amounts with their units, and names."""

    times: frozenset[str]
    numbers: frozenset[str]
    names: frozenset[str]


def check(answer: str, packet: Packet) -> Check:
    """Hold a drafted answer against its evidence. Every time, number and name is looked up in the entries it cites."""
    entries = {entry.number: facts_of(entry.text) for entry in packet.entries}
    known = _words(" ".join(entry.text for entry in packet.entries))
    flags: list[Flag] = []
    cited: set[int] = set()
    for sentence in sentences(AFTER_STOP.sub(r" \2\1", answer)):
        if not sentence.written.endswith(":") and len(sentence.written.split()) > 2:
            numbers = _cited(sentence.written)
            cited |= numbers
            flags += _flags(sentence, numbers, entries, known)
    uncovered = tuple(turn.name for turn in packet.turns if not turn.entries & cited)
    return Check(flags=tuple(flags), uncovered=uncovered)


def _flags(sentence: Sentence, cited: set[int], entries: dict[int, Facts], known: frozenset[str]) -> Iterator[Flag]:
    missing = sorted(cited - entries.keys())
    if missing:
        yield _flag(Doubt.NO_SUCH_ENTRY, sentence, ", ".join(f"E{number}" for number in missing))
    if not cited and not sentence.written.endswith("?"):
        yield _flag(Doubt.UNCITED, sentence, "")
    here = _together(entries[number] for number in cited & entries.keys())
    anywhere = _together(entries.values())
    said = facts_of(CITED.sub("", sentence.written))
    for doubt, claimed, near, far in (
        (Doubt.TIME, said.times, here.times, anywhere.times),
        (Doubt.NUMBER, said.numbers, here.numbers, anywhere.numbers),
    ):
        for words in sorted(claimed):
            if not _holds(words, far):
                yield _flag(doubt, sentence, words)
            elif not _holds(words, near):
                yield _flag(Doubt.ELSEWHERE, sentence, words)
    strange = sorted(name for name in said.names if name.casefold() not in known)
    if strange:
        yield _flag(Doubt.NAME, sentence, ", ".join(strange))


def facts_of(text: str) -> Facts:
    """The times, amounts and names of a text."""
    times = {_hour(match) for match in CLOCK.finditer(text)} | set(DAY.findall(text))
    times |= {_date(match) for match in WRITTEN_DAY.finditer(text)}
    times |= {hour for word, hour in HOURS.items() if re.search(rf"\b{word}\b", text, re.IGNORECASE)}
    rest = WRITTEN_DAY.sub(" ", DAY.sub(" ", CLOCK.sub(" ", text)))
    return Facts(times=frozenset(times), numbers=frozenset(_amounts(rest)), names=frozenset(_names(rest)))


def _hour(found: re.Match[str]) -> str:
    """`02:45`, of 24 hours."""
    half = (found[3] or "").casefold()
    hour = int(found[1]) % 12 + (12 if half == "p" else 0) if half else int(found[1])
    return f"{hour:02}:{found[2]}"


def _date(found: re.Match[str]) -> str:
    """`2026-11-08`; without a year `11-08`."""
    before, month, later_month, after, year = found.groups()
    name = (month or later_month)[:3]
    day = f"{1 + next(n for n, one in enumerate(MONTHS) if one.startswith(name)):02}-{int(before or after):02}"
    return f"{year}-{day}" if year else day


def _amounts(text: str) -> Iterator[str]:
    for match in AMOUNT.finditer(text):
        yield _amount(match[1], match[2])
    for match in re.finditer(r"\b([a-z]+)\b(?=(?:\s+([a-z]+|%))?)", text.casefold()):
        if match[1] in SPELLED and match[1] not in UNCOUNTED:
            yield _amount(SPELLED[match[1]], match[2])
        elif match[1] in ROUNDLY:
            yield match[1]


def _amount(number: str, unit: str | None) -> str:
    plain = number.replace(",", "") if re.fullmatch(r"\d{1,3}(?:,\d{3})+", number) else number.replace(",", ".")
    measure = UNITS.get((unit or "").casefold(), (unit or "").casefold())
    return f"{plain} {measure}" if measure in UNITS.values() else plain


def _holds(words: str, known: frozenset[str]) -> bool:
    """A bare number may stand with any unit or none; a number with a unit needs the same. A day needs no year."""
    if re.fullmatch(r"\d\d-\d\d", words):
        return any(one.endswith(words) for one in known)
    return words in known or (
        " " not in words and ":" not in words and any(one.split(" ")[0] == words for one in known)
    )


def _names(text: str) -> Iterator[str]:
    for match in NAME.finditer(text):
        word = re.sub(r"[’']s?$", "", match[0])
        if word.casefold() not in ORDINARY and word.casefold() not in SPELLED:
            yield word
    yield from CODE.findall(text)


def _words(text: str) -> frozenset[str]:
    return frozenset(re.sub(r"[’']s?$", "", word) for word in re.findall(r"[\w’'-]*\w", text.casefold()))


def _cited(text: str) -> set[int]:
    """The entries that a sentence names: `[E3]`, `[E3, E5]`, `[E3-E5]`."""
    found: set[int] = set()
    for match in CITED.finditer(text):
        numbers = [int(number) for number in re.findall(r"\d+", match[1])]
        ranged = re.search(r"[–-]", match[1]) and len(numbers) == 2
        found |= set(range(numbers[0], min(numbers[1], numbers[0] + 1000) + 1)) if ranged else set(numbers)
    return found


def _together(facts: Iterable[Facts]) -> Facts:
    every = tuple(facts)
    return Facts(
        times=frozenset().union(*(one.times for one in every)),
        numbers=frozenset().union(*(one.numbers for one in every)),
        names=frozenset().union(*(one.names for one in every)),
    )


def _flag(doubt: Doubt, sentence: Sentence, words: str) -> Flag:
    return Flag(doubt=doubt, sentence=sentence.written, words=words)
