"""The published document, brought up to date without touching a person's words."""

from collections.abc import Mapping
from dataclasses import replace

from callsheet.document.front import merge_front
from callsheet.document.growth import grow
from callsheet.document.merge_sheet import merge_sheet
from callsheet.document.proposals import is_proposal, proposal
from callsheet.document.regions import (
    Region,
    Segment,
    Words,
    as_ours,
    fingerprint,
    join,
    regions_of,
    split,
    with_line_ends,
)
from callsheet.document.table import BYTE_ORDER_MARK, CALL_SHEET
from callsheet.document.three_way import three_way


def merge(
    current: str | None,
    generated: str,
    *,
    published: str | None = None,
    last_generated: str | None = None,
    new_keys: Mapping[int, str] | None = None,
) -> str:
    """What to publish: the document as people left it, with what Callsheet has to say now.

    `current` is the document as it stands (None or blank: nothing yet), `generated` what the renderer made now,
    `published` what was last written there and `last_generated` what the renderer made then (None: the database was
    lost). `new_keys` are keys for rows without one, by their line in `current`, from 1. Merging the result again
    with the same `generated` changes nothing.
    """
    if current is None or not current.strip(f"{BYTE_ORDER_MARK} \t\r\n"):
        return generated
    line_end = "\r\n" if current.count("\r\n") * 2 > current.count("\n") else "\n"
    generated = generated.replace("\n", line_end)
    text = merge_sheet(current, generated, published=published, last_generated=last_generated, new_keys=new_keys or {})
    text = merge_front(text, generated, published, last_generated)
    segments = _follow(list(split(text)), regions_of(generated), _bases(published, last_generated), line_end)
    if published is not None:
        segments = grow(segments, generated, (published, last_generated or ""), line_end)
    return join(segments)


def _bases(published: str | None, last_generated: str | None) -> dict[str, Region]:
    """Each region as last proposed. What stood untouched in the last publication was proposed then."""
    shown = {name: region for name, region in regions_of(published).items() if region.untouched}
    return shown | regions_of(last_generated)


def _follow(
    segments: list[Segment], generated: Mapping[str, Region], bases: Mapping[str, Region], line_end: str
) -> list[Segment]:
    """Decide each region of the document on its own.

    | region                     | then                                                  |
    |----------------------------|-------------------------------------------------------|
    | the call sheet             | stays: its cells were merged before                   |
    | not generated (any more)   | stays                                                 |
    | untouched                  | the generated one                                     |
    | touched, says the same     | is ours again                                         |
    | touched by a person        | their lines stay; news elsewhere in it goes to its    |
    |                            | place, and where both changed, it is proposed behind  |
    | a proposal beside a region | decided with that region, as long as it is untouched  |
    """
    standing = {segment.name: segment for segment in segments if isinstance(segment, Region)}
    for name, region in standing.items():
        if name == CALL_SHEET or name not in generated:
            continue
        beside = [entry for entry in standing.values() if is_proposal(entry.name, name) and entry.name not in generated]
        if region.untouched:
            fresh, base = generated[name], None
            if fresh.sha != region.sha:
                segments = _replaced(segments, name, fresh)
            if not beside:
                continue
        else:
            base = bases.get(name)
            fresh = _joined(region, base, generated[name], line_end)
            fresh = generated[name] if _says(fresh, generated[name]) else fresh
            if fresh.text != region.text:
                segments = _replaced(segments, name, fresh)
        proposed, pending = proposal(fresh, generated[name], base, beside)
        if proposed:
            proposed = with_line_ends(proposed, line_end)
        anchor = beside[-1].name if beside else name
        segments = _proposed(segments, proposed, pending, anchor, line_end)
    return segments


def _joined(region: Region, base: Region | None, generated: Region, line_end: str) -> Region:
    """A touched region with the news that concerns none of the person's lines."""
    # Nobody knows what we said then, or we still say the same.
    if base is None or base.sha == generated.sha:
        return region
    before = base.content.replace("\r\n", "\n").replace("\n", line_end)
    return replace(region, content=three_way(before, region.content, generated.content))


def _says(region: Region, generated: Region) -> bool:
    """Whether they say the same: whoever wrote into it took it back."""
    return fingerprint(region.name, as_ours(region.content)) == generated.sha


def _proposed(
    segments: list[Segment], proposed: Region | None, pending: str | None, anchor: str, line_end: str
) -> list[Segment]:
    """Put a proposal in its place: instead of the pending one, or right behind the region that it belongs to."""
    # Nothing proposed, nothing pending; or the same as before.
    if any(isinstance(entry, Region) and proposed and entry.sha == proposed.sha for entry in segments):
        return segments
    if pending is not None:
        return _replaced(segments, pending, proposed)
    if proposed is None:
        return segments
    place = next(i for i, entry in enumerate(segments) if isinstance(entry, Region) and entry.name == anchor)
    gap = line_end if segments[place].text.endswith("\n") else line_end * 2
    return [*segments[: place + 1], Words(text=gap), proposed, *segments[place + 1 :]]


def _replaced(segments: list[Segment], name: str, by: Region | None) -> list[Segment]:
    """The segments with one region rewritten, or taken away together with the blank line that came with it."""
    place = next(i for i, entry in enumerate(segments) if isinstance(entry, Region) and entry.name == name)
    if by is not None:
        return [*segments[:place], by, *segments[place + 1 :]]
    gap = place > 0 and isinstance(segments[place - 1], Words) and segments[place - 1].text in ("\n", "\r\n")
    return [*segments[: place - gap], *segments[place + 1 :]]
