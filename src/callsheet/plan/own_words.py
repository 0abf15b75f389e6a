"""Lines of a timeline in Callsheet's own words: a review judges what people write, and never these."""

import re
from typing import Final

from callsheet.plan.beats import TOLD, without_whom
from callsheet.plan.silence import SILENT

# What a beat says besides the words of TOLD: see `plan/beats.py`, `plan/fold.py` and `plan/silence.py`.
BESIDES: Final = (
    r"(?:triggered|opened|reopened) the incident|triggered it again|fell silent: no alert was left|"
    r"went out(?:, says .+| \(.*\))?|set the (?:priority|urgency) to \S+(?: \S+)?(?: \(it was .+\))?|"
    r"raised an? .*alert.*|(?:called|brought) in .+|called for a pause|"
    r"opened incident #\d+, later merged into this one|wrote a note that is not there any more|"
    r"has an entry of the kind “.*”|noted(?: a belief|,? (?:with )?\d+ action items?)?|" + re.escape(SILENT) + r" .+"
)
DONE: Final = "|".join(
    re.escape(form).replace(re.escape("{who}"), ".+")
    for words in TOLD.values()
    for form in (words, without_whom(words))
)
# What is only counted, as `render/screenplay.py` tells it, and as it once did: old documents hold that.
COUNTED: Final = r"\*(?:(?:Meanwhile(?:, until .+)?|Until .+ also|Also): .+\.|\(and .*\))\*"
# As `told()` there writes it: time, who, action, then a quotation or the full stop.
BEAT: Final = re.compile(
    r"- \*\*\d\d:\d\d\*\* (?:\([^)]*\) )?\*\*(?:\\.|[^*\\])+\*\* "
    rf"(?:{DONE}|{BESIDES})(?:: “.*|\.(?: {COUNTED})?)"
)


def is_own_beat(line: str) -> bool:
    """Whether a line of the timeline stands as Callsheet words it; what it quotes is evidence."""
    return BEAT.fullmatch(line.rstrip()) is not None
