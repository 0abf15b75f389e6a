"""A digest in words: short, kind, what is due, since when, where, and how to answer. Between `nudging` and channels."""

from collections.abc import Iterable
from datetime import date

from callsheet.model.nudge import Digest, NudgeLine, Rung
from callsheet.model.text import Body, Bullets, Paragraph, Span, paragraph
from callsheet.plan.dates import day_words
from callsheet.plan.nudging import UNOWNED

_SECTIONS = (
    (Rung.STRUCK, "Hit by a new incident"),
    (Rung.OVERDUE, "Overdue"),
    (Rung.DUE_TODAY, "Due today"),
    (Rung.GONE, "Without a ticket"),
    (Rung.HANDED, "Came to you"),
    (Rung.DUE_SOON, "Due soon"),
    (Rung.DRAFT, "Post-mortems to finish"),
    (Rung.NEW, "New for you"),
    (Rung.ESCALATED, "Stuck with others"),
)
_IN_SUBJECT = {
    Rung.STRUCK: "hit by a new incident",
    Rung.OVERDUE: "overdue",
    Rung.DUE_TODAY: "due today",
    Rung.GONE: "without a ticket",
    Rung.HANDED: "came to you",
    Rung.DUE_SOON: "due soon",
    Rung.DRAFT: "to finish",
    Rung.NEW: "new",
    Rung.ESCALATED: "stuck with others",
}
_ANSWERS = (
    ("callsheet: snooze 2w because …", "hear of it later"),
    ("callsheet: due Dec 5", "a date that holds"),
    ("callsheet: owner @handle", "it is somebody else's"),
    ("callsheet: drop because …", "it is no longer worth it"),
)


_FINISH = (
    "A post-mortem is finished with `status: final` at its top, or `waived` where no review is needed. "
    "`facilitator:` with a name or e-mail there says who takes care of it."
)


_GONE = (
    "Its ticket can no longer be seen. “callsheet retry {0}” files it anew, “callsheet drop {0} --because …” ends it."
)


def subject(digest: Digest) -> str:
    """The subject line: how much of what."""
    if digest.to.team:
        return f"Action items that need the team: {len(digest.lines)}"
    counts = {rung: sum(line.rung is rung for line in digest.lines) for rung, _ in _SECTIONS}
    told = ", ".join(f"{n} {_IN_SUBJECT[rung]}" for rung, n in counts.items() if n)
    return f"{'Post-mortems' if counts[Rung.DRAFT] == len(digest.lines) else 'Action items'}: {told}"


def digest_body(digest: Digest) -> Body:
    """The message to a person, or to the team's channel."""
    blocks: list[Paragraph | Bullets] = [paragraph(_greeting(digest))]
    for rung, heading in _SECTIONS:
        lines = [line for line in digest.lines if line.rung is rung]
        if lines:
            blocks += [paragraph(Span(text=heading, strong=True)), _bullets(lines, digest.local_on)]
    drafts = [line for line in digest.lines if line.rung is Rung.DRAFT]
    blocks += [paragraph(_FINISH)] if drafts else []
    if len(drafts) == len(digest.lines):
        return tuple(blocks)
    return (*blocks, *(_for_the_team() if digest.to.team else _answers()))


def _greeting(digest: Digest) -> str:
    if digest.to.team:
        return "Hello, these promises from post-mortems are stuck. Can somebody help?"
    names = digest.to.name.split()
    # Of three names nobody can tell which one somebody goes by.
    first = names[0] if len(names) == 2 else digest.to.name
    if all(line.rung is Rung.DRAFT for line in digest.lines):
        return f"Hello {first}, somebody is still needed to bring this to its end:"
    few = "this promise" if len(digest.lines) == 1 else "these promises"
    return f"Hello {first}, {few} from post-mortems {'is' if len(digest.lines) == 1 else 'are'} waiting for you:"


def _for_the_team() -> tuple[Paragraph, ...]:
    return (paragraph("Nobody is to blame: take it over, cut it down, or agree on a date that holds."),)


def _answers() -> tuple[Paragraph | Bullets, ...]:
    ways = tuple(paragraph(Span(text=words, strong=True), f" ({meaning})") for words, meaning in _ANSWERS)
    return (
        paragraph("Done? Close the ticket. Any comment of yours on it counts as an answer, and these do more:"),
        Bullets(items=ways),
    )


def comment_body(digest: Digest) -> Body:
    """The same as a comment on the most overdue ticket, for somebody without a channel."""
    first, *rest = sorted(digest.lines, key=lambda line: line.rung in {Rung.DRAFT, Rung.NEW, Rung.GONE})
    when = _when(first, digest.local_on)
    opening = f"A reminder for {digest.to.name}: this action item {when}."
    if first.owner:
        opening = f"A reminder for {digest.to.name}: this action item of {first.owner} {when}."
    if digest.to.id.startswith(UNOWNED):
        opening = f"Nobody owns this action item yet, and it {when}. Please give it to somebody."
    why = f" You get this as {first.why_you}." if first.why_you and first.rung is Rung.HANDED else ""
    blocks: list[Paragraph | Bullets] = [paragraph(f"{opening}{why}")]
    if rest:
        blocks += [paragraph("Also waiting:"), _bullets(rest, digest.local_on)]
    return (*blocks, *_answers())


def _bullets(lines: Iterable[NudgeLine], today: date) -> Bullets:
    return Bullets(items=tuple(_entry(line, today) for line in lines))


def _entry(line: NudgeLine, today: date) -> Paragraph:
    name = Span(text=f"{line.ticket_key} {line.title}" if line.ticket_key else line.title, url=line.url)
    if line.rung is Rung.DRAFT:
        return paragraph(name, f" ({line.priority}): {line.about}. You get this as {line.why_you}.")
    whose = f" It is with {line.owner}." if line.owner else ""
    why = f" You get this as {line.why_you}." if line.why_you else ""
    again = f" {line.about} hit its service." if line.about else ""
    new = " It was given to you." if line.fresh and line.rung is not Rung.NEW else ""
    whence = f"{line.priority}, from {line.source}" if line.source else line.priority
    gone = f" {_GONE.format(line.item_key)}" if line.rung is Rung.GONE else ""
    return paragraph(name, f" ({whence}) {_when(line, today)}.{again}{whose}{gone}{new}{why}")


def _when(line: NudgeLine, today: date) -> str:
    if line.due_on is None:
        return "has no due date yet"
    if line.days_late:
        return f"was due on {day_words(line.due_on, today)}, {_days(line.days_late)} ago"
    if line.due_on == today:
        return "is due today"
    return f"is due on {day_words(line.due_on, today)}"


def _days(count: int) -> str:
    return "1 day" if count == 1 else f"{count} days"
