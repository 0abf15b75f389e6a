"""What the daemon hands to every connector when it builds one."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import tzinfo
from pathlib import Path

from callsheet.connect.ports import Clock


@dataclass(frozen=True, slots=True, kw_only=True)
class Context:
    """The house that a connector lives in.

    `count` is called once for each HTTP request really sent. `ca_file` is a private CA to trust besides the
    system's. `zone` is the team's time zone. `namespace` goes into markers.
    """

    clock: Clock
    count: Callable[[], None]
    namespace: str
    zone: tzinfo
    user_agent: str
    ca_file: Path | None = None
