"""Before any markup: text made fit for one line, and a body cut to a budget. Pure."""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from callsheet.model.text import Body, Bullets, Paragraph, Span

ELLIPSIS = "…"
TITLE_UNITS = 254
_BREAKS = re.compile("\r\n|[\t\n\v\f\r\x1c-\x1e\x85\u2028\u2029]")
_UNPRINTABLE = re.compile("[\x00-\x08\x0e-\x1b\x1f\x7f-\x84\x86-\x9f\ufffe\uffff]")
_HALF_PAIRS = re.compile("[\ud800-\udfff]")

Weigh = Callable[[Span], int]


def one_line(text: str) -> str:
    """The text without line breaks (spaces instead), control characters or halves of surrogate pairs."""
    return _HALF_PAIRS.sub("\ufffd", _UNPRINTABLE.sub("", _BREAKS.sub(" ", text)))


def title(text: str) -> str:
    """A summary that Jira takes: one line, at most 254 UTF-16 units, which is how Jira counts."""
    words = " ".join(one_line(text).split()) or "(untitled)"
    if _units(words) <= TITLE_UNITS:
        return words
    while _units(words) > TITLE_UNITS - 1:
        words = words[:-1]
    return words.rstrip() + ELLIPSIS


def cut(body: Body, budget: int, weigh: Weigh) -> Body:
    """The beginning of the body that weighs no more than the budget; an ellipsis where something is gone."""
    if sum(weigh(span) for span in _spans(body)) <= budget:
        return body
    purse = _Purse(left=budget - weigh(Span(text=ELLIPSIS)), weigh=weigh)
    kept: list[Paragraph | Bullets] = []
    for block in body:
        if isinstance(block, Bullets):
            items = tuple(line for line in map(purse.take, block.items) if line.spans)
            kept += [Bullets(items=items)] if items else []
        elif (line := purse.take(block)).spans:
            kept.append(line)
    return tuple(kept)


@dataclass(slots=True, kw_only=True)
class _Purse:
    """What is left to spend; the first span that is too dear is shortened and nothing follows it."""

    left: int
    weigh: Weigh
    spent: bool = False

    def take(self, line: Paragraph) -> Paragraph:
        return Paragraph(spans=tuple(self._affordable(line)))

    def _affordable(self, line: Paragraph) -> Iterator[Span]:
        for span in line.spans:
            if self.spent:
                return
            if self.weigh(span) <= self.left:
                self.left -= self.weigh(span)
                yield span
            else:
                self.spent = True
                yield self._shortened(span)

    def _shortened(self, span: Span) -> Span:
        low, high = 0, len(span.text)
        while low < high:
            middle = (low + high + 1) // 2
            fits = self.weigh(Span(text=span.text[:middle])) <= self.left
            low, high = (middle, high) if fits else (low, middle - 1)
        # The link goes: a shortened text may no longer say where it leads.
        return Span(text=span.text[:low] + ELLIPSIS, strong=span.strong)


def _spans(body: Body) -> Iterator[Span]:
    for block in body:
        for line in block.items if isinstance(block, Bullets) else (block,):
            yield from line.spans


def _units(text: str) -> int:
    return len(text) + sum(ord(letter) > 0xFFFF for letter in text)
