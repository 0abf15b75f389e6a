"""Who a sentence speaks of: people, by role, pronoun, handle or name. Anything else is a system."""

import re
from collections.abc import Iterable
from typing import Final

ROLES: Final = (
    "engineer|developer|operator|admin|administrator|sysadmin|dba|sre|programmer|author|reviewer|approver|"
    "deployer|committer|manager|lead|commander|responder|analyst|architect|intern|contractor|colleague|employee|"
    "person|people|human|team|squad|crew|staff|support|agent|on-call|on call|oncaller|oncall|first responder|"
    "ops|devops|leadership|management|director|owner|maintainer|tester|qa|shift|user|newcomer|trainee|technician"
)
PRONOUNS: Final = (
    "he|she|they|we|you|i|nobody|no one|no-one|none of us|none of them|someone|somebody|everyone|everybody|anyone|"
    "anybody|whoever|neither of them|both of them"
)
# Words that may stand between an article and a role.
BEFORE: Final = (
    r"(?:(?:the|our|an?|that|this|another|one of the|one of our|some|several|both|all|each|every|junior|senior|new|"
    r"newly hired|whole|entire|primary|secondary|incident|release|database|network|platform|payments|security|support|"
    r"on-call|on call|oncall|duty|shift|night|infrastructure|storage|data|backend|frontend|product|engineering|same|"
    r"outgoing|incoming|customer|other|responsible|tired|inexperienced)\s+)*"
)
# The owner of a thing is no subject: “the team’s dashboard failed to load” speaks of a dashboard.
NOT_OWNER: Final = r"(?![’']s?\b|[’'](?=\s)|-)"


def human(names: Iterable[str]) -> str:
    """A regular expression for a person, a role or a team as a subject. `names` are those who took part."""
    return rf"{owner(names)}{NOT_OWNER}"


def owner(names: Iterable[str]) -> str:
    """The same for one who owns something: what follows may be an apostrophe."""
    known = {part for name in names for part in (name, *name.split()) if len(part) > 1}
    spelled = [re.escape(name) for name in sorted(known, key=len, reverse=True)]
    choices = "|".join([rf"(?:{BEFORE})(?:{ROLES})s?", PRONOUNS, r"@[\w.-]+", *spelled])
    return rf"(?<![\w@-])(?:{choices})\b"
