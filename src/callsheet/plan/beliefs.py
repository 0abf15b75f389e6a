"""Reading a note: what its author believed, what they promised, and what they said besides."""

import re
from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Final

from callsheet.model.postmortem import Beat
from callsheet.plan.prose import Role, lines_of
from callsheet.plan.wording import read_actions

SENTENCE: Final = re.compile(r"(?<=[.!?])\s+|\n")
MARKED: Final = re.compile(r"^\W*BELIEF\s*:\s*", re.IGNORECASE)
THOUGHT: Final = re.compile(
    r"\b(?:I|we)(?:'m| am| are| was| were|'d| had)?(?: \w+(?:n['’]t)?)? "
    r"(?:think|thought|believed?|suspect(?:ed)?|assumed?|guess(?:ed)?|expect(?:ed)?|suppose|reckon)\b"
    r"|\bI(?:'m| am| was) (?:fairly |pretty |quite )?(?:sure|convinced)\b"
    r"|\bwe(?:'re| are| were) (?:fairly |pretty |quite )?(?:sure|convinced)\b"
    r"|\b(?:my|our|first|best) (?:guess|theory|hunch|bet|hypothesis|suspicion)\b"
    r"|\bsuspect(?:s|ed|ing)?\b"
    r"|^\W*(?:maybe|perhaps|probably|possibly)\b|\b(?:looks like|sounds like|smells like)\b",
    re.IGNORECASE,
)
# Told as something of before: the author knew better by then.
GIVEN_UP: Final = re.compile(
    r"\b(?:was|were) (?:\w+ )?(?:sure|convinced)\b|\b(?:thought|believed|assumed|guessed|expected|suspected)\b",
    re.IGNORECASE,
)
TICKED: Final = re.compile(r"[ ]*(?:[-*+][ ]+)?\[[xX]\][ ]")
TERM: Final = re.compile(
    r"[\s*_-]*(?:owner|assignee|assigned to|responsible|due(?: (?:date|by|on))?|deadline|priority|prio|severity"
    r"|kind|fix)[\s*_]*:",
    re.IGNORECASE,
)
CAUSE: Final = re.compile(
    r"^[ *_-]*(?:(?:probable|likely|possible|suspected) )?(?:root )?cause[ *_]*:[ *_]*(\S.*)$",
    re.IGNORECASE | re.MULTILINE,
)
PAUSE: Final = re.compile(r"\bHOLD\s*:")
CODE: Final = frozenset({Role.FENCED, Role.UNCLOSED, Role.INDENTED})


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """What a note says, in the author's own words; None where there are none of that sort.

    `belief` repeats the sentences that hold one; `words` are all of them, unless there is nothing but the belief. They
    keep the lines in which they were written.
    """

    words: str | None
    belief: str | None
    promises: int
    pause: bool


def read_note(text: str) -> Said:
    """What a note says. Quoted lines are somebody else's words, and code is left out: neither holds a belief.

    A belief is never cut out of what stands around it: "I think so. It was not so." says nothing in two halves.
    """
    said: list[str] = []
    beliefs: list[str] = []
    more = False
    lines, promises = _spoken(text)
    for line in lines:
        said.append(line)
        sentences = [line] if line.startswith(">") else SENTENCE.split(line)
        for sentence in sentences:
            if not line.startswith(">") and (MARKED.match(sentence) or THOUGHT.search(sentence)):
                beliefs.append(MARKED.sub("", sentence))
            else:
                more = True
    return Said(
        words="\n".join(said) if more else None,
        belief=" ".join(beliefs) or None,
        promises=promises,
        pause=PAUSE.search(text) is not None,
    )


def noted_cause(beats: Iterable[Beat]) -> Beat | None:
    """The last beat in which a person wrote `Root cause: …` or `Cause: …`, with the words behind it as observation."""
    for beat in reversed(tuple(beats)):
        found = CAUSE.search(beat.observation or "") if beat.by_person else None
        if found:
            return replace(beat, observation=found[1].strip())
    return None


def standing_belief(beats: Iterable[Beat]) -> Beat | None:
    """The last beat whose belief can be told alone; None where there is none.

    | the belief                                             | told |
    |--------------------------------------------------------|------|
    | is told as one of before: “I was sure that …”          | no   |
    | is followed by more words, which may take it back      | no   |
    | is set apart by its author: “BELIEF: …”                | yes  |
    | ends its note, or is all of it                         | yes  |
    """
    return next(
        (beat for beat in reversed(tuple(beats)) if beat.belief and _stands(beat.belief, beat.observation)), None
    )


def _stands(belief: str, words: str | None) -> bool:
    if GIVEN_UP.search(belief):
        return False
    return words is None or MARKED.match(words) is not None or words.rstrip().endswith(belief.rstrip())


def _spoken(text: str) -> tuple[list[str], int]:
    """The lines that are neither code nor promises, and how many promises there were."""
    written = {found.line for found in read_actions(text)[0]}
    spoken: list[str] = []
    block = False
    for line in lines_of(text):
        if line.role is Role.BLANK:
            block = False
        # A promise, open or kept, and the terms on the lines below it: the call sheet has them.
        elif line.number in written or (line.role is Role.WORDS and TICKED.match(line.text)):
            block = True
        elif block and TERM.match(line.text):
            continue
        # A code block stands in one word.
        elif line.role in CODE:
            spoken += [] if spoken[-1:] == ["(code)"] else ["(code)"]
        else:
            block = False
            spoken.append(line.text.strip())
    return spoken, len(written)
