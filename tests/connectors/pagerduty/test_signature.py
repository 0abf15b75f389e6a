"""Webhook signatures, on real deliveries."""

from __future__ import annotations

import hashlib
import hmac
import json

import pytest

from callsheet.connect.errors import Malformed
from callsheet_pagerduty.receiver import Receiver
from callsheet_pagerduty.signature import verify
from callsheet_pagerduty.wire import touched
from tests.connectors.pagerduty.stage import recording


def sign(secret: str, body: bytes) -> str:
    return "v1=" + hmac.new(secret.encode(), body, hashlib.sha256).hexdigest()


@pytest.mark.payloads
def test_recorded_deliveries_verify_and_a_changed_byte_does_not() -> None:
    recorded = recording("aldaviva_webhooks_v3_signed.json")
    secret = recorded["signing_secret"]
    for delivery in recorded["deliveries"]:
        body = delivery["raw_body"].encode()
        assert verify(body, delivery["signature"], [secret]) is True
        assert verify(body + b" ", delivery["signature"], [secret]) is False
        assert verify(body, delivery["signature"], [secret[:-1]]) is False


@pytest.mark.payloads
def test_recorded_deliveries_name_their_incident_and_a_ping_names_none() -> None:
    deliveries = recording("aldaviva_webhooks_v3_signed.json")["deliveries"]
    found = {each["event_type"]: touched(json.loads(each["raw_body"])["event"]) for each in deliveries}
    assert found.pop("pagey.ping") is None
    assert set(found.values()) == {"Q2CKYRLH85UNN4"}
    assert "incident.annotated" in found


def test_any_signature_under_any_secret_is_enough() -> None:
    body = b"{}"
    header = f"{sign('old', body)}, {sign('new', body)}"
    assert verify(body, header, ["new"])
    assert verify(body, header, ["unknown", "old"])
    assert verify(body, f"v2=whatever,  {sign('new', body)} ", ["new"])


@pytest.mark.parametrize("header", ["", "v1=", "v1", ",", "v1=zz", "v1=ü", "sha256=00", "v0=" + "0" * 64])
def test_a_header_without_a_good_signature_is_refused(header: str) -> None:
    assert verify(b"{}", header, ["secret"]) is False


def test_no_secret_verifies_nothing() -> None:
    assert verify(b"{}", sign("", b"{}"), []) is False
    assert verify(b"{}", sign("", b"{}"), [""]) is False


@pytest.mark.parametrize("body", [b"", b"null", b"[]", b"{", b"\xff"])
def test_a_webhook_that_is_no_json_object_is_malformed(body: bytes) -> None:
    with pytest.raises(Malformed):
        Receiver([]).touched({}, body)


@pytest.mark.parametrize("event", [3, {}, {"data": None}, {"data": {"id": "X"}}])
def test_a_webhook_that_names_no_incident_touches_none(event: object) -> None:
    assert Receiver([]).touched({}, json.dumps({"event": event}).encode()) is None


def test_things_inside_an_incident_touch_it() -> None:
    for kind in ("incident_note", "incident_responder", "incident_status_update", "not_yet_invented"):
        data = {"type": kind, "id": "X1", "incident": {"id": "Q9", "type": "incident_reference"}}
        assert touched({"data": data}) == "Q9"
