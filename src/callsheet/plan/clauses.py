"""One line of an action taken apart: what to do, who, by when, how urgent. A step of `wording`."""

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from itertools import pairwise

from callsheet.plan.dates import Shape, leading_date
from callsheet.plan.vocabulary import fix_word, kind_word

# Two signs that no visible text holds: CUT for words taken out; CODE for code, links and quotations, left alone.
CUT, CODE = "\x00", "\x01"

_CODE = re.compile(
    r"(?<!`)(?P<ticks>`++).+?(?<!`)(?P=ticks)(?!`)|(?:https?://|www\.|mailto:)\S+"
    r"|(?<![@\w])(?<![:=] )(?:\"[^\"]+\"|“[^”]+”)",
    re.IGNORECASE,
)

_MAIL = r"[\w.+-]++@[\w-]+(?:\.[\w-]+)+"
_QUOTED_NAME = r"\"[^\"\x00\x01]+\"|“[^”\x00\x01]+”|\[[^\[\]\x00\x01]+\]"
_HANDLE = rf"(?:@(?:{_QUOTED_NAME}|(?>{_MAIL}|[^\W\d](?:[\w.-]*\w)?))|<@[\w.-]+(?:\|[^<>]*)?>)(?![\w@]|/(?!@)|['’]s\b)"
_NAME = r"(?!(?:P[1-5]|Due|DUE|By|BY|Prio|PRIO|Priority|SEV-?\d)\b)(?:[^\W\d_a-z]\.|[^\W\d_a-z][\w'’-]*)"

# Where a clause ends without a word of the next one being read.
_STOP = (
    r"(?=\s*(?:$|[,;|()\[\]<>@\x00]|(?<!\s[A-Z])\.(?:\s|$)|\s[-–—]\s"
    r"|\s(?i:due|by|deadline|p[1-5]|prio|priority|sev)\b|\s\w+\s?:))"
)
# A name behind an at sign, as chat programs show it: "@Lena Weber". Two words or more, each with its capital.
_GIVEN = rf"(?=[A-ZÀ-ÖØ-ÞĀ-ſΑ-ΩА-ЯЁ]){_NAME}"
_AT_NAME = rf"@{_GIVEN}(?:[ ]{_GIVEN}){{1,3}}(?:{_STOP}|(?=\s*:|\s+(?:to|please|and|or|will|should)\b))"
_ONE = rf"(?:{_AT_NAME}|{_HANDLE}|{_MAIL})"
_CHAIN = rf"(?<![\w.+@/-]){_ONE}(?:\s*(?:[,&+/]|\band\b|\bor\b|)\s*{_ONE})*"
_EDGE = r"(?:(?<=^)|(?<=[,;.(|\[\x00])|(?<=\s[-–—]))\s*"

_FREE = r"[^,;|()\[\]<>@\x00\x01:]{1,80}?"
_OWNER_SAID = re.compile(
    r"(?:(?P<edge>" + _EDGE + r")|\b)(?i:owner|assignee|responsible|assigned\s+to)\s*[:=]\s*"
    rf"(?P<words>{_CHAIN}|\"[^\"]+\"|“[^”]+”|(?(edge){_FREE}|(?:{_NAME}{_FREE}|{_NAME}|[\w.'’-]+(?:\s+[\w.'’-]+)??))(?:\s*<{_MAIL}>)?{_STOP})"
)
_OWNER_TOLD = re.compile(
    rf"(?:{_EDGE}(?i:owner|assignee)|\b(?i:assigned\s+to))\s+(?P<words>{_CHAIN}|{_NAME}(?:\s+{_NAME}){{0,3}}{_STOP})"
)
_OWNER_NAMED = re.compile(rf"(?:[,;]|\s[-–—])\s+(?P<words>{_NAME}(?:\s+{_NAME}){{1,3}})\s+$")
_BEFORE = r"(?:(?<![\w.+@/-])|(?<=\w/))"
_PERSON = re.compile(rf"{_BEFORE}{_ONE}")
_HANDLED = re.compile(rf"{_BEFORE}(?:{_HANDLE}|{_MAIL})")
_JOINED = re.compile(r"\s*(?:[,&+/]|\band\b|\bor\b)\s*", re.IGNORECASE)

_DUE_SAID = re.compile(r"(?<![\w-])(?:due(?:\s+(?:date|by|on))?|deadline)\s*[:=]\s*", re.IGNORECASE)
_DUE_TOLD = re.compile(r"(?<![\w-])due\s+(?:date\s+)?(?:is\s+)?", re.IGNORECASE)
_BY = re.compile(r"(?<![\w-])by\s+", re.IGNORECASE)
_DUE_WORDS = re.compile(rf"[^;|()\[\]@\x00\x01]+?(?:(?=,){_STOP}|{_STOP}|(?=\s(?i:owner|assignee|assigned)\b))")
_SOON = re.compile(r"(?<![\w./-])asap(?=[^\w\x01]*$)", re.IGNORECASE)
_RELATIVE = re.compile(r"\s+(?:after|before|following|prior|once|from)\b", re.IGNORECASE)
_RANGE = re.compile(r"\s*(?:[-–—/]|\bto\b|\bor\b|\band\b)\s*", re.IGNORECASE)

_PRIORITY_SAID = re.compile(r"\b(?:priority|prio|severity)\s*[:=]\s*(?P<words>[\w-]+)", re.IGNORECASE)
_PRIORITY = re.compile(
    r"(?<![\w./-])(?P<words>(?:priority|prio|severity|sev)[\s#-]*p?[1-5]|p-?[1-5])(?![\w%/]|[.-]\w)", re.IGNORECASE
)
_KIND_SAID = re.compile(r"\b(?:kind|type)\s*[:=]\s*(?P<words>[\w-]+)", re.IGNORECASE)
_FIX_SAID = re.compile(r"\bfix\s*[:=]\s*(?P<words>[\w-]+(?:\s+(?:cause|fix|gap|term)\b)?)", re.IGNORECASE)

# A person or priority behind one of these is part of the sentence.
_SENTENCE = re.compile(
    r"\b(?:with|from|to|of|on|in|at|via|for|by|and|or|as|than|the|an?|any|all|every|each|no|new|per|is|are|be|ask|tell)\s+$",
    re.IGNORECASE,
)
_REAL_WORD = re.compile(r"[^\W_]|\x01")
_ASIDE = re.compile(r"[(\[][\s,;:/&|.-]*\x00[\s\x00,;:/&|.-]*[)\]]")


@dataclass(slots=True, kw_only=True)
class Clauses:
    """What one line says. Everything but the title may be said more than once."""

    title: str = ""
    owners: list[str] = field(default_factory=list)
    mentions: list[str] = field(default_factory=list)
    dues: list[str] = field(default_factory=list)
    priorities: list[str] = field(default_factory=list)
    kinds: list[str] = field(default_factory=list)
    fixes: list[str] = field(default_factory=list)


def shielded(line: str) -> str:
    """The line with its inline code, links and quotations hidden, every character in its place."""
    return _CODE.sub(lambda match: CODE * len(match.group()), line)


def read_clauses(line: str) -> Clauses:
    """Take one line apart. Nothing raises; a title may come out empty."""
    said = _Reader(line, _PERSON).read()
    # "@Lena Rotate Keys": what looked like a name was what to do.
    return said if said.title or "@" not in line else _Reader(line, _HANDLED).read()


class _Reader:
    """`left` is the line as long as it is unread: what a clause took is CUT, what nobody looks into is CODE."""

    def __init__(self, line: str, person: re.Pattern[str]) -> None:
        self.line = line
        self.person = person
        quoted = re.fullmatch(r"\s*[\"“][^\"“”]*[\"”]\s*", line)
        self.left = line if quoted else shielded(line)
        self.said = Clauses()

    def read(self) -> Clauses:
        said = self.said
        self._take(_OWNER_SAID, said.owners)
        self._dues(_DUE_SAID, free=True)
        self._dues(_DUE_TOLD, free=False)
        self._take(_OWNER_TOLD, said.owners)
        self._take(_PRIORITY_SAID, said.priorities)
        self._take(_KIND_SAID, said.kinds, lambda words: kind_word(words) is not None)
        self._take(_FIX_SAID, said.fixes, lambda words: fix_word(words) is not None)
        if not said.dues:
            self._soon()
        self._people_and_priorities()
        if not said.dues:
            self._by()
        if not said.owners:
            self._named()
        said.title = _tidy(
            "".join(CUT if sign == CUT else char for sign, char in zip(self.left, self.line, strict=True))
        )
        return said

    def _take(self, pattern: re.Pattern[str], into: list[str], fits: Callable[[str], bool] = bool) -> None:
        for match in list(pattern.finditer(self.left)):
            words = self._words(*match.span("words"))
            if fits(words):
                into.append(words)
                self._cut(*match.span())

    def _words(self, start: int, end: int) -> str:
        return self.line[start:end].strip(" .,;")

    def _cut(self, start: int, end: int) -> None:
        self.left = self.left[:start] + CUT * (end - start) + self.left[end:]

    # | behind `due:`                 | behind `due`                    | taken                                       |
    # | a date                        | a date, clear or not            | the date                                    |
    # | a date with `after …`, `to …` | the same                        | all of it: it names no single day           |
    # | other words                   |                                 | up to the end of the clause                 |
    # |                               | other words ("due to overload") | nothing: it is part of the sentence         |
    def _dues(self, pattern: re.Pattern[str], *, free: bool) -> None:
        for match in list(pattern.finditer(self.left)):
            if CUT in self.left[match.start() : match.end()]:
                continue
            rest = self.left[match.end() :]
            end = _date_end(rest)
            if end is None and free and (words := _DUE_WORDS.match(rest)):
                end = words.end()
            if end and (said := self._words(match.end(), match.end() + end)):
                self.said.dues.append(said)
                self._cut(match.start(), match.end() + end)

    # | a handle or e-mail                        | counts as                | in the title |
    # | first or last in the line, or in brackets | owner                    | no           |
    # | there, but behind "with", "for", …        | mention: owner if no     | yes          |
    # | in the middle of the sentence             |   other person is named  | yes          |
    # | joined to the one before: "and @b"        | the same as that one     | as that one  |
    # | a priority                                |                          |              |
    # | last, in brackets, or first with a colon  | priority                 | no           |
    # | there, but behind "for", "to", …          | part of the sentence     | yes          |
    # | in the middle of the sentence             | part of the sentence     | yes          |
    def _people_and_priorities(self) -> None:
        people = [match.span() for match in self.person.finditer(self.left)]
        urgent = [match.span() for match in _PRIORITY.finditer(self.left)]
        bare = _blanked(self.left, people + urgent)
        asides = [match.span() for match in _ASIDE.finditer(bare)]
        words = [match.start() for match in _REAL_WORD.finditer(_blanked(bare, _joints(bare, people)))]
        first, last = (words[0], words[-1]) if words else (len(bare), -1)

        def outside(start: int, end: int) -> bool:
            return start > last or end <= first or any(opens < start and end < closes for opens, closes in asides)

        before, owns = 0, False
        for start, end in people:
            joined = before and _JOINED.fullmatch(bare, before, start)
            owns = owns if joined else outside(start, end) and not _in_sentence(bare, start)
            (self.said.owners if owns else self.said.mentions).append(self._words(start, end))
            if owns:
                self._cut(before if joined else start, end)
            before = end
        for start, end in urgent:
            told = end > first or self._announces(start, end)
            if outside(start, end) and told and not _in_sentence(bare, start):
                self.said.priorities.append(self._words(start, end))
                self._cut(start, end)

    def _announces(self, start: int, end: int) -> bool:
        """Whether a priority at the front is one, and not what the sentence is about ("P1 alerts must page")."""
        if self.left[start : start + 3].lower() == "pri":
            return True
        return re.match(rf"\s*[\])}}:,|{CUT}]|\s+(?:[-–—]\s|@|[A-Z])", self.left[end:]) is not None

    # "… asap", "… ASAP @weber P1": no day, but meant as one; behind "is", "as" and so on part of the sentence.
    def _soon(self) -> None:
        beside = [match.span() for pattern in (self.person, _PRIORITY) for match in pattern.finditer(self.left)]
        bare = _blanked(self.left, beside)
        match = _SOON.search(bare)
        if match and _REAL_WORD.search(bare[: match.start()]) and not _in_sentence(bare, match.start()):
            self.said.dues.append(self._words(*match.span()))
            self._cut(*match.span())

    # | `by` and                                  | taken                               |
    # | a day, at the end of a clause or in front | the day                             |
    # | a length, a fraction, a month ("by 2 weeks", "by 1.5", "by May") | nothing      |
    # | a day with more of the sentence behind it | nothing                             |
    def _by(self) -> None:
        for match in _BY.finditer(self.left):
            rest = self.left[match.end() :]
            found = leading_date(rest)
            if found is None or found.shape is not Shape.DAY:
                continue
            ends = re.match(r"[\s\x00]*(?:$|[,;.()\[\]|]|[-–—]\s)", rest[found.end :])
            if ends or not _REAL_WORD.search(self.left[: match.start()]):
                self.said.dues.append(self._words(match.end(), match.end() + found.end))
                self._cut(match.start(), match.end() + found.end)
                return

    # "…, Jane Doe by Dec 5": two or more names between a comma and the date.
    def _named(self) -> None:
        tail = re.search(r"\x00[\s\x00.;,)]*$", self.left)
        if not tail or not self.said.dues:
            return
        start = len(self.left[: tail.end()].rstrip(" .;,)" + CUT))
        if match := _OWNER_NAMED.search(self.left[:start] + " "):
            self.said.owners.append(self._words(*match.span("words")))
            self._cut(match.start(), start)


def _blanked(text: str, spans: list[tuple[int, int]]) -> str:
    signs = list(text)
    for start, end in spans:
        signs[start:end] = CUT * (end - start)
    return "".join(signs)


def _joints(text: str, people: list[tuple[int, int]]) -> list[tuple[int, int]]:
    """What stands between two people and joins them."""
    between = [(end, start) for (_, end), (start, _) in pairwise(people)]
    return [span for span in between if _JOINED.fullmatch(text, *span)]


def _in_sentence(text: str, at: int) -> bool:
    return _SENTENCE.search(text[max(0, at - 20) : at]) is not None


def _date_end(rest: str) -> int | None:
    found = leading_date(rest)
    if found is None:
        return None
    end = found.end
    if between := _RANGE.match(rest, end):
        behind = leading_date(rest[between.end() :])
        if behind and behind.shape is not Shape.LENGTH:
            return between.end() + behind.end
    if _RELATIVE.match(rest, end) and (words := _DUE_WORDS.match(rest)):
        return max(end, words.end())
    return end


# Around what was taken out: brackets that hold nothing else, and signs that joined it to the rest.
_HOLES = re.compile(rf"{CUT}(?: ?{CUT})*")
_EMPTY = re.compile(r" ?[(\[{<][ ,;:/&|+.–—-]*\x00[ \x00,;:/&|+.–—-]*[)\]}>]")
_IN_BRACKET = re.compile(r"(?<=[(\[{])\x00[ ,;:]*|(?<![ ,;:/&|+–—-])[ ,;:/&|+–—-]*\x00(?= ?[)\]}])")
_AT_END = re.compile(r"(?<![ ,;:.–—(\[{-])(?:(?: [/&|+]+)?[ ,;:.–—(\[{-]*)\x00[ ,;:/&|+.–—*-]*$")
_AT_START = re.compile(r"^ ?\x00[ ,;:/&|+.–—)\]}-]*(?:(?:to|please) (?=\w))?", re.IGNORECASE)
_BEFORE_SIGN = re.compile(r" ?\x00 ?(?=[,;.:!?)])")
_DOUBLED = re.compile(r"([,;]) ?\x00 ?[,;]")


def _tidy(text: str) -> str:
    """The title: what is left, without the holes."""
    text = " ".join(text.split())
    before = None
    while before != text:
        before = text
        text = _EMPTY.sub(f" {CUT}", _HOLES.sub(CUT, text))
    text = _AT_START.sub("", _AT_END.sub("", _IN_BRACKET.sub("", text)))
    text = _BEFORE_SIGN.sub("", _DOUBLED.sub(r"\1", text))
    text = " ".join(text.replace(CUT, " ").split())
    while (trimmed := _trimmed(text)) != text:
        text = trimmed
    return text


def _trimmed(text: str) -> str:
    text = text.lstrip(" :;,.|–—").rstrip(" :;,.!|…–—([{")
    text = text.removesuffix(" -").removeprefix("- ")
    # Emphasis or quotation marks around the whole of it.
    if len(text) > 2 and (text[0] == text[-1] == "*" or re.fullmatch(r"[\"“][^\"“”]*[\"”]", text)):
        text = text[1:-1].strip()
    # A bracket that was opened in what is gone.
    for opening, closing in ("()", "[]", "{}"):
        if text.endswith(closing) and text.count(closing) > text.count(opening):
            text = text[:-1]
    return text
