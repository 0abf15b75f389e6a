"""What people are sent: claimed for its reader and day first, and sent once over the first channel that takes it."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace

import structlog

from callsheet.connect.errors import ConnectorError, NotFound, Rejected
from callsheet.connect.ports import Notifier
from callsheet.model.action_item import ActionItem, marker
from callsheet.model.effect import SendNudge, SendReport
from callsheet.model.ledger import Outcome
from callsheet.model.nudge import TICKET, Digest, NudgeLine, Rung, Told
from callsheet.model.text import Body, Letter, Paragraph, Span, paragraph
from callsheet.plan.digest import comment_body, digest_body, subject
from callsheet.plan.drafts import DRAFT, draft_key
from callsheet.plan.nudging import STRUCK, owner_step
from callsheet.run.app import App
from callsheet.run.done import Done
from callsheet.run.overview import reading_now
from callsheet.run.rearm import set_wakes

EVENT = "nudge.sent"
REPORT = "report.sent"

log = structlog.get_logger()


def remind(effect: SendNudge, app: App) -> Done:
    """Send the digest. The day is taken before anything is sent: an unclear outcome is never sent again.

    | channel says          | then                                         |
    |-----------------------|----------------------------------------------|
    | sent                  | done                                         |
    | a clear no            | the next channel, at last the ticket         |
    | unclear               | the day is over; the next digest has it      |
    | nobody took it        | the day is given back, tried again within it |
    """
    digest = effect.digest
    # In words before the day is taken: what can't be put so costs nobody their day, and shows until it is mended.
    heading, body = subject(digest), (*digest_body(digest), *_own_page(digest, app))
    comment = comment_body(digest) if effect.comment_on else ()
    if not _claimed(digest, app):
        return Done(event=EVENT, outcome=Outcome.SKIPPED, detail="had a digest on this day")
    refusals: list[ConnectorError] = []
    for name, notifier in _in_order(app.notifiers, effect):
        if not notifier.reaches(digest):
            continue
        unclear = _send(name, notifier, digest, refusals, heading, body)
        if unclear is not None:
            return _sent(effect, app, name, unclear, refusals)
    if effect.comment_on is None and not digest.to.team and not refusals:
        return _known_anyway(effect, app)
    return _commented(effect, app, refusals, comment) or _refused(EVENT, refusals, lambda: _free(digest, app))


def _own_page(digest: Digest, app: App) -> Iterator[Paragraph]:
    """Where the reader finds all of theirs: to them alone, since the link opens it."""
    if app.own_page and digest.to.email and not digest.to.team:
        yield paragraph(
            Span(text="All that you promised", url=app.own_page(digest.to.email)), " stands on a page of yours."
        )


def _claimed(digest: Digest, app: App) -> bool:
    """Whether the day is ours. What became overdue shows so in document and note, whatever comes of the digest."""
    with app.memory.transaction():
        items = [item for item in (app.memory.item(line.item_key) for line in digest.lines) if item]
        app.memory.mark({item.incident_id for item in items} | set(_documents(digest)))
        return app.memory.claim_day(digest.to.id, digest.local_on, at=app.clock.now())


def _documents(digest: Digest) -> list[str]:
    """The incidents whose documents the digest is about."""
    return [line.item_key.removeprefix(DRAFT) for line in digest.lines if line.rung is Rung.DRAFT]


def _commented(effect: SendNudge, app: App, refusals: list[ConnectorError], comment: Body) -> Done | None:
    """The most overdue ticket first; one that takes no comment must not keep its owner from hearing of the others."""
    digest, label = effect.digest, marker(app.house.namespace, effect.key)
    tickets = [effect.comment_on, *(line.ticket_id for line in digest.lines)] if effect.comment_on else []
    for ticket_id in dict.fromkeys(id_ for id_ in tickets if id_):
        try:
            app.tracker.comment(ticket_id, comment, label)
        except (Rejected, NotFound) as error:
            refusals.append(error)
        except ConnectorError as error:
            if error.outcome_unknown:
                return _sent(effect, app, TICKET, error.what, refusals)
            refusals.append(error)
            break
        else:
            return _sent(effect, app, TICKET, "", refusals)
    return None


def _known_anyway(effect: SendNudge, app: App) -> Done:
    """Nothing for a ticket, and no channel reaches them. What was given to them the tracker tells by itself."""

    def save() -> None:
        _free(effect.digest, app)
        _hear(effect, app)

    return Done(event=EVENT, outcome=Outcome.SKIPPED, detail="no channel reaches them", save=save)


def _free(digest: Digest, app: App) -> None:
    app.memory.free_day(digest.to.id, digest.local_on)


def _in_order(notifiers: Mapping[str, Notifier], effect: SendNudge) -> list[tuple[str, Notifier]]:
    """The route's own channel before the others; none of them where the route wants the ticket."""
    if effect.on_ticket:
        return []
    return sorted(notifiers.items(), key=lambda entry: entry[0] != effect.channel)


def _send(
    name: str, notifier: Notifier, digest: Digest, refusals: list[ConnectorError], heading: str, body: Letter
) -> str | None:
    """'' when it went out, what was unclear when that is not known, None after a clear no, which is told."""
    try:
        notifier.send(digest, heading, body)
    except ConnectorError as error:
        if error.outcome_unknown and not isinstance(error, Rejected):
            return error.what
        refusals.append(error)
        # The next channel takes it, so nobody would hear that this one is closed.
        log.warning("channel.refused", channel=name, error=error.what)
        return None
    return ""


def report(effect: SendReport, app: App) -> Done:
    """Tell the team or a leader, once for its week or month: an unclear outcome is never sent again."""
    to, since = effect.to.id, effect.since
    if not app.memory.claim_day(to, since, at=app.clock.now()):
        return Done(event=REPORT, outcome=Outcome.SKIPPED, detail="was told already")
    letter = Digest(to=effect.to, local_on=since, lines=())
    refusals: list[ConnectorError] = []
    for name, notifier in app.notifiers.items():
        if not notifier.reaches(letter):
            continue
        unclear = _send(name, notifier, letter, refusals, effect.subject, effect.body)
        if unclear is not None:
            return _told(effect, app, name, unclear)
    if effect.incident_id and not refusals:
        # Asked again in every cycle it would never end: the document says that it is not known to have arrived.
        return Done(
            event=REPORT,
            outcome=Outcome.SKIPPED,
            detail="no channel reaches them",
            save=lambda: app.memory.close_day(to, since, "unreached"),
        )
    return _refused(REPORT, refusals, lambda: app.memory.free_day(to, since))


def _told(effect: SendReport, app: App, channel: str, unclear: str) -> Done:
    state = "unclear" if unclear else "sent"
    return Done(
        event=REPORT,
        outcome=Outcome.UNKNOWN if unclear else Outcome.DONE,
        detail=f"to {effect.to.name} over {channel}{f'; {unclear}' if unclear else ''}",
        save=lambda: app.memory.close_day(effect.to.id, effect.since, state),
    )


def _refused(event: str, refusals: list[ConnectorError], save: Callable[[], object]) -> Done:
    """A clear no is asked again after an hour; who was out of reach, in the next cycle."""
    clear = bool(refusals) and all(isinstance(error, Rejected | NotFound) for error in refusals)
    said = "; ".join(error.what for error in refusals) or "no channel"
    return Done(event=event, outcome=Outcome.REJECTED if clear else Outcome.LATER, detail=said, save=save)


def _sent(effect: SendNudge, app: App, channel: str, unclear: str, refusals: Sequence[ConnectorError]) -> Done:
    digest = effect.digest

    def save() -> None:
        app.memory.close_day(digest.to.id, digest.local_on, "unclear" if unclear else "sent")
        # What is unclear does not count as said, so the next digest has it again.
        if not unclear:
            _hear(effect, app)

    about = ", ".join(line.named for line in digest.lines)
    refused = "".join(f"; refused before: {error.what}" for error in refusals)
    said = f"to {digest.to.name} over {channel}: {about}{refused}"
    if unclear:
        return Done(event=EVENT, outcome=Outcome.UNKNOWN, detail=f"{said}; {unclear}", channel=channel, save=save)
    return Done(event=EVENT, detail=said, channel=channel, save=save)


def _hear(effect: SendNudge, app: App) -> None:
    """Remember what was said, and when each item is next."""
    lines = {line.item_key: line for line in effect.digest.lines}
    day = effect.digest.local_on
    drafts = [Told(item_key=draft_key(incident_id), told_on=day) for incident_id in _documents(effect.digest)]
    # When it is next is decided with its incident, which is looked at again.
    app.memory.save_told((told, None) for told in drafts)
    items = [item for item in map(app.memory.item, lines) if item]
    told = app.memory.told(lines)
    set_wakes(app, [(item, _heard(lines[item.key], item, told, effect.digest)) for item in items], reading_now(app))


def _heard(line: NudgeLine, item: ActionItem, told: Mapping[str, Told], digest: Digest) -> Told:
    before = told.get(item.key, Told(item_key=item.key))
    after = replace(before, told_on=digest.local_on, given_on=None) if line.owner is None else before
    if line.step is None:
        return after
    steps = tuple(dict.fromkeys((*before.steps, line.step)))
    return replace(
        after, steps=steps, struck_by=None if _all_heard(line, steps, before.struck_by) else before.struck_by
    )


def _all_heard(line: NudgeLine, steps: Sequence[str], incident_id: str | None) -> bool:
    """Whether the owner and the others know of the incident: their mornings need not be the same."""
    step = f"{STRUCK}{incident_id}"
    return step in steps and (line.owner is None or owner_step(step) in steps)
