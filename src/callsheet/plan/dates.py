"""Date words and what they say: an explicit grammar, so that nothing is read into them. Feeds `wording` and `due`."""

import re
import unicodedata
from calendar import monthrange
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta
from enum import Enum, StrEnum, auto

from dateutil.relativedelta import relativedelta


class Unclear(StrEnum):
    """Why words name no single day."""

    UNKNOWN = "not a date that we know how to read"
    SPAN = "a span of time, not a day"
    EITHER_ORDER = "day and month could be either way round"
    NO_SUCH_DAY = "that day does not exist"
    OTHER_WEEKDAY = "the weekday does not fit the date"
    TOO_FAR = "more than two years away"


@dataclass(frozen=True, slots=True, kw_only=True)
class BusinessDays:
    """So many business days after the note: only a calendar can tell the date."""

    count: int


Reading = date | BusinessDays | Unclear


class Shape(Enum):
    """How sure a form is to be a date where nothing but `by` announces it."""

    DAY = auto()
    LENGTH = auto()  # "by 2 weeks" is how much, not when
    DIGITS = auto()  # "by 1.5" and "by 1/2" are how much, too
    VAGUE = auto()  # "by May" may be anything


OVERDUE_DAYS = 60
YEARS_AWAY = 2

_MONTH_NAMES = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_MONTHS = {name: number for number, name in enumerate(_MONTH_NAMES, 1)}
_WEEKDAYS = {name: number for number, name in enumerate(("mon", "tue", "wed", "thu", "fri", "sat", "sun"))}
_NUMBERS = ("one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve")
_COUNTS = {"a": 1, "an": 1} | {word: number for number, word in enumerate(_NUMBERS, 1)}

_MONTH = (
    r"(?:jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|sept?(?:ember)?|oct(?:ober)?"
    r"|nov(?:ember)?|dec(?:ember)?)\b\.?"
)
_WEEKDAY = (
    r"(?:mon(?:day)?|tue(?:s(?:day)?)?|wed(?:nesday)?|thu(?:rs?(?:day)?)?|fri(?:day)?|sat(?:urday)?|sun(?:day)?)\b\.?"
)
_DAY = r"(?P<day>\d{1,2})(?:st|nd|rd|th)?"
_YEAR = r"(?:(?:,\s*|\s+|-)(?P<year>\d{4}))?"
_COUNT = rf"(?:\d{{1,3}}|{'|'.join(_COUNTS)})"
_UNIT = r"(?:days?|weeks?|months?|years?|(?:business|working|work)[\s-]+days?)"

# What may stand before and behind a date without changing its day.
_TIME = r"(?:\d{1,2}:\d{2}(?:\s*[ap]m)?|\d{1,2}\s*[ap]m|noon|midnight|morning|afternoon|evening|eod|cob|end\s+of\s+day)"
_LEAD = rf"(?:(?:by|on|until|till|no\s+later\s+than)\s+)*(?:{_TIME}\s+(?:on\s+)?)?(?:the\s+)?"
_TAIL = rf"(?:,?\s+(?:at\s+)?{_TIME}(?:\s+(?:utc|gmt|ce?s?t|bst|[ecp][sd]t|ist))?)?"
_END = r"(?![\w'’])(?![-–—]\w)(?![./]\d)"
# What stands before a date and takes the day away.
_HEDGE = r"(?:before|after|around|about|approx\.?|circa|early|mid|late|sometime|roughly)[\s-]+(?:in\s+|on\s+)?"

Groups = dict[str, str]
Reader = Callable[[Groups, date], Reading]


# | words                                    | day                                              |
# | today, EOD                               | the noted day                                    |
# | tomorrow, the day after tomorrow         | one or two days on                               |
def _near(said: Groups, noted_on: date) -> Reading:
    if said["after"]:
        return noted_on + timedelta(days=2)
    return noted_on + timedelta(days=1 if said["tomorrow"] else 0)


# | 2026-11-30, Nov 30 2026, 30.11.2026      | as it says                                       |
# | Nov 30, 30.11. without a year            | the first such day from 60 days ago on           |
# | Nov 31, Feb 29 in the wrong year         | unclear: there is no such day                    |
# | Mon, Nov 29 that is a Sunday             | unclear: one of both is a slip                   |
def _day_of(year: str | None, month: int, day: int, noted_on: date) -> Reading:
    written = int(year) + (2000 if len(year) == 2 else 0) if year else None
    try:
        return date(written or _year_of(month, day, noted_on), month, day)
    except ValueError:
        return Unclear.NO_SUCH_DAY


def _year_of(month: int, day: int, noted_on: date) -> int:
    since = noted_on - timedelta(days=OVERDUE_DAYS)
    return since.year if (month, day) >= (since.month, since.day) else since.year + 1


def _iso(said: Groups, noted_on: date) -> Reading:
    return _day_of(said["year"], int(said["month"]), int(said["day"]), noted_on)


def _named(said: Groups, noted_on: date) -> Reading:
    on = _day_of(said["year"], _MONTHS[said["month"][:3]], int(said["day"]), noted_on)
    weekday = said.get("weekday") or said.get("weekday_behind")
    if isinstance(on, date) and weekday and on.weekday() != _WEEKDAYS[weekday[:3]]:
        return Unclear.OTHER_WEEKDAY
    return on


# | 25/12, 12/25                             | the one that can be a day is the day             |
# | 5/5                                      | both ways round say the same                     |
# | 11/12                                    | unclear: either way round                        |
# | 26/11/27                                 | unclear when its year may stand in front, too    |
def _slashed(said: Groups, noted_on: date) -> Reading:
    first, second = int(said["first"]), int(said["second"])
    if first != second and max(first, second) <= 12:
        return Unclear.EITHER_ORDER
    if len(said["year"] or "") == 2 and second <= 12 and abs(2000 + first - noted_on.year) <= YEARS_AWAY:
        return Unclear.EITHER_ORDER
    return _day_of(said["year"], min(first, second), max(first, second), noted_on)


# | Friday                                   | the next one after the noted day                 |
# | this Friday                              | of this week; unclear once it has passed         |
# | next Friday, Friday next week            | of next week                                     |
def _weekday(said: Groups, noted_on: date) -> Reading:
    number = _WEEKDAYS[said["weekday"][:3]]
    monday = noted_on - timedelta(days=noted_on.weekday())
    if said["which"] == "next" or said["next_week"]:
        return monday + timedelta(days=7 + number)
    if said["which"] == "this":
        on = monday + timedelta(days=number)
        return on if on >= noted_on else Unclear.UNKNOWN
    return noted_on + timedelta(days=(number - noted_on.weekday() - 1) % 7 + 1)


# | in 10 days, two weeks, in a month        | counted from the noted day                       |
# | in 3 business days                       | left to the calendar                             |
def _length(said: Groups, noted_on: date) -> Reading:
    word, unit = said["count"], said["unit"].rstrip("s")
    count = int(word) if word.isdigit() else _COUNTS[word]
    if unit in {"day", "week"}:
        return noted_on + timedelta(days=count * (7 if unit == "week" else 1))
    if unit == "month":
        return noted_on + relativedelta(months=count)
    if unit == "year":
        return noted_on + relativedelta(years=count)
    return BusinessDays(count=count)


# | end of week, EOW                         | Friday; the next one when noted on a weekend     |
# | end of month, of quarter, of year        | the last day of it                               |
# | end of next …                            | the same, one later                              |
# | end of November, end of Q4               | the last day; the year as for a day without one  |
def _end(said: Groups, noted_on: date) -> Reading:
    span = said["span"] or {"w": "week", "m": "month", "q": "quarter", "y": "year"}[said["short"]]
    later = 1 if said["next"] else 0
    if span == "week":
        friday = noted_on + timedelta(days=4 - noted_on.weekday())
        return friday + timedelta(days=7 * (later or friday < noted_on))
    if span == "month":
        return _last_day(noted_on + relativedelta(months=later))
    if span == "quarter":
        return _last_day(noted_on + relativedelta(months=(-noted_on.month) % 3 + 3 * later))
    if span == "year":
        return date(noted_on.year + later, 12, 31)
    month = int(span[1]) * 3 if re.fullmatch(r"q\d", span) else _MONTHS[span[:3]]
    year = int(said["year"]) if said["year"] else _year_of(month, 28, noted_on)
    return _last_day(date(year, month, 1))


def _last_day(on: date) -> date:
    return on.replace(day=monthrange(on.year, on.month)[1])


def _vague(_said: Groups, _noted_on: date) -> Reading:
    return Unclear.SPAN


_BEFORE = rf"(?:(?P<weekday>{_WEEKDAY}),?\s+)?"
_BEHIND = rf"(?:,?\s+\(?(?P<weekday_behind>{_WEEKDAY})\)?)?"
_SPAN = rf"(?P<span>week|month|quarter|year|q[1-4]|{_MONTH})"
_NO_YEAR = r"(?P<year>)"

_FORMS: tuple[tuple[str, Reader, Shape], ...] = (
    (r"(?P<after>day\s+after\s+tomorrow)|(?P<tomorrow>tomorrow)", _near, Shape.DAY),
    (r"(?:today|tonight|eod|cob|end\s+of\s+day)(?P<after>)(?P<tomorrow>)", _near, Shape.DAY),
    (r"(?P<year>\d{4})(?P<sep>[-/.])(?P<month>\d{1,2})(?P=sep)(?P<day>\d{1,2})", _iso, Shape.DAY),
    (r"(?P<year>\d{4})-(?P<month>\d\d)-(?P<day>\d\d)t\d\d:\d\d[\d:.]*(?:z|[+-][\d:]+)?", _iso, Shape.DAY),
    (rf"{_BEFORE}(?P<month>{_MONTH})\s*{_DAY}{_YEAR}{_BEHIND}", _named, Shape.DAY),
    (rf"{_BEFORE}(?:the\s+)?{_DAY}[\s.-]*(?:of\s+)?(?P<month>{_MONTH}){_YEAR}{_BEHIND}", _named, Shape.DAY),
    (r"(?P<day>\d{1,2})\.(?P<month>\d{1,2})\.(?P<year>\d{4}|\d{2})", _iso, Shape.DAY),
    (rf"(?P<day>\d{{1,2}})\.(?P<month>\d{{1,2}})\.?{_NO_YEAR}", _iso, Shape.DIGITS),
    (r"(?P<first>\d{1,2})(?P<sep>[/-])(?P<second>\d{1,2})(?P=sep)(?P<year>\d{4}|\d{2})", _slashed, Shape.DAY),
    (rf"(?P<first>\d)/(?P<second>\d){_NO_YEAR}", _slashed, Shape.DIGITS),
    (rf"(?P<first>\d{{1,2}})/(?P<second>\d{{1,2}}){_NO_YEAR}", _slashed, Shape.DAY),
    (
        rf"(?:(?P<which>this|next)\s+)?(?P<weekday>{_WEEKDAY})(?P<next_week>,?\s+(?:of\s+)?next\s+week)?",
        _weekday,
        Shape.DAY,
    ),
    (
        rf"(?:(?:in|within)\s+)?(?P<count>{_COUNT})\s+(?P<unit>{_UNIT})(?:\s+from\s+(?:now|today))?",
        _length,
        Shape.LENGTH,
    ),
    (rf"end\s+of\s+(?:(?:the|this|(?P<next>next))\s+)?{_SPAN}{_YEAR}(?P<short>)", _end, Shape.DAY),
    (rf"eo(?P<short>[wmqy])(?P<span>)(?P<next>){_NO_YEAR}", _end, Shape.DAY),
    (rf"(?:in\s+)?(?:{_MONTH}|q[1-4])(?:\s+\d{{4}})?(?!\s*\d)", _vague, Shape.VAGUE),
    (r"\d{1,2}(?:st|nd|rd|th)", _vague, Shape.VAGUE),
    (r"(?:end\s+of\s+)?(?:this|next|the)\s+(?:week|month|quarter|year|sprint|release|season)", _vague, Shape.VAGUE),
    (rf"(?:in|within)\s+{_COUNT}\s+h(?:ou)?rs?", _vague, Shape.VAGUE),
    (r"asap|soon|shortly|immediately|now|later|tbd|tba|\?+", _vague, Shape.VAGUE),
)


def _without_names(pattern: str) -> str:
    return re.sub(r"\(\?P=sep\)", "[-/.]", re.sub(r"\(\?P<\w+>", "(?:", pattern))


_HEDGED = f"{_HEDGE}(?:{'|'.join(f'(?:{_without_names(form)})' for form, _, _ in _FORMS)})"

_GRAMMAR: tuple[tuple[re.Pattern[str], Reader, Shape], ...] = tuple(
    (re.compile(rf"(?ai:{_LEAD}(?P<words>{form}){_TAIL}){_END}"), reader, shape)
    for form, reader, shape in (*_FORMS, (_HEDGED, _vague, Shape.VAGUE))
)


@dataclass(frozen=True, slots=True, kw_only=True)
class DateWords:
    """The date that a text begins with: where it ends, and the shape it is written in."""

    end: int
    shape: Shape


# Long enough for every word but a date, and short enough that a date without a year stays in its own.
MOVES_WITHIN = (1, 8, 40)


def moves(words: str, *, noted_on: date) -> bool:
    """Whether the words, read on a later day, name another one: "Friday" does, "Nov 30" does not."""
    there = read_date(words, noted_on=noted_on)
    later = (read_date(words, noted_on=noted_on + timedelta(days=days)) for days in MOVES_WITHIN)
    return not isinstance(there, date) or any(each != there for each in later)


def leading_date(text: str) -> DateWords | None:
    """The longest date, clear or not, that `text` begins with; None where it begins with something else."""
    found = [
        DateWords(end=match.end(), shape=shape) for pattern, _, shape in _GRAMMAR if (match := pattern.match(text))
    ]
    return max(found, key=lambda words: words.end, default=None)


def read_date(words: str, *, noted_on: date) -> Reading:
    """The day that `words` name when they were noted on `noted_on`, or why they name none. Raises nothing."""
    plain = " ".join(unicodedata.normalize("NFKC", words).lower().split()).strip(" .,;:!()[]*_")
    for pattern, reader, _ in _GRAMMAR:
        if (match := pattern.fullmatch(plain)) is None:
            continue
        try:
            on = reader(match.groupdict(), noted_on)
        except (ValueError, OverflowError):
            return Unclear.NO_SUCH_DAY
        if isinstance(on, date) and abs(on.year - noted_on.year) > YEARS_AWAY:
            return Unclear.TOO_FAR
        return on
    return Unclear.UNKNOWN


def day_words(day: date, today: date) -> str:
    """The day as people say it; with the year where it is another one."""
    words = f"{day:%A} {day.day} {day:%B}"
    return words if day.year == today.year else f"{words} {day.year}"
