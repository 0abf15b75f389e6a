"""The Jira connector keeps what every tracker promises, in both flavours, against the sandbox."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from callsheet.testing.builders import make_person
from callsheet.testing.contracts import TrackerBench, TrackerContract
from tests.connectors.jira.stage import TASK, Stage, domain, draft


class TestJira(TrackerContract):
    @pytest.fixture
    def bench(self, stage: Stage) -> TrackerBench:
        at = domain(stage)

        def wait(time: timedelta) -> None:
            stage.box.advance(time)

        def retitle(ticket_id: str, title: str) -> None:
            stage.act("summary", issue=ticket_id, text=title)

        return TrackerBench(
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
