"""Lists of words as data: one readable string, turned into one expression. `review/` matches without regard to case."""

import re


def any_of(*listed: str) -> str:
    """An expression for any whole word of the lists; each is a regular expression, with `_` for a space."""
    return rf"\b(?:{'|'.join(word.replace('_', ' ') for words in listed for word in words.split())})\b"


def ordered(*lines: str) -> list[str]:
    """The words of the lines, in order."""
    return [word for line in lines for word in line.split()]


def listed(*lines: str) -> frozenset[str]:
    """The words of the lines, as a set."""
    return frozenset(ordered(*lines))


def has(pattern: str, text: str) -> bool:
    """Whether the pattern stands in the text."""
    return re.search(pattern, text, re.IGNORECASE) is not None


# Who was hurt, and how much of them.
HURT = any_of(
    "customers? users? clients? merchants? shoppers? visitors? patients? callers? orders? payments? requests?",
    r"sessions?",
    "log-?ins? sign-?ins? messages? e-?mails? jobs? nobody no_one traffic internal colleagues everyone",
)
# A share or a count; a time of day is neither.
NUMBER = r"\d\s?%|(?<![\d:.])\d[\d,.]*+(?!:\d|\s?(?:min|h\b|hour|s\b|sec|UTC))|" + any_of(
    "all none half a_third a_quarter most some few no nobody everyone"
)
BROKE = any_of(
    r"fail\w* error\w* timed?_out time-?outs? slow\w* unavailable down lost stopp?\w* crash\w* unreachable degraded",
    r"broke\w* paged stale missing wrong full expired stuck delayed late refused rejected could_not did_not",
    r"couldn[’']t didn[’']t outage rose dropped spik\w+ grew ran_out",
)
TIME = (
    r"\b\d{1,2}:\d{2}\b|\b\d+\s*(?:s|sec\w*|m|min\w*|h|hours?|days?)\b|"
    r"\b(?:an?|one|two|three|four|five|six|ten|half an) (?:second|minute|hour|day)s?\b"
)
ACTED = any_of(
    r"on-?call engineer\w* team responders? commander support operator\w* we staff people person vendor by_hand",
    "automatically nobody",
)
CAUSE = any_of(
    r"because cause[ds]? due_to owing_to after_(?:a|an|the) led_to triggered root since contribut\w+ unknown",
    "not_(?:yet_)?known under_investigation still_being_investigated",
)
STATE = any_of(
    r"resolved restored recovered back fixed mitigated healthy stable normal working open ongoing monitor\w*",
    "closed ended contained under_way again",
)
DOING = any_of(
    r"we team engineers? on-?call investigat\w* working_on roll(?:ing|ed)_back restart\w* fail(?:ing|ed)_over watch\w*",
    r"monitor\w* fix\w* restor\w* look\w* found applied deploy\w* mitigat\w*",
)
NEXT = rf"\bupdate (?:by|at|in|within)\b|\bagain (?:at|in|by)\b|\b(?:by|at|in|within) (?:{TIME})|" + any_of(
    r"next_(?:update|news) no_further_updates? (?:final|last)_update resolved restored closed back_to_normal"
)
