"""What may be shown of a variable: never a secret, and never the password inside a URL."""

import re
from collections.abc import Collection, Iterable
from datetime import timedelta
from enum import Enum

from pydantic import SecretStr

from callsheet.connect.options import Problem
from callsheet.model.credentials import looks_like_one
from callsheet.settings.duration import duration_text
from callsheet.settings.environment import Given, Variables

MASK = "***"
_USERINFO = re.compile(r"(?<=://)[^/@\s]*@")
# Something pasted into the wrong variable: long, one word, no path.
_TOKEN = re.compile(r"[A-Za-z0-9_+=~:-]{16,}")
# What may be repeated to a person: a word or two of letters. Anything else may be a secret in the wrong variable.
_PLAIN = re.compile(r"[A-Za-z]{1,12}([/._-][A-Za-z]{1,12})?")
_SHORTEST = 6  # A shorter secret can't be told from ordinary words.


def shown_value(value: str, *, secret: bool) -> str:
    """A variable's text for `config show`: what was pasted into the wrong one is hidden as well."""
    if secret or any(looks_like_one(part.strip()) for part in _USERINFO.sub("", value).split(",")):
        return MASK
    return _USERINFO.sub(f"{MASK}@", value)


def shown_default(value: object) -> str:
    """A default as an operator would write it; nothing for None."""
    match value:
        case None:
            text = ""
        case SecretStr():
            text = MASK if value.get_secret_value() else ""
        case bool():
            text = str(value).lower()
        case Enum():
            text = str(value.value)
        case timedelta():
            text = duration_text(value)
        case tuple() | list() | frozenset() | set():
            text = ",".join(shown_default(part) for part in value)
        case _:
            text = shown_value(str(value), secret=False)
    return text


def masked(
    problems: Iterable[Problem], variables: Variables, known: Collection[str], secrets: Collection[str]
) -> list[Problem]:
    """The same problems without any secret's value.

    The second line of defence: whoever writes a problem should not repeat values at all.
    """
    ours = {name: variables[name] for name in known if name in variables}
    hidden = {word for name, given in ours.items() for word in _hidden(name, given, secrets)}
    longest_first = sorted(hidden, key=len, reverse=True)  # One may contain another.
    return [Problem(_without(it.variable, longest_first), _without(it.what, longest_first), it.fix) for it in problems]


def quoted(problems: Iterable[Problem], variables: Variables, secrets: Collection[str]) -> list[Problem]:
    """The same problems with what was written, and where: never a secret, nor what could well be one."""
    return [_quoted(it, variables[it.variable], secrets) if it.variable in variables else it for it in problems]


def _quoted(problem: Problem, given: Given, secrets: Collection[str]) -> Problem:
    plain = problem.variable not in secrets and _PLAIN.fullmatch(given.value)
    said = f"‘{given.value}’" if plain else ""
    written = f"{given.place}: {said}" if said and given.in_file else said or (given.place if given.in_file else "")
    return Problem(problem.variable, f"{problem.what} ({written})" if written else problem.what, f"mend {given.spot}")


def _hidden(name: str, given: Given, secrets: Collection[str]) -> list[str]:
    words: list[str] = []
    if name in secrets:
        words += [given.value, *(part.strip() for part in given.value.split(","))]
    elif _TOKEN.fullmatch(given.value):
        words.append(given.value)
    for userinfo in _USERINFO.findall(given.value):
        words += [userinfo.rstrip("@"), userinfo.rstrip("@").rpartition(":")[2]]
    return [word for word in words if len(word) >= _SHORTEST]


def _without(text: str, hidden: list[str]) -> str:
    for word in hidden:
        text = text.replace(word, MASK)
    return text
