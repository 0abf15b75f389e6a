"""What a webhook told us to look at again: a name, never a fact."""

from dataclasses import dataclass
from enum import StrEnum


class HintKind(StrEnum):
    """What is to be looked at."""

    INCIDENT = "incident"
    TICKET = "ticket"


@dataclass(frozen=True, slots=True, kw_only=True)
class Hint:
    """Something that may have changed. `told` is how often we heard of it since it was last taken."""

    kind: HintKind
    subject: str
    told: int = 1
