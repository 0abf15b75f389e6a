"""The apprise notifier keeps what every notifier promises."""

import pytest

from callsheet.model.nudge import Digest
from callsheet.testing.contracts import NotifierBench, NotifierContract

from .conftest import PASSWORD, PATH_SECRET, Hook, House


class TestAppriseNotifier(NotifierContract):
    @pytest.fixture
    def bench(self, hook: Hook, house: House, ada: Digest, nobody: Digest) -> NotifierBench:
        def break_down() -> None:
            hook.status = 500

        return NotifierBench(
            notifier=house.notifier(hook.url()),
            arrived=lambda: [f"{message['title']}\n{message['message']}" for message in hook.messages],
            break_down=break_down,
            counted=lambda: house.counted,
            reachable=ada,
            unreachable=nobody,
            secrets=(PATH_SECRET, PASSWORD),
        )
