"""A text as sentences with their lines, before they are judged: code, quotations and comments are not the author's."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

FENCE: Final = re.compile(r"^\s*(```|~~~)")
COMMENT: Final = re.compile(r"<!--.*?-->", re.DOTALL)
# Words in quotation marks, code and block quotes are somebody's words as they were said: evidence, not judgement.
QUOTED: Final = re.compile(
    r"“[^”]*”|\"[^\"\n]*\"|`[^`\n]*`|«[^»]*»|(?<![\w’'])‘[^’]*’(?!\w)|(?<![\w’'])'[^'\n]*'(?!\w)"
)
MARKUP: Final = re.compile(r"[*_~]{1,3}(?=\S)|(?<=\S)[*_~]{1,3}|^\s*(?:[-*+]|\d+[.)]|#{1,6}|\[[ xX]\])\s+")
LINK: Final = re.compile(r"!?\[([^\]]*)\]\([^)]*\)")
END: Final = re.compile(r"[.!?…][\"”’)]*(?P<gap>\s+)(?=(?:\*\*|[*_\"“‘(])?[A-Z0-9@])")
# A full stop after these does not end a sentence.
SHORT: Final = re.compile(r"\b(?:e\.g|i\.e|etc|vs|approx|no|fig|mr|mrs|ms|dr|st)\.$", re.IGNORECASE)


@dataclass(frozen=True, slots=True, kw_only=True)
class Sentence:
    """One sentence, quotations blanked to “…”; `written` is how it stands; `line` counts from 1."""

    line: int
    text: str
    written: str


def sentences(text: str, *, first_line: int = 1) -> Iterator[Sentence]:
    """Every sentence of a Markdown text, paragraph by paragraph."""
    for line, paragraph in paragraphs(text, first_line=first_line):
        done = 0
        for part in _split(paragraph):
            place = paragraph.index(part, done)
            done = place + len(part)
            written = bare(" ".join(part.split()))
            if written:
                yield Sentence(
                    line=line + paragraph.count("\n", 0, place), text=QUOTED.sub("“…”", written), written=written
                )


def paragraphs(text: str, *, first_line: int = 1) -> Iterator[tuple[int, str]]:
    """Runs of lines that belong together, with the line of the first; code, comments, tables and quotes left out."""
    blank = COMMENT.sub(lambda match: "\n" * match[0].count("\n"), text)
    fenced, start, held = False, 0, list[str]()
    for number, line in enumerate([*blank.splitlines(), ""], start=first_line):
        fence = bool(FENCE.match(line))
        fenced ^= fence
        alone = fence or fenced or not line.strip() or line.lstrip().startswith((">", "|")) or line.strip() == "---"
        if held and (alone or re.match(r"\s*(?:[-*+]|\d+[.)]|#{1,6})\s", line)):
            yield start, "\n".join(held)
            held = []
        if not alone:
            start = start if held else number
            held.append(line)
        if held and line.lstrip().startswith("#"):
            yield start, line
            held = []


def bare(text: str) -> str:
    """The words without Markdown's marks."""
    return MARKUP.sub("", LINK.sub(r"\1", text)).replace("\\", "").strip()


def words(text: str) -> list[str]:
    """The words of a text, numbers included."""
    return re.findall(r"[^\W_]+(?:[’'.:,-][^\W_]+)*%?", text)


def _split(paragraph: str) -> Iterator[str]:
    start = 0
    # What somebody said stays in one piece, however many sentences it has.
    for match in END.finditer(QUOTED.sub(_muted, paragraph)):
        if not SHORT.search(paragraph[start : match.start("gap")]):
            yield paragraph[start : match.start("gap")]
            start = match.end()
    if paragraph[start:].strip():
        yield paragraph[start:]


def _muted(quoted: re.Match[str]) -> str:
    """As long as the quotation, with nothing in it that ends a sentence but its own end."""
    return "“".ljust(len(quoted[0]) - 2, "-") + quoted[0][-2:]
