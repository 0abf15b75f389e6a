"""Regions: the parts of a document that Callsheet wrote, between markers that say what it wrote.

`<!-- callsheet:begin timeline sha=0123456789ab -->` … `<!-- callsheet:end timeline -->`, each alone on its line. The
sha is of the content as generated, so a region that a person touched is known from the document alone.
"""

import hashlib
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from typing import Final

# Word processors make one dash of two, and put a backslash before each sign: a marker stays one.
MARKER: Final = re.compile(
    r"\ufeff?[ \t]{0,3}\\?<\\?!(?:\\?-\\?-|[—–])[ \t]*callsheet:(?P<edge>begin|end)[ \t]+(?P<name>[a-z][a-z0-9-]*)"
    r"(?:[ \t]+sha=(?P<sha>[0-9a-f]{12}))?[ \t]*(?:\\?-\\?-|[—–])\\?>[ \t\r]*\n?"
)
# What formatters write for our `*so*` and `- so`: Prettier prefers the first, others the second.
UNDERLINED: Final = re.compile(r"(?<![\w\\])_(?=\S)((?:\\.|[^_\\\n])*(?:\\\S|[^_\\\s]))_(?!\w)")
BULLET: Final = re.compile(r"^([ \t]*)[*+](?=[ \t])", re.MULTILINE)


@dataclass(frozen=True, slots=True, kw_only=True)
class Words:
    """Text that is not ours."""

    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Region:
    """Text between a pair of markers. `begin` and `end` are the marker lines as they stand."""

    name: str
    sha: str | None
    begin: str
    content: str
    end: str

    @property
    def text(self) -> str:
        """The region with its markers, byte for byte."""
        return self.begin + self.content + self.end

    @property
    def untouched(self) -> bool:
        """Whether the content is what Callsheet wrote. White space and a formatter's marks are nobody's words."""
        if self.sha == fingerprint(self.name, self.content):
            return True
        ours = as_ours(self.content)
        return ours != self.content and self.sha == fingerprint(self.name, ours)


Segment = Words | Region


def lines_of(text: str) -> list[str]:
    """The lines with their ends; only a line feed ends a line, so that nothing exotic splits a person's text."""
    *whole, rest = text.split("\n")
    return [line + "\n" for line in whole] + ([rest] if rest else [])


def without_markers(text: str) -> str:
    """What people read of a document: the markers of regions, whose fingerprints change with every word, are none."""
    return "".join(line for line in lines_of(text) if not MARKER.fullmatch(line))


def as_ours(text: str) -> str:
    """Lines with the marks that Callsheet writes, where a formatter has put others of the same meaning."""
    text = UNDERLINED.sub(r"*\1*", text) if "_" in text else text
    return BULLET.sub(r"\1-", text) if "* " in text or "+ " in text else text


def fingerprint(name: str, content: str) -> str:
    """Twelve hex characters for a region's content, the same with CRLF and after trailing blanks were trimmed."""
    lines = "\n".join(line.rstrip() for line in content.split("\n")).strip("\n")
    return hashlib.sha256(f"{name}\n{lines}".encode("utf-8", "surrogatepass")).hexdigest()[:12]


def region(name: str, content: str) -> Region:
    """A region as Callsheet writes it."""
    body = content.strip("\n")
    inner = f"\n{body}\n\n" if body else "\n"
    begin = f"<!-- callsheet:begin {name} sha={fingerprint(name, inner)} -->\n"
    return Region(
        name=name, sha=fingerprint(name, inner), begin=begin, content=inner, end=f"<!-- callsheet:end {name} -->\n"
    )


def with_line_ends(written: Region, line_end: str) -> Region:
    """A region that was written with line feeds, in the line ends of its document."""
    begin, content, end = (part.replace("\n", line_end) for part in (written.begin, written.content, written.end))
    return replace(written, begin=begin, content=content, end=end)


def join(segments: Iterable[Segment]) -> str:
    """The text again: `join(split(text)) == text` for any text."""
    return "".join(segment.text for segment in segments)


def split(text: str) -> tuple[Segment, ...]:
    """Cut a document into our regions and everything else.

    A marker without its partner, and every second region of a name, is somebody's words. Of two regions with one
    name the first untouched one is ours, else the first.
    """
    pairs = tuple(_pairs(lines_of(text)))
    ours: dict[str, Region] = {}
    for segment in pairs:
        if isinstance(segment, Region):
            known = ours.get(segment.name)
            if known is None or (segment.untouched and not known.untouched):
                ours[segment.name] = segment
    chosen = {id(segment) for segment in ours.values()}
    return tuple(_together(segment if id(segment) in chosen else Words(text=segment.text) for segment in pairs))


def regions_of(text: str | None) -> dict[str, Region]:
    """The regions by name, in their order."""
    return {segment.name: segment for segment in split(text or "") if isinstance(segment, Region)}


def _pairs(lines: list[str]) -> Iterator[Segment]:
    """Pair each begin with an end of its name if no other marker stands between them."""
    opened: int | None = None
    done = 0
    for place, line in enumerate(lines):
        marker = MARKER.fullmatch(line) if "callsheet:" in line else None
        if marker is None:
            continue
        # A begin, whatever was open before: that one never closed.
        if marker["edge"] == "begin":
            opened = place
            continue
        begin = MARKER.fullmatch(lines[opened]) if opened is not None else None
        # An end of the open region.
        if opened is not None and begin is not None and begin["name"] == marker["name"]:
            yield Words(text="".join(lines[done:opened]))
            yield Region(
                name=begin["name"],
                sha=begin["sha"],
                begin=lines[opened],
                content="".join(lines[opened + 1 : place]),
                end=line,
            )
            done = place + 1
        # Any other end closes nothing, and what was open stays words.
        opened = None
    yield Words(text="".join(lines[done:]))


def _together(segments: Iterable[Segment]) -> Iterator[Segment]:
    """Neighbouring words as one, empty ones left out."""
    held = ""
    for segment in segments:
        if isinstance(segment, Words):
            held += segment.text
            continue
        if held:
            yield Words(text=held)
        held = ""
        yield segment
    if held:
        yield Words(text=held)
