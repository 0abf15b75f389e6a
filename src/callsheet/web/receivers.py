"""Who reads webhooks, by connector; put together anew when a signature does not fit, since a secret may be renewed."""

import threading
from collections.abc import Callable, Iterator, Mapping
from time import monotonic

import structlog

from callsheet.connect.options import Problems
from callsheet.connect.ports import WebhookReceiver

# Anybody can send what is not signed: that must not have us read our configuration all the time. In seconds.
LOOK_EVERY = 10.0

Found = Mapping[str, WebhookReceiver | None]
log = structlog.get_logger()


class Receivers(Mapping[str, WebhookReceiver | None]):
    """The receivers; None where no webhook secret is set. `again` has them by the secrets as they lie there now."""

    def __init__(self, found: Found, again: Callable[[], Found]) -> None:
        self._found = found
        self._again = again
        self._turn = threading.Lock()
        self._looked: float | None = None

    def __getitem__(self, connector: str) -> WebhookReceiver | None:
        return self._found[connector]

    def __iter__(self) -> Iterator[str]:
        return iter(self._found)

    def __len__(self) -> int:
        return len(self._found)

    def renewed(self, connector: str) -> WebhookReceiver | None:
        """The receiver by the secret as it is now, looked for every few seconds at most."""
        with self._turn:
            if self._looked is None or monotonic() - self._looked >= LOOK_EVERY:
                self._looked = monotonic()
                self._look()
        return self._found[connector]

    def _look(self) -> None:
        try:
            fresh = self._again()
        except Problems as error:
            log.warning("secrets.unreadable", problems=[str(problem) for problem in error.problems])
        else:
            # A secret that is gone for a moment, as while its file is replaced, shuts no door.
            self._found = {name: fresh.get(name) or old for name, old in self._found.items()}
