"""What the next cycle would do, for pages and programs: asked for at most once a minute, by one at a time."""

import threading
from collections.abc import Callable
from datetime import timedelta
from typing import Final

from callsheet.run.rehearsal import Rehearsal
from callsheet.web.site import Site

FRESH: Final = timedelta(seconds=60)


class Rehearsals:
    """The last rehearsal, or a new one where that is old. It costs requests, so nobody gets more than one a minute."""

    def __init__(self, site: Site) -> None:
        self._rehearse: Callable[[], Rehearsal] = site.rehearse
        self._site = site
        self._turn = threading.Lock()
        self._last: Rehearsal | None = None

    def latest(self) -> Rehearsal:
        """The one to show now."""
        last = self._last
        if last and self._site.now() - last.at < FRESH:
            return last
        # A side may take half a minute to be silent: who comes meanwhile sees what there was, and holds no thread.
        if not self._turn.acquire(blocking=last is None) and last:
            return last
        try:
            if self._last is last:
                self._last = self._rehearse()
            assert self._last is not None  # noqa: S101 - it was made here, or by whom we waited for
            return self._last
        finally:
            self._turn.release()
