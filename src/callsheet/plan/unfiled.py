"""Why an open item has no ticket, in the words that the call sheet, the document and the commands share."""

from datetime import datetime, timedelta

from callsheet.model.action_item import ActionItem, Hold
from callsheet.model.incident import Incident
from callsheet.model.memory import OpenedPostmortem


def why_unfiled(item: ActionItem, incident: Incident, opened: OpenedPostmortem | None) -> str | None:
    """What keeps an item from being filed, and the next step; None where nothing does that the item itself shows."""
    if not item.open or item.ticket_id is not None:
        return None
    if opened and opened.waived_because is not None:
        return f"its post-mortem was {waived_words(opened)}; “callsheet draft {incident.number}” takes that back"
    if item.hold is not None:
        return _held(item.key, item.hold)
    if item.source_gone:
        return "its note or row was deleted; write it down again to have it filed, or drop it"
    if "title" in item.unread:
        return f"its action {item.unread['title']}; it is filed once it is not, or given up as “dropped” in its Status"
    return None if incident.resolved else "it is filed once its incident is resolved"


def _held(key: str, hold: Hold) -> str:
    if hold is Hold.BACKFILLED:
        return "held from before Callsheet’s first cycle; “callsheet backfill --file” files what is held"
    return (
        f"it is not known whether its ticket was made; “callsheet adopt {key} TICKET” names it, "
        f"“callsheet retry {key}” makes one"
    )


def still_waits(item: ActionItem, file_after: timedelta, now: datetime) -> str | None:
    """Until when an open item without a ticket waits for second thoughts; None where its time has come."""
    at = item.noted_at + file_after
    if not item.open or item.ticket_id is not None or at <= now:
        return None
    return f"it waits until {at:%Y-%m-%d %H:%M} UTC (file_after), so that its words can still be changed"


def waived_words(opened: OpenedPostmortem) -> str:
    """That there is to be no post-mortem, by whom if that is known, and why."""
    by = f" by {opened.waived_by}" if opened.waived_by else ""
    return f"waived{by}, because {opened.waived_because}"
