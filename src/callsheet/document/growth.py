"""Sections that the template has learned since a document was written: added once, at their place."""

from collections.abc import Collection, Sequence

from callsheet.document.regions import Region, Segment, Words, lines_of, split
from callsheet.document.table import HEADING


def grow(segments: list[Segment], generated: str, earlier: Collection[str], line_end: str) -> list[Segment]:
    """Add the generated regions that no earlier version ever had; one that was there and is gone was deleted."""
    made = split(generated)
    here = "".join(segment.text for segment in segments)
    for place, segment in enumerate(made):
        if isinstance(segment, Region) and not _marked(segment.name, [here, *earlier]):
            before = made[place - 1] if place else None
            titled = _title(before.text, here) if isinstance(before, Words) else ""
            at = _place(segments, [entry.name for entry in made[:place] if isinstance(entry, Region)])
            segments = _inserted(segments, at, titled, segment, line_end)
    return segments


def _marked(name: str, texts: Collection[str]) -> bool:
    """Whether a region's begin marker, whole or broken, stands in one of the texts."""
    return any(f"callsheet:begin {name} " in text for text in texts)


def _title(words: str, here: str) -> str:
    """The heading that stands over a region in the template, with what follows it; nothing if it is there already."""
    lines = lines_of(words)
    headings = [place for place, line in enumerate(lines) if _is_heading(line)]
    if not headings:
        return ""
    first = headings[-1]
    known = {line.strip() for line in lines_of(here)}
    return "" if lines[first].strip() in known else "".join(lines[first:])


def _is_heading(line: str) -> bool:
    return line.startswith("#") and HEADING.fullmatch(line.rstrip("\r\n")) is not None


def _place(segments: Sequence[Segment], before: Sequence[str]) -> tuple[int, int]:
    """Where a new section goes: (segment, line in it), at the end of the section of the nearest region before it."""
    known = {segment.name: place for place, segment in enumerate(segments) if isinstance(segment, Region)}
    nearest = next((known[name] for name in reversed(before) if name in known), None)
    if nearest is None:
        return len(segments), 0
    for place in range(nearest + 1, len(segments)):
        segment = segments[place]
        if isinstance(segment, Words):
            for index, line in enumerate(lines_of(segment.text)):
                if _is_heading(line):
                    return place, index
        # The next section's region without a heading of its own; a proposal belongs to the region before it.
        elif "-new" not in segment.name:
            return place, 0
    return len(segments), 0


def _inserted(
    segments: list[Segment], at: tuple[int, int], titled: str, region: Region, line_end: str
) -> list[Segment]:
    place, line = at
    lines = lines_of(segments[place].text) if line else []
    head, tail = "".join(lines[:line]), "".join(lines[line:])
    above = head or (segments[place - 1].text if place else "")
    gap = "" if not above or above.endswith(line_end * 2) else line_end if above.endswith("\n") else line_end * 2
    behind: list[Segment] = [Words(text=tail), *segments[place + 1 :]] if line else segments[place:]
    return [*segments[:place], Words(text=head + gap + titled), region, Words(text=line_end), *behind]
