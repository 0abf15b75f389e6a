"""When our token ends, for `callsheet doctor`: Data Center tells its own users, Cloud tells nobody."""

from datetime import datetime, timedelta

from callsheet.connect.errors import ConnectorError
from callsheet.connect.ports import Clock
from callsheet.model.check import Check, fine, unproved, warning
from callsheet_jira.client import Client
from callsheet_jira.options import JiraOptions
from callsheet_jira.wire import moment, records

NAME = "jira: token expiry"
_CALENDAR = "put the day into your calendar"
_RENEW = "make a new token for our account, and set JIRA_PERSONAL_ACCESS_TOKEN"
_SOON = timedelta(days=14)


def expiry(client: Client, options: JiraOptions, clock: Clock) -> Check:
    """The end of our token, or of the first of our account's: Jira does not say which of them was used."""
    if options.on_cloud:
        return unproved(NAME, "Jira Cloud tells nobody when a token ends: a year after it was made at most", _CALENDAR)
    try:
        tokens = records(client.tokens().json(), "tokens")
    except ConnectorError:
        return unproved(NAME, "this Jira does not tell when a token ends", _CALENDAR)
    ends = [moment(token.get("expiringAt")) for token in tokens]
    # What has ended is not the token that was just taken.
    alive = [end for end in ends if end is None or end > clock.now()]
    if not alive:
        return unproved(NAME, "this Jira does not tell when our token ends", _CALENDAR)
    return _told([end for end in alive if end is not None], len(alive), clock.now())


def _told(ends: list[datetime], tokens: int, now: datetime) -> Check:
    if not ends:
        return fine(NAME, "it does not end")
    first = min(ends)
    which = "it ends" if tokens == 1 else f"the first of our account's {tokens} tokens ends"
    told = f"{which} on {first:%Y-%m-%d}, in {(first - now).days} days"
    return warning(NAME, told, _RENEW) if first - now < _SOON else fine(NAME, told)
