"""A daemon in a process of its own that ends with `os._exit` at the n-th commit or request: no `finally` is run.

`python -m tests.torture.mortal CONFIG N`, for the sweep; the environment says where the sandbox is.
"""

from __future__ import annotations

import os
import sys
import threading
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

from callsheet.bootstrap import assemble
from callsheet.run.cycle import run_cycle
from callsheet.settings import load
from callsheet.store import Store
from callsheet_jira.transport import Transport
from callsheet_pagerduty.session import Session
from tests.torture.engine import MortalStore

DIED = 9


class Countdown:
    """Ends the process at its n-th point."""

    def __init__(self, points: int) -> None:
        self._left = points

    def __call__(self, _: str = "") -> None:
        self._left -= 1
        if self._left == 0:
            os._exit(DIED)


def surrounded(act: Callable[..., Any], step: Callable[[], None]) -> Callable[..., Any]:
    """The act with a point before and after it."""

    def stepped(*given: Any, **named: Any) -> Any:
        step()
        came = act(*given, **named)
        step()
        return came

    return stepped


def main(config: str, points: str) -> None:
    """One cycle, as far as it comes."""
    step = Countdown(int(points))
    configuration = load(Path(config), dict(os.environ))
    path = Path(configuration.settings.database_url.removeprefix("sqlite:///"))
    store: Store = MortalStore(path, step)
    # A process of its own, which ends here: nobody else sees what is replaced.
    Transport.send = surrounded(Transport.send, partial(step, ""))
    Session.request = surrounded(Session.request, partial(step, ""))
    run_cycle(assemble(configuration, store, threading.Event()))


if __name__ == "__main__":
    main(*sys.argv[1:])
