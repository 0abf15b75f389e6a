"""The evidence packet: what is on record of an incident as numbered entries, fit to leave the house.

An answer that was drafted from it must cite these numbers, and is checked against them.
"""

from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final

from callsheet.model.postmortem import Beat, Part, PlotPoint, Postmortem
from callsheet.model.span import span
from callsheet.review.redaction import depersonalised

UNKNOWN: Final = "unknown"
# Who keeps a silence, as it stands inside a sentence.
_NOBODY: Final = "nobody"
# A change is a suspect to whoever reads its part's name.
UNPROVEN: Final = "a change of which nobody has said that it mattered"
# What a person in that part is called in a sentence.
CALLED: Final = {
    Part.COMMANDER: "incident commander",
    Part.ON_CALL: "on-call engineer",
    Part.EXPERT: "subject expert",
    Part.SUPPORT: "customer support contact",
    Part.COMMUNICATIONS: "communications lead",
    Part.RESPONDER: "responder",
}
THINGS: Final = frozenset({Part.SYSTEM, Part.DEPLOY})
# Parts that are no role: who has only one of these is a colleague.
ONLOOKERS: Final = frozenset({Part.OBSERVER, Part.EPILOGUE})
# The entries that a packet holds at most: more than a reader, or a model, can weigh.
MOST_BEATS: Final = 150


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One fact. `number` is what an answer cites, as `[E7]`."""

    number: int
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Turn:
    """A plot point, and the entries that tell it: an answer that cites none of them left it out."""

    name: str
    entries: frozenset[int]


@dataclass(frozen=True, slots=True, kw_only=True)
class Packet:
    """Everything an artefact may rest on. `left_out` counts quieter beats that found no room."""

    incident: str
    entries: tuple[Entry, ...]
    turns: tuple[Turn, ...]
    left_out: int = 0


def packet(told: Postmortem, others: Collection[str] = ()) -> Packet:
    """The evidence of a post-mortem: facts first, then the timeline, status updates and promises.

    `others` are the names of people who had no part in it, and are named no more than those who had.
    """
    roles = roles_of(told)
    shown = _shown(told)
    lines = [*_facts(told)]
    first_beat = len(lines) + 1
    lines += [_beat(beat) for beat in shown]
    beats_told = {beat.observation for beat in shown}
    lines += [
        _ended(f"{_moment(one.at)}, stakeholders were told: “{one.message.strip()}”")
        for one in told.impact.status_updates
        if one.message not in beats_told
    ]
    lines += [_promise(row.action, row.owner, row.due, row.status) for row in told.call_sheet]
    entries = tuple(
        Entry(number=number, text=depersonalised(line, roles, others)) for number, line in enumerate(lines, start=1)
    )
    return Packet(
        incident=f"#{told.incident.number}",
        entries=entries,
        turns=tuple(_turns(told.plot, shown, first_beat)),
        left_out=len(told.beats) - len(shown),
    )


def roles_of(told: Postmortem) -> dict[str, str]:
    """What each person is called outside: their part, numbered where several played it; owners are colleagues."""
    people = [member for member in told.cast if member.part not in THINGS | ONLOOKERS]
    called: dict[str, str] = {}
    for member in people:
        same = [other.name for other in people if other.part is member.part]
        number = f" {same.index(member.name) + 1}" if len(same) > 1 else ""
        called[member.name] = f"the {CALLED[member.part]}{number}"
    machines = {member.name for member in told.cast if member.part in THINGS}
    onlookers = [member.name for member in told.cast if member.part in ONLOOKERS]
    # Behind an owner may stand whom the words named: Grace Okafor (for “@jonas”).
    owners = (row.owner.partition(" (for ")[0] for row in told.call_sheet)
    others = dict.fromkeys([*onlookers, *(beat.who for beat in told.beats if beat.by_person), *owners])
    for name in others:
        if name and name not in called and name not in machines:
            called[name] = f"colleague {sum(role.startswith('colleague') for role in called.values()) + 1}"
    return called


def _facts(told: Postmortem) -> Iterator[str]:
    impact = told.impact
    yield f"The incident is called “{told.incident.title}”; its service is {impact.service}."
    yield f"Team: {', '.join(impact.teams) or UNKNOWN}."
    yield f"Priority: {impact.priority or UNKNOWN}; urgency: {impact.urgency}."
    yield f"It began at {_moment(impact.started_at)}."
    if impact.ended_at and impact.duration is not None:
        yield f"It was resolved at {_moment(impact.ended_at)}, after {span(impact.duration)}."
    else:
        yield "It is not resolved yet."
    response = impact.first_response_after
    yield f"First response: {UNKNOWN if response is None else 'after ' + span(response)}."
    yield f"People who took part: {impact.responders}."
    if told.impact_stated:
        yield _ended(f"What customers noticed, as the review wrote it down: “{told.impact_stated}”")
    if told.causes_stated:
        yield _ended(f"What brought it about, as the review wrote it down: “{told.causes_stated}”")
    unknown = [
        *(() if told.causes_stated else ["the cause"]),
        *(() if told.impact_stated else ["what customers noticed"]),
    ]
    if unknown:
        yield f"Unknown, unless an entry below tells it: {' and '.join(unknown)}."


def _beat(beat: Beat) -> str:
    said = f": “{beat.observation}”" if beat.observation else ""
    belief = f" They believed: “{beat.belief}”" if beat.belief else ""
    who = UNPROVEN if beat.who == Part.DEPLOY.value else _NOBODY if beat.who == _NOBODY.capitalize() else beat.who
    return f"{_ended(f'{_moment(beat.at)}, {who} {beat.action}{said}')}{_ended(belief)}"


def _ended(sentence: str) -> str:
    """With one full stop, be it the quotation's own."""
    return sentence if not sentence or sentence.rstrip("”").endswith((".", "!", "?", "…")) else f"{sentence}."


def _promise(action: str, owner: str, due: str, status: str) -> str:
    return f"Action item: “{action}”, owner {owner or 'nobody yet'}, due {due or UNKNOWN}, {status}."


def _shown(told: Postmortem) -> tuple[Beat, ...]:
    """All beats, or the first, the last, and what people said between them."""
    beats = told.beats
    if len(beats) <= MOST_BEATS:
        return beats
    turning = {point.at for point in told.plot}
    ranked = sorted(
        range(len(beats)), key=lambda place: (beats[place].at not in turning, *_quietness(beats[place]), place)
    )
    return tuple(beats[place] for place in sorted(ranked[:MOST_BEATS]))


def _quietness(beat: Beat) -> tuple[bool, bool]:
    return (not beat.by_person, not (beat.observation or beat.belief))


def _turns(plot: Iterable[PlotPoint], shown: tuple[Beat, ...], first: int) -> Iterator[Turn]:
    """A point's entry is the beat that it rests on; all of that moment where none has the same words."""
    for point in plot:
        then = {first + place: beat for place, beat in enumerate(shown) if beat.at == point.at}
        own = [number for number, beat in then.items() if (point.beat or "").startswith(f"{beat.who} {beat.action}")]
        if then:
            yield Turn(name=point.kind.value, entries=frozenset(own or then))


def _moment(at: datetime) -> str:
    return f"{at.astimezone(UTC):%Y-%m-%d %H:%M} UTC"
