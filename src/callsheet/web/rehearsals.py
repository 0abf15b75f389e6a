"""What the next cycle would do, for pages and programs: drawn up at most once a minute, beside whoever asks for it."""

import threading
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

import structlog

from callsheet.run.rehearsal import Rehearsal
from callsheet.web.site import Site

FRESH: Final = timedelta(seconds=60)
# Programs get no plan that is older, but are asked to come back.
USABLE: Final = timedelta(minutes=5)
# Both sides mostly answer within this, and then nobody has to ask twice.
PATIENCE_SECONDS: Final = 1.0
log = structlog.get_logger()


@dataclass(frozen=True, slots=True, kw_only=True)
class Drawn:
    """What there is: the last plan, if any, whether one is being drawn up, and why the last try came to nothing."""

    last: Rehearsal | None
    under_way: bool
    failure: str | None


class Rehearsals:
    """The last rehearsal, and a thread for the next one: never two, and a minute between them, as they cost requests.

    A side may take half a minute to be silent: nobody waits for it longer than a moment.
    """

    def __init__(self, site: Site) -> None:
        self._site = site
        self._turn = threading.Condition()
        self._last: Rehearsal | None = None
        self._failure: str | None = None
        self._under_way = False
        self._ended_at: datetime | None = None

    def latest(self) -> Drawn:
        """What to show now."""
        with self._turn:
            if not self._under_way and self._is_old():
                self._under_way = True
                threading.Thread(target=self._rehearse, name="rehearsal", daemon=True).start()
            self._turn.wait_for(lambda: not self._under_way, PATIENCE_SECONDS)
            return Drawn(last=self._last, under_way=self._under_way, failure=self._failure)

    def _is_old(self) -> bool:
        return self._ended_at is None or self._site.now() - self._ended_at >= FRESH

    def _rehearse(self) -> None:
        made, failure = None, None
        try:
            made = self._site.rehearse()
        except Exception as error:
            failure = f"{type(error).__name__}: {error}"
            log.warning("plan.failed", error=failure)
        with self._turn:
            self._last, self._failure = made or self._last, failure
            self._under_way, self._ended_at = False, self._site.now()
            self._turn.notify_all()
