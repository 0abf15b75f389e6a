"""A user search's answer -> the account of one person. Pure.

The search matches prefixes of names and addresses, so its first hit may be somebody else; addresses may be hidden.
"""

from collections.abc import Callable, Iterable, Sequence

from callsheet.model.person import Account
from callsheet.model.ticket import AccountMatch, MatchKind
from callsheet_jira.wire import Raw

_PEOPLE = {"atlassian", ""}  # Data Center names no account type; apps and portal customers own no tickets.


def match(hits: Iterable[Raw], email: str, name: str, to_account: Callable[[object], Account | None]) -> AccountMatch:
    """The one account that is certainly theirs.

    | accounts showing exactly this address | accounts hiding theirs | result |
    |---|---|---|
    | one | any | EMAIL |
    | several | any | SEVERAL |
    | none | one, of the same name | BY_NAME |
    | none | several | SEVERAL |
    | none | none, or one of another name | NOBODY |

    A hidden address counts because the search finds it by the whole address only.
    """
    accounts = [account for hit in hits if _a_person(hit) and (account := to_account(hit)) and account.active]
    exact = [account for account in accounts if account.email and _same(account.email, email)]
    if exact:
        return _single(exact, MatchKind.EMAIL)
    hidden = [account for account in accounts if not account.email]
    if len(hidden) == 1 and not _same(hidden[0].name, name):
        return AccountMatch(kind=MatchKind.NOBODY)
    return _single(hidden, MatchKind.BY_NAME)


def _single(accounts: Sequence[Account], kind: MatchKind) -> AccountMatch:
    if not accounts:
        return AccountMatch(kind=MatchKind.NOBODY)
    if len({account.id for account in accounts}) > 1:
        return AccountMatch(kind=MatchKind.SEVERAL, candidates=tuple(accounts))
    return AccountMatch(kind=kind, account=accounts[0])


def _a_person(hit: Raw) -> bool:
    return str(hit.get("accountType") or "") in _PEOPLE


def _same(one: str, other: str) -> bool:
    return " ".join(one.split()).casefold() == " ".join(other.split()).casefold() != ""
