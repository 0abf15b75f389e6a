"""A webhook's secret that was renewed is taken up at the first signature that does not fit, without a restart."""

from __future__ import annotations

from collections.abc import Mapping

import pytest
import structlog

from callsheet.connect.options import Problem, Problems
from callsheet.connect.ports import WebhookReceiver
from callsheet.web import receivers
from callsheet.web.receivers import Receivers
from callsheet_pagerduty.receiver import Receiver
from tests.unit.web.house import by_pagerduty, pagerduty_body

BODY = pagerduty_body()
OLD, NEW = "CANARY-old-secret", "CANARY-new-secret"


class Lying:
    """The secret as it lies there now; None when it can't be read."""

    def __init__(self, secret: str | None) -> None:
        self.secret = secret
        self.asked = 0

    def __call__(self) -> Mapping[str, WebhookReceiver | None]:
        self.asked += 1
        if self.secret is None:
            raise Problems([Problem("PAGERDUTY_WEBHOOK_SECRET_FILE", "is empty")])
        return {"pagerduty": Receiver([self.secret]) if self.secret else None}


def fits(receiver: WebhookReceiver | None, secret: str) -> bool:
    headers = {name.lower(): value for name, value in by_pagerduty(BODY, secret).items()}
    return receiver is not None and receiver.verify(headers, BODY)


def test_the_new_secret_counts_and_the_old_one_no_longer() -> None:
    lying = Lying(OLD)
    ears = Receivers(lying(), lying)
    assert fits(ears["pagerduty"], OLD)
    lying.secret = NEW
    assert fits(ears.renewed("pagerduty"), NEW)
    assert fits(ears["pagerduty"], NEW)
    assert not fits(ears["pagerduty"], OLD)


def test_a_storm_of_bad_signatures_reads_the_secret_once_in_a_while(monkeypatch: pytest.MonkeyPatch) -> None:
    now = 100.0
    monkeypatch.setattr(receivers, "monotonic", lambda: now)
    lying = Lying(OLD)
    ears = Receivers(lying(), lying)
    for _ in range(50):
        ears.renewed("pagerduty")
    assert lying.asked == 2
    now += receivers.LOOK_EVERY
    ears.renewed("pagerduty")
    assert lying.asked == 3


@pytest.mark.parametrize("gone", [None, ""])
def test_a_secret_that_can_not_be_had_just_now_shuts_no_door(gone: str | None) -> None:
    lying = Lying(OLD)
    ears = Receivers(lying(), lying)
    lying.secret = gone
    with structlog.testing.capture_logs() as logs:
        assert fits(ears.renewed("pagerduty"), OLD)
    assert [entry["event"] for entry in logs] == (["secrets.unreadable"] if gone is None else [])
    assert "CANARY" not in str(logs)
