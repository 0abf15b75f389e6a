"""The forms that blame takes, for `review/blame.py`: what to look for, and the better way.

In a form `<who>` stands for a person, role or team as a subject, `<owner>` for one before an apostrophe, `<adv>` for
what may stand between a subject and its verb, and the other words in brackets for lists of `blame_words`.
"""

from typing import Final

from callsheet.model.review import Rule
from callsheet.review.hindsight import FAULTS, HINDSIGHT
from callsheet.review.neglect import OMISSIONS, VERDICTS

FORMS: Final = (*HINDSIGHT, *FAULTS, *OMISSIONS, *VERDICTS)

HINTS: Final = {
    Rule.SHOULD_HAVE: "Hindsight. Tell what they did and what made it sensible then; put the wish on the call sheet.",
    Rule.HUMAN_ERROR: "A slip is a symptom. Ask what let one slip reach so far, and write that.",
    Rule.FAULT: "Say what the system made easy, hid or allowed, and leave the person out.",
    Rule.FAILED_TO: "Tell what they did do, what they could see, and what would have shown them more.",
    Rule.COUNTERFACTUAL: "This did not happen. Describe what did, and what in the system led there.",
    Rule.JUDGEMENT: "A verdict on a person explains nothing. Describe the conditions: time, load, tools, signals.",
    Rule.DISCIPLINE: "Being told to try harder changes nothing. Name a change to a tool, a guard or a habit.",
}
