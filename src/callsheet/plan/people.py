"""How each person of the paging side maps to the tracker: whose account is whose, what is unclear, what mends it."""

import json
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

from callsheet.model.action_item import ActionItem
from callsheet.model.person import Account, Person
from callsheet.model.ticket import AccountMatch, MatchKind
from callsheet.plan.ownership import account_in_policy
from callsheet.plan.rules import Rules

ACCOUNT, ALIAS = "ACCOUNT", "WORD"
Known = Mapping[tuple[str, str], AccountMatch]


@dataclass(frozen=True, slots=True, kw_only=True)
class Fix:
    """A line for the policy, as TOML, and the table that it belongs to.

    In it `ACCOUNT` and `WORD` stand for what only a person can know.
    """

    table: str
    line: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Mapped:
    """One person. `account` and `account_name` are the tracker's, None where there is none that is certain.

    `how` tells how it was found; `problems` what is unclear and why; `promises` counts their open, filed items.
    """

    person: Person
    account: str | None = None
    account_name: str | None = None
    how: str
    problems: tuple[str, ...] = ()
    fixes: tuple[Fix, ...] = ()
    promises: int = 0


def mapped(people: Iterable[Person], accounts: Known, rules: Rules, items: Iterable[ActionItem]) -> tuple[Mapped, ...]:
    """Everybody, those with a problem first, then by name. `accounts` are the tracker's answers by e-mail and name."""
    everybody = tuple(people)
    promises = Counter(item.owner.email.casefold() for item in items if item.owner and item.owner.email)
    names = Counter(person.name.casefold() for person in everybody if person.active)
    handles = Counter(handle for person in everybody if person.active and (handle := _handle(person)))
    found = []
    for person in everybody:
        one = _mapped(person, accounts, rules, promises[(person.email or "").casefold()])
        found.append(_with_namesakes(one, names[person.name.casefold()], handles[_handle(person)]))
    return tuple(sorted(found, key=lambda each: (not each.problems, each.person.name.casefold(), each.person.id)))


def waiting(people: Iterable[Person], accounts: Known, rules: Rules) -> list[Person]:
    """Whom the tracker was not asked about yet, or not lately."""
    return [
        person
        for person in people
        if person.active
        and person.email
        and (person.email, person.name) not in accounts
        and account_in_policy(person.email, person.id, rules) is None
    ]


# | the person                | account       | problem                        | mended by             |
# |---------------------------|---------------|--------------------------------|-----------------------|
# | is named in the policy    | the policy's  | -                              |                       |
# | left the paging side      | none          | only while promises are theirs | another owner         |
# | has no visible e-mail     | none          | nobody can be asked for        | a line by their id    |
# | was not asked for yet     | none          | -                              | -                     |
# | found by e-mail           | the tracker's | -                              |                       |
# | found by name             | the tracker's | should be looked at            | a line that says so   |
# | several                   | none          | who they are                   | one of the lines      |
# | nobody                    | none          | why                            | a line                |
def _mapped(person: Person, accounts: Known, rules: Rules, promises: int) -> Mapped:
    one = Mapped(person=person, how="", promises=promises)
    named = account_in_policy(person.email, person.id, rules)
    if named:
        return replace(one, account=named, how="the policy")
    if not person.active:
        left = ("left PagerDuty; their open promises stay with their tickets' owner",) if promises else ()
        return replace(one, how="left PagerDuty", problems=left)
    if not person.email:
        why = "PagerDuty shows no e-mail, so the tracker can't be asked for them"
        return replace(one, how="no e-mail", problems=(why,), fixes=(_account_line(person),))
    match = accounts.get((person.email, person.name))
    return _found(one, match) if match else replace(one, how="not asked yet")


def _found(one: Mapped, match: AccountMatch) -> Mapped:
    if match.account is None:
        return _unmatched(one, match)
    found = replace(one, account=match.account.id, account_name=match.account.name, how="e-mail")
    if match.kind is MatchKind.EMAIL:
        return found
    why = "found by name, since the account hides its e-mail; check that it is theirs"
    return replace(found, how="name", problems=(why,), fixes=(_account_line(one.person, match.account),))


def _unmatched(one: Mapped, match: AccountMatch) -> Mapped:
    if match.kind is MatchKind.SEVERAL:
        why = f"{len(match.candidates) or 'several'} accounts could be theirs; promises go to the fallback owner"
        lines = tuple(_account_line(one.person, account) for account in match.candidates)
        return replace(one, how="several accounts", problems=(why,), fixes=lines or (_account_line(one.person),))
    why = "no active account has this e-mail; promises go to the fallback owner"
    return replace(one, how="no account", problems=(why,), fixes=(_account_line(one.person),))


def _with_namesakes(one: Mapped, namesakes: int, handles: int) -> Mapped:
    """With what can't be told apart in notes: a name or a handle that several people share."""
    person = one.person
    if not person.active or not person.email:
        return one
    shared = [f"@{_handle(person)}"] if handles > 1 else []
    shared += [person.name] if namesakes > 1 else []
    if not shared:
        return one
    counts = {f"@{_handle(person)}": handles, person.name: namesakes}
    words = tuple(f"“{word}” is {counts[word]} people, so in a note it names nobody" for word in shared)
    alias = Fix(table="aliases", line=f"{_quoted(ALIAS)} = {_quoted(person.email)}")
    return replace(one, problems=(*one.problems, *words), fixes=(*one.fixes, alias))


def _handle(person: Person) -> str:
    return (person.email or "").partition("@")[0].casefold()


def _account_line(person: Person, account: Account | None = None) -> Fix:
    line = f"{_quoted(person.email or person.id)} = {_quoted(account.id if account else ACCOUNT)}"
    who = f"  # {' '.join(account.name.split())}" if account else ""
    return Fix(table="accounts", line=line + who)


def _quoted(word: str) -> str:
    """A basic string of TOML, which JSON's are, too."""
    return json.dumps(word, ensure_ascii=False)
