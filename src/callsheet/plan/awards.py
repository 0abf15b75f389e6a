"""The awards ceremony: thanks that the record supports, each with its facts. None of them is for speed."""

from collections import Counter
from collections.abc import Callable, Mapping, Sequence

from callsheet.model.incident import StatusUpdate
from callsheet.model.postmortem import Award, AwardKind, Setting
from callsheet.plan.beats import Moment, names
from callsheet.plan.plot import CALLS
from callsheet.plan.setting import at_night

FEWEST_NOTES = 2
FEWEST_WORDS = 6


def awards(during: Sequence[Moment], updates: Sequence[StatusUpdate], setting: Setting) -> tuple[Award, ...]:
    """What people could be thanked for; an award that nothing speaks for is left out."""
    return tuple(
        award
        for award in (
            _careful(during),
            _hand_off(during),
            _notes(during),
            _night(setting),
            _update(updates),
        )
        if award is not None
    )


def _most(moments: Sequence[Moment], counts: Callable[[Moment], bool]) -> tuple[str, int] | None:
    """The person with most such moments; the first of equals."""
    found = Counter(moment.beat.who for moment in moments if moment.person and counts(moment))
    return found.most_common(1)[0] if found else None


def _careful(during: Sequence[Moment]) -> Award | None:
    """Who said what they believed, and who paused to understand."""
    best = _most(during, lambda moment: bool(moment.beat.belief) or moment.kind == "pause")
    if best is None:
        return None
    name, _ = best
    mine = [moment for moment in during if moment.person and moment.beat.who == name]
    told = sum(bool(moment.beat.belief) for moment in mine)
    held = sum(moment.kind == "pause" for moment in mine)
    facts = [f"wrote down{_times(told)} what they believed"] if told else []
    facts += [f"called for a pause{_times(held)}"] if held else []
    return Award(kind=AwardKind.CAREFUL, name=name, because=" and ".join(facts))


def _hand_off(during: Sequence[Moment]) -> Award | None:
    """Who brought others in after writing down what was known; they then took part."""
    last = {moment.person: place for place, moment in enumerate(during)}
    written: set[str] = set()
    for place, moment in enumerate(during):
        if not moment.person:
            continue
        if moment.kind in ("note", "pause"):
            written.add(moment.person)
        if moment.kind not in CALLS or moment.person not in written:
            continue
        came = [ref.name for ref in moment.reached if ref.id != moment.person and last.get(ref.id, -1) > place]
        if came:
            facts = f"left a note to read before bringing in {names(came)}"
            return Award(kind=AwardKind.HAND_OFF, name=moment.beat.who, because=facts)
    return None


def _notes(during: Sequence[Moment]) -> Award | None:
    best = _most(during, lambda moment: moment.kind in ("note", "pause"))
    if best is None or best[1] < FEWEST_NOTES:
        return None
    return Award(kind=AwardKind.NOTES, name=best[0], because=f"wrote {best[1]} notes that this screenplay is made of")


def _night(setting: Setting) -> Award | None:
    late = [light for light in setting.lights if at_night(light)]
    clocks: Mapping[str, str] = {light.name: f"{light.at:%H:%M}" for light in late if light.at}
    if not clocks:
        return None
    hours, whose = " and ".join(clocks.values()), "their own clock" + ("s" if len(clocks) > 1 else "")
    return Award(kind=AwardKind.NIGHT, name=names(clocks), because=f"came in at night, at {hours} by {whose}")


def _update(updates: Sequence[StatusUpdate]) -> Award | None:
    """The update with the shortest sentences among those that say something; the first of equals."""
    spoken = [(update, *_plainness(update.message)) for update in updates if update.author]
    told = [(average, update) for update, words, average in spoken if words >= FEWEST_WORDS]
    if not told:
        return None
    _, clearest = min(told, key=lambda entry: entry[0])
    name = clearest.author.name if clearest.author else ""
    return Award(kind=AwardKind.UPDATE, name=name, because=f"told stakeholders: “{clearest.message}”")


def _plainness(message: str) -> tuple[int, float]:
    """How many words, and how many of them a sentence has."""
    words = len(message.split())
    sentences = sum(message.count(sign) for sign in ".!?") or 1
    return words, words / sentences


def _times(count: int) -> str:
    return {1: "", 2: " twice"}.get(count, f" {count} times")
