"""A text that a model drafted, with all that a person has to know before they believe a word of it. Pure."""

from collections.abc import Iterator
from dataclasses import dataclass

from callsheet.review.answer import Check, check
from callsheet.review.evidence import Packet
from callsheet.review.prompts import DRAFTED, Artefact


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """What a model wrote for an artefact, and what the evidence says to it. Nobody has verified it."""

    artefact: Artefact
    model: str
    text: str
    check: Check


def judged(artefact: Artefact, model: str, text: str, evidence: Packet) -> Draft:
    """A draft held against its evidence. Who need not tell every plot point is not blamed for leaving some out."""
    found = check(text, evidence)
    return Draft(
        artefact=artefact,
        model=model,
        text=text,
        check=found if artefact.covers else Check(flags=found.flags, uncovered=()),
    )


def shown(draft: Draft, evidence: Packet) -> str:
    """The draft in Markdown: quoted, so that no line of it can pass for one of ours; then doubts, then the evidence."""
    quoted = "\n".join(f"> {line}".rstrip() for line in draft.text.splitlines())
    entries = "\n".join(f"[E{entry.number}] {' '.join(entry.text.split())}  " for entry in evidence.entries)
    doubts = "\n".join(_doubts(draft.check)) or "- Nothing was found. That proves nothing: sense is not checked."
    return f"""\
# {draft.artefact.title}: incident {evidence.incident}

**{DRAFTED}** (Model: {draft.model})

{quoted}

## Look at these first

{doubts}

## Evidence

{entries}
"""


def _doubts(found: Check) -> Iterator[str]:
    for flag in found.flags:
        words = f" (“{flag.words}”)" if flag.words else ""
        yield f"- {flag.doubt.value.capitalize()}{words}: “{flag.sentence}”"
    for turn in found.uncovered:
        yield f"- Nothing tells of the {turn.casefold()}."
