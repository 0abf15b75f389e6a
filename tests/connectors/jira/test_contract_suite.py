"""The Jira connector keeps what every tracker promises, in both flavours, against the sandbox."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta

import pytest
from tests.conftest import NOW, MakeSandbox
from tests.connectors.jira.house import House
from tests.connectors.jira.stage import TASK, Stage, domain, draft

from callsheet.testing.builders import make_person
from callsheet.testing.contracts import TrackerBench, TrackerContract


class TestJira(TrackerContract):
    @pytest.fixture(params=["cloud", "datacenter"])
    def bench(self, request: pytest.FixtureRequest, make_sandbox: MakeSandbox) -> Iterator[TrackerBench]:
        with make_sandbox(seed=7, incidents=1, now=NOW) as box:
            stage = Stage(box, request.param, House())
            at = domain(stage)

            def wait(time: timedelta) -> None:
                box.advance(time)

            def retitle(ticket_id: str, title: str) -> None:
                stage.act("summary", issue=ticket_id, text=title)

            yield TrackerBench(
                tracker=stage.jira(),
                wait=wait,
                retitle=retitle,
                delete=lambda ticket_id: stage.act("delete", issue=ticket_id) and None,
                lose_reply=lambda: stage.fault("drop_after", "/issue", method="POST", times=1),
                refuse=lambda: stage.fault("expire_token"),
                people=(
                    make_person("Ana Ferreira", email=f"ana.ferreira@{at}"),
                    make_person("Lena Weber", email=f"lena.weber@{at}"),
                ),
                stranger=make_person("Noor Haddad", email=f"noor.haddad@{at}"),
                refused=draft(project="WEB", issue_type_id=TASK, due_on=date(2026, 11, 30)),
            )
