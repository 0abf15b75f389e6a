"""The PagerDuty connector keeps what every paging source promises, against the sandbox."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import pytest

from callsheet.sandbox.server import Sandbox
from callsheet.testing.clock import FakeClock
from callsheet.testing.contracts import SourceBench, SourceContract
from callsheet_pagerduty.connector import build
from callsheet_pagerduty.options import PagerDutyOptions
from tests.conftest import NOW, MakeSandbox
from tests.connectors.pagerduty.stage import context


@dataclass(frozen=True, slots=True)
class BoxClock:
    """The sandbox's own clock."""

    box: Sandbox

    def now(self) -> datetime:
        return self.box.now()

    def wait(self, seconds: float) -> bool:
        self.box.advance(timedelta(seconds=seconds))
        return False

    def monotonic(self) -> float:
        return self.box.now().timestamp()


class TestPagerDuty(SourceContract):
    @pytest.fixture
    def bench(self, make_sandbox: MakeSandbox) -> Iterator[SourceBench]:
        with make_sandbox(seed=7, incidents=3, now=NOW) as box:
            options = PagerDutyOptions.read(box.env())
            source = build(options, context(FakeClock(NOW), lambda: None))

            def act(do: str, **wanted: Any) -> dict[str, Any]:
                return box.pagerduty_act(do, **wanted)

            def wait(time: timedelta) -> None:
                box.advance(time)

            yield SourceBench(
                source=source,
                clock=BoxClock(box),
                wait=wait,
                happen=lambda: str(act("trigger", title="Checkout is slow")["incident"]),
                resolve=lambda id_: act("resolve", incident=id_) and None,
                say=lambda id_, text: str(act("note", incident=id_, text=text)["note"]),
                unsay=lambda id_, note: act("delete_note", incident=id_, note=note) and None,
                lose_reply=lambda: box.fault(
                    "drop_after", side="pagerduty", method="POST", path="/incidents/{id}/notes", times=1
                ),
                refuse=lambda: box.fault("expire_token", side="pagerduty"),
            )
            source.close()
