"""One person's digest for one local day: claimed first, sent once over the first channel that takes it."""

from collections.abc import Mapping
from datetime import date

from callsheet.connect.errors import ConnectorError, NotFound, Rejected
from callsheet.connect.ports import Notifier
from callsheet.model.action_item import ActionItem, marker
from callsheet.model.effect import SendNudge
from callsheet.model.ledger import Outcome
from callsheet.model.nudge import Digest, NudgeLine, Rung
from callsheet.model.text import Body, Bullets, Paragraph, Span, paragraph
from callsheet.plan.nudging import UNOWNED, next_nudge_on
from callsheet.run.app import App
from callsheet.run.done import Done

EVENT = "nudge.sent"
TICKET = "ticket"


def remind(effect: SendNudge, app: App) -> Done:
    """Send the digest. The day is taken before anything is sent: an unclear outcome is never sent again.

    | channel says          | then                                     |
    |-----------------------|------------------------------------------|
    | sent                  | done                                     |
    | a clear no            | the next channel, at last the ticket     |
    | unclear               | counts as sent; tomorrow's digest has it |
    | nobody took it        | the day is given back, tried again       |
    """
    digest = effect.digest
    if not _claim(digest, app):
        return Done(event=EVENT, outcome=Outcome.SKIPPED, detail="had a digest on this day")
    refusals: list[str] = []
    for name, notifier in _in_order(app.notifiers, effect.channel):
        if not notifier.reaches(digest):
            continue
        unclear = _send(notifier, digest, refusals)
        if unclear is not None:
            return _sent(effect, app, name, unclear)
    label = marker(app.house.namespace, effect.key)
    # The most overdue ticket first; one that takes no comment must not keep its owner from hearing of the others.
    for ticket_id in dict.fromkeys(line.ticket_id for line in digest.lines if line.ticket_id and effect.comment_on):
        try:
            app.tracker.comment(ticket_id, comment_body(digest), label)
        except (Rejected, NotFound) as error:
            refusals.append(error.what)
        except ConnectorError as error:
            if error.outcome_unknown:
                return _sent(effect, app, TICKET, error.what)
            refusals.append(error.what)
            break
        else:
            return _sent(effect, app, TICKET, "")
    return Done(
        event=EVENT,
        outcome=Outcome.LATER,
        detail="; ".join(refusals) or "no channel",
        save=lambda: app.memory.free_day(digest.to.id, digest.local_on),
    )


def _claim(digest: Digest, app: App) -> bool:
    """Take the day. What became overdue shows in document and note, also when this process dies before it is told."""
    with app.memory.transaction():
        taken = app.memory.claim_day(digest.to.id, digest.local_on, at=app.clock.now())
        if taken:
            app.memory.mark({item.incident_id for item in _items(digest, app)})
    return taken


def _items(digest: Digest, app: App) -> list[ActionItem]:
    return [item for item in (app.memory.item(line.item_key) for line in digest.lines) if item]


def _in_order(notifiers: Mapping[str, Notifier], first: str | None) -> list[tuple[str, Notifier]]:
    """The route's own channel before the others; none of them where the route wants the ticket."""
    if first == TICKET:
        return []
    return sorted(notifiers.items(), key=lambda entry: entry[0] != first)


def _send(notifier: Notifier, digest: Digest, refusals: list[str]) -> str | None:
    """'' when it went out, what was unclear when that is not known, None after a clear no."""
    try:
        notifier.send(digest, subject(digest), digest_body(digest))
    except ConnectorError as error:
        if error.outcome_unknown and not isinstance(error, Rejected):
            return error.what
        refusals.append(error.what)
        return None
    return ""


def _sent(effect: SendNudge, app: App, channel: str, unclear: str) -> Done:
    digest = effect.digest

    def save() -> None:
        app.memory.close_day(digest.to.id, digest.local_on, "unclear" if unclear else "sent")
        items = _items(digest, app)
        nudge_on: dict[str, date | None] = {
            item.key: next_nudge_on(item, app.rules.nudge_days, digest.local_on) for item in items
        }
        app.memory.save_items(items, nudge_on=nudge_on)
        # An item that became overdue shows so in the document and in the incident's note.
        app.memory.mark({item.incident_id for item in items})

    said = f"over {channel}: {', '.join(line.ticket_key or line.item_key for line in digest.lines)}"
    if unclear:
        return Done(event=EVENT, outcome=Outcome.UNKNOWN, detail=f"{said}; {unclear}", save=save)
    return Done(event=EVENT, detail=said, save=save)


def subject(digest: Digest) -> str:
    """The subject line: how much, how late."""
    late = sum(line.rung is Rung.OVERDUE for line in digest.lines)
    today = len(digest.lines) - late
    parts = [f"{late} overdue"] if late else []
    parts += [f"{today} due today"] if today else []
    return f"Action items: {', '.join(parts)}"


def digest_body(digest: Digest) -> Body:
    """The message to a person."""
    first = digest.to.name.split()[0] if digest.to.name.split() else digest.to.name
    return (
        paragraph(f"Hello {first}, these promises from post-mortems are waiting for you:"),
        Bullets(items=tuple(_entry(line) for line in digest.lines)),
        paragraph("Done already? Close the ticket. Plans changed? Move its due date or give it to somebody else."),
    )


def comment_body(digest: Digest) -> Body:
    """The same as a comment on the most overdue ticket, for somebody without a channel."""
    first, *rest = digest.lines
    late = _lateness(first)
    opening = f"A reminder for {digest.to.name}: this action item {late}."
    if digest.to.id.startswith(UNOWNED):
        opening = f"Nobody owns this action item yet, and it {late}. Please give it to somebody."
    blocks: list[Paragraph | Bullets] = [paragraph(opening)]
    if rest:
        blocks += [paragraph("Also waiting:"), Bullets(items=tuple(_entry(line) for line in rest))]
    blocks.append(paragraph("Done already? Close the ticket. Plans changed? Move its due date or hand it over."))
    return tuple(blocks)


def _entry(line: NudgeLine) -> Paragraph:
    name = Span(text=f"{line.ticket_key} {line.title}" if line.ticket_key else line.title, url=line.url)
    why = f" You get this as {line.why_you}." if line.why_you else ""
    return paragraph(name, f" ({line.priority}) {_lateness(line)}.{why}")


def _lateness(line: NudgeLine) -> str:
    if line.rung is Rung.DUE_TODAY:
        return "is due today"
    days = "1 day" if line.days_late == 1 else f"{line.days_late} days"
    return f"was due on {line.due_on.isoformat()}, {days} ago"
