"""Comments on a ticket: commands from its owner or the fallback owner, and signs of life. Pure, before `reconcile`.

A command is a comment that begins with `callsheet:`; quotations and code are none. Further lines that begin so are
commands, too, and all of a comment is carried out or nothing. Each is read once, in the order of the tracker's times.
"""

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from datetime import date, timedelta

from dateutil.relativedelta import relativedelta

from callsheet.model.action_item import ActionItem, DueReason, ItemStatus, Owner, OwnerReason, Reply
from callsheet.model.effect import Comment, Reason, RecordStatus
from callsheet.model.incident import Incident
from callsheet.model.person import Account
from callsheet.model.text import paragraph
from callsheet.model.ticket import COLONLESS, COMMAND, Field, Ticket, TicketComment
from callsheet.plan.dates import BusinessDays, Unclear, read_date
from callsheet.plan.due import add_business_days
from callsheet.plan.meaning import Reading, as_owner, did_you_mean, fallback_owner, overruled
from callsheet.plan.owners import candidates, find_owner
from callsheet.plan.prose import Role, lines_of
from callsheet.plan.routing import calendar_for
from callsheet.plan.snapshot import Lookups
from callsheet.plan.workdays import zone_of

HOW = "callsheet: snooze 2w because …, drop because …, owner @handle, due Dec 5"
_COMMAND = re.compile(rf"{COMMAND} *(?P<verb>[^\W\d_]*) *(?P<rest>.*)", re.IGNORECASE)
_COLONLESS = re.compile(COLONLESS, re.IGNORECASE)
_BEFORE_SIGN = re.compile(r"(?:for |until |by |it |this )?(?:[\d@\[]|because\b|[-–—:]\s)", re.IGNORECASE)
# A dash or a colon that stands by itself says the same.
_DASH = r"(?:^|\s+)[-–—:]+\s+"
_BECAUSE = re.compile(rf"(?:{_DASH}|^|\s+|,\s*)because\b[\s:]*|{_DASH}", re.IGNORECASE)
_SPAN = re.compile(r"(?:for\s+)?(\d{1,3})\s*(d|days?|w|weeks?|m|months?)", re.IGNORECASE)
_MENTION = re.compile(r"\[~(?:accountid:)?([^\]]+)\]")
_LONGEST_WORDS = 300


class Refused(Exception):
    """The command is not carried out; the message says why, in words for who wrote it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Scene:
    """What a command is read by: on which day it was written, what it is about, and who gave it where that is known."""

    incident: Incident
    reading: Reading
    today: date
    by: str | None = None


def _commands(text: str) -> list[tuple[str, str]]:
    """The verb and the rest of each command; none where the writer's own words begin with something else."""
    found = [_COMMAND.match(line) for line in _own_lines(text)]
    if not found or found[0] is None:
        return []
    return [(each["verb"].casefold(), each["rest"].replace("`", "").strip()) for each in found if each]


def _own_lines(text: str) -> list[str]:
    return [line.text for line in lines_of(text) if line.role is Role.WORDS]


def first_read(item: ActionItem, ticket: Ticket) -> ActionItem:
    """The item once its ticket is taken over: what was said on it before was not said to us."""
    latest = max((comment.created_at for comment in ticket.comments), default=ticket.updated_at)
    return replace(item, comments_read_at=latest)


def listened(
    item: ActionItem, ticket: Ticket, incident: Incident, reading: Reading, lookups: Lookups
) -> RecordStatus | None:
    """What new comments on the ticket change about the item; None when there are none that do.

    | comment by              | begins with `callsheet:` | the same without its colon | says anything else |
    |-------------------------|--------------------------|----------------------------|--------------------|
    | our own account         | -                        | -                          | -                  |
    | the owner               | carried out, or a reply  | a reply                    | a sign of life     |
    | the fallback owner      | carried out, or a reply  | a reply                    | -                  |
    | anybody else            | a reply                  | a reply                    | -                  |
    """
    fresh = [c for c in ticket.comments if item.comments_read_at is None or c.created_at > item.comments_read_at]
    after = item
    for comment in sorted(fresh, key=lambda c: (c.created_at, len(c.id), c.id)):
        if not comment.ours:
            after = _heard(after, comment, ticket, incident, reading, lookups)
    if after == item:
        return None
    after = replace(after, comments_read_at=max(comment.created_at for comment in fresh))
    shown = {name: (before, now) for name, before, now in _shown(item, after) if before != now}
    return RecordStatus(
        key=f"comments:{item.key}",
        reason=Reason.COMMENTED,
        item_key=item.key,
        before={name: before for name, (before, _) in shown.items()},
        after={name: now for name, (_, now) in shown.items()},
        planned_on=item,
        settled=after,
        by=", ".join(dict.fromkeys(c.author.name for c in fresh if c.author and not c.ours)) or None,
    )


def _heard(
    item: ActionItem, comment: TicketComment, ticket: Ticket, incident: Incident, reading: Reading, lookups: Lookups
) -> ActionItem:
    by_owner = comment.author is not None and _is(comment.author, item.owner, ticket.owner, lookups)
    if by_owner:
        item = replace(item, alive_at=max(comment.created_at, item.alive_at or comment.created_at))
    # Nothing of it was said to us: so a ticket keeps it.
    if not comment.text:
        return item
    fallback = fallback_owner(incident, reading)
    today = comment.created_at.astimezone(zone_of(calendar_for(incident, reading.rules).zone)).date()
    scene = Scene(incident=incident, reading=reading, today=today, by=comment.author.name if comment.author else None)
    commands = _commands(comment.text)
    colonless = None if commands else _colonless(item, comment.text, scene)
    if not commands and not colonless:
        return item
    try:
        if not by_owner and not (comment.author and _is(comment.author, fallback, None, lookups)):
            raise Refused(f"only {_names(item.owner, fallback)} can ask for this")
        if not item.open:
            raise Refused(f"the action item is {item.status} already; reopen the ticket first")
        if colonless:
            raise Refused(f"a command needs its colon: “callsheet: {colonless} …”")
        return _obeyed_all(item, commands, comment.id, scene)
    except Refused as refusal:
        return replace(item, replies=(*item.replies, Reply(comment_id=comment.id, why=str(refusal))))


def _colonless(item: ActionItem, text: str, scene: Scene) -> str | None:
    """The verb of a comment that only lacks the colon of a command; None for a sentence about us.

    `callsheet snooze 2w` is a command, `Callsheet due dates are wrong` is none.
    """
    own = _own_lines(text)
    match = _COLONLESS.match(own[0]) if own else None
    if match is None:
        return None
    verb, rest = match["verb"].casefold(), match["rest"].replace("`", "").strip()
    if not rest or _BEFORE_SIGN.match(rest):
        return verb
    try:
        obeyed(item, verb, f"{rest} because …", scene)
    except Refused:
        return None
    return verb


def _obeyed_all(item: ActionItem, commands: Iterable[tuple[str, str]], comment_id: str, scene: Scene) -> ActionItem:
    """The item as all commands of a comment would have it. Refused when one of them is."""
    after = item
    for verb, rest in commands:
        after = obeyed(after, verb, rest, scene)
    # Whether the ticket can be given to them is asked later.
    return replace(after, asked_in=comment_id) if after.owner != item.owner else after


def _is(author: Account, owner: Owner | None, assignee: Account | None, lookups: Lookups) -> bool:
    """Whether the author is this person: by account, or by an address that the tracker shows."""
    if assignee and assignee.id == author.id:
        return True
    if owner is None:
        return False
    known = lookups.accounts.get((owner.email or "", owner.name))
    accounts = {owner.account, known.account.id if known and known.account else None}
    same_address = bool(owner.email and author.email and owner.email.casefold() == author.email.casefold())
    return author.id in accounts or same_address


def _names(owner: Owner | None, fallback: Owner | None) -> str:
    names = dict.fromkeys(each.name for each in (owner, fallback) if each)
    return " or ".join(names) or "its owner (it has none yet: assign the ticket first)"


def obeyed(item: ActionItem, verb: str, rest: str, scene: Scene) -> ActionItem:
    """The item as a command of its owner would have it. Refused says why not."""
    obey = _VERBS.get(verb)
    if obey is None:
        raise Refused(f"“{verb}” is not something that I know" if verb else "it says nothing to do")
    told, *why = _BECAUSE.split(rest, maxsplit=1)
    return obey(item, told.strip(" ,;."), " ".join(why).strip()[:_LONGEST_WORDS], scene)


def _snooze(item: ActionItem, told: str, why: str, scene: Scene) -> ActionItem:
    if not why:
        raise Refused("a snooze needs a reason: snooze 2w because …")
    until = _until(told, scene)
    longest = scene.reading.rules.nudge.longest_snooze
    if until > scene.today + timedelta(days=longest):
        raise Refused(f"{until.isoformat()} is too far: at most {longest} days. Move the due date instead: due Dec 5")
    return replace(item, snoozed_until=until, snoozed_because=why, snoozed_by=scene.by)


def _until(told: str, scene: Scene) -> date:
    span = _SPAN.fullmatch(told)
    if span:
        count, unit = int(span[1]), span[2][0].casefold()
        # Each reads its own count, so that a month is a calendar month.
        lengths = {
            "d": relativedelta(days=count),
            "w": relativedelta(weeks=count),
            "m": relativedelta(months=count),
        }
        until: date = scene.today + lengths[unit]
    else:
        until = _day(told, scene)
    if until <= scene.today:
        raise Refused(f"{until.isoformat()} is not ahead of us")
    return until


def _day(told: str, scene: Scene) -> date:
    read = read_date(told, noted_on=scene.today) if told else Unclear.UNKNOWN
    if isinstance(read, Unclear):
        why = "" if read is Unclear.UNKNOWN else f": {read}"
        raise Refused(f"“{told}” is not a day that I can read{why}" if told else "it names no day")
    if isinstance(read, BusinessDays):
        return add_business_days(scene.today, read.count, calendar_for(scene.incident, scene.reading.rules))
    return read


def _drop(item: ActionItem, told: str, why: str, _: Scene) -> ActionItem:
    if told or not why:
        raise Refused("dropping an action item needs a reason: drop because …")
    return replace(item, status=ItemStatus.DROPPED, status_because=why)


def _give(item: ActionItem, told: str, _why: str, scene: Scene) -> ActionItem:
    words = _MENTION.sub(lambda found: f"@{found[1]}", told)
    people, aliases = scene.reading.people, scene.reading.rules.aliases
    match = find_owner(words, people, aliases)
    # A mention shows the whole name behind its @.
    if match.person is None and words.startswith("@"):
        words = words[1:]
        match = find_owner(words, people, aliases)
    if match.person is None:
        why = match.reason.value.removeprefix("fallback: ") + did_you_mean(candidates(words, people))
        raise Refused(f"“{told}”: {why}" if told else "it names nobody")
    cleared = tuple(name for name in item.cleared if name is not Field.OWNER)
    item = overruled(item, Field.OWNER)
    terms = replace(item.terms, owner=None)
    owner = as_owner(match.person)
    return replace(item, owner=owner, owner_reason=OwnerReason.COMMENT, terms=terms, cleared=cleared)


def _due(item: ActionItem, told: str, _why: str, scene: Scene) -> ActionItem:
    on = _day(told, scene)
    if on < scene.today:
        raise Refused(f"{on.isoformat()} has passed")
    cleared = tuple(name for name in item.cleared if name is not Field.DUE_ON)
    item = overruled(item, Field.DUE_ON)
    return replace(item, terms=replace(item.terms, due_on=on), due_reason=DueReason.COMMENT, cleared=cleared)


_VERBS: dict[str, Callable[[ActionItem, str, str, Scene], ActionItem]] = {
    "snooze": _snooze,
    "drop": _drop,
    "owner": _give,
    "due": _due,
}


def _shown(before: ActionItem, after: ActionItem) -> list[tuple[str, str, str]]:
    """What changed, by name, for the ledger."""

    def words(item: ActionItem) -> dict[str, str]:
        return {
            "status": item.status.value,
            "owner": item.owner.name if item.owner else "nobody",
            "due_on": item.terms.due_on.isoformat() if item.terms.due_on else "",
            "snoozed": f"until {item.snoozed_until.isoformat()}: {item.snoozed_because}" if item.snoozed_until else "",
            "sign of life": item.alive_at.isoformat(timespec="minutes") if item.alive_at else "",
            "to reply": "; ".join(reply.why for reply in item.replies),
        }

    old, new = words(before), words(after)
    return [(name, old[name], new[name]) for name in new]


def replies(item: ActionItem, namespace_marker: Callable[[str], str]) -> tuple[Comment, ...]:
    """One reply to each command that was refused, through the intent protocol: never twice."""
    return tuple(
        Comment(
            key=f"reply:{item.key}:{reply.comment_id}",
            reason=Reason.COMMAND_REFUSED,
            item_key=item.key,
            incident_id=item.incident_id,
            ticket_id=item.ticket_id or "",
            marker=namespace_marker(f"reply:{item.key}:{reply.comment_id}"),
            body=(
                paragraph(f"Sorry, nothing was changed: {reply.why}{'' if reply.why.endswith('…') else '.'}"),
                paragraph(f"What can be asked for in a comment: {HOW}"),
            ),
            answers=reply.comment_id,
        )
        for reply in item.replies
    )
