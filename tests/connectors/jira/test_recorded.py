"""Pure reading, on answers and webhooks that real sites gave to other projects."""

from __future__ import annotations

import hashlib
import hmac
import json
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest
from pydantic import SecretStr

from callsheet.model.ticket import Category, Choice, MatchKind
from callsheet_jira import adf, people, screens, signature, wire
from callsheet_jira.flavour import Cloud, DataCenter
from callsheet_jira.workflow import Step

pytestmark = pytest.mark.payloads
Payload = Callable[[str], Any]
BROWSE = "https://jira.example.com/jira"


def test_a_cloud_issue_with_adf_becomes_a_ticket(payload: Payload) -> None:
    cloud = Cloud()
    ticket = wire.ticket(payload("issue_cloud_v3_adf.json"), browse=BROWSE, text=cloud.words, account=cloud.account)
    assert (ticket.id, ticket.key, ticket.project) == ("10627", "TESTKEY13-1", "TESTKEY13")
    assert ticket.url == "https://jira.example.com/jira/browse/TESTKEY13-1"
    assert (ticket.title, ticket.text) == ("My Summary", "Test issue")
    assert (ticket.status, ticket.category, ticket.resolution) == ("To Do", Category.NEW, None)
    assert ticket.updated_at == datetime(2022, 12, 8, 10, 22, 18, 889000, tzinfo=UTC)
    assert ticket.labels == {"test"}
    assert (ticket.priority, ticket.due_on) == ("Low", None)
    assert ticket.owner is not None
    assert (ticket.owner.id, ticket.owner.email) == ("5fc9e78d2730d800760becc4", "integration-test@example.com")


@pytest.mark.parametrize("kind", ["assigned", "labels", "resolved"])
def test_a_webhooks_issue_reads_as_data_center_does(payload: Payload, kind: str) -> None:
    hook = payload(f"webhook_cloud_issue_updated_{kind}.json")
    flavour = DataCenter()
    ticket = wire.ticket(hook["issue"], browse=BROWSE, text=flavour.words, account=flavour.account)
    assert (ticket.id, ticket.key, ticket.text[:9]) == ("10040", "TES-41", "Unit test")
    # The category's name differs between these recordings; its key does not.
    assert ticket.category is (Category.DONE if kind == "resolved" else Category.NEW)


@pytest.mark.parametrize("name", ["comment_created", "issue_updated_assigned", "issue_updated_resolved"])
def test_a_webhook_names_the_ticket_it_touched(payload: Payload, name: str) -> None:
    webhook = payload(f"webhook_cloud_{name}.json")
    assert wire.touched(webhook) == "10040"
    body = json.dumps(webhook).encode()
    secrets = [SecretStr("old"), SecretStr("new")]
    signed = "sha256=" + hmac.new(b"new", body, hashlib.sha256).hexdigest()
    assert signature.verify(signed, body, secrets)
    assert not signature.verify(signed, body + b" ", secrets)


def test_a_create_answer_becomes_a_ref(payload: Payload) -> None:
    ref = wire.created(payload("create_issue_201_cloud_v2.json")["response"]["body"], browse=BROWSE)
    assert (ref.id, ref.key, ref.url) == ("20034", "GEN-400", f"{BROWSE}/browse/GEN-400")


def test_every_quoted_error_body_yields_its_sentence_and_fields(payload: Payload) -> None:
    for name, quoted in payload("error_bodies_quoted.json").items():
        message, fields = wire.complaint(json.dumps(quoted["body"]).encode())
        assert fields == quoted["body"].get("errors", {}), name
        assert bool(message) is (quoted["status"] != 200), name


def test_a_refused_create_names_the_field(payload: Payload) -> None:
    recorded = payload("create_issue_400_bad_issuetype.json")["response"]["body"]
    assert wire.complaint(json.dumps(recorded).encode())[1] == {"issuetype": "issue type is required"}


def test_createmeta_tells_what_the_screen_takes(payload: Payload) -> None:
    meta = payload("createmeta_issuetype_fields_new_shape_DERIVED.json")
    rules = screens.rules(meta["fields"], project="SPN", kind={"id": "6", "name": "Request"})
    assert (rules.has_due_on, rules.has_owner, rules.has_labels) == (True, True, True)
    assert rules.priorities[0] == Choice(id="1", name="Immediate")
    assert [choice.name for choice in rules.priorities] == ["Immediate", "Urgent", "High", "Moderate", "Normal", "Low"]
    assert [(field.id, field.kind, len(field.allowed)) for field in rules.required] == [("components", "choices", 21)]


def test_a_user_search_matches_the_shown_address_and_else_the_name(payload: Payload) -> None:
    hits = payload("user_search_cloud_v3.json")
    cloud = Cloud()
    shown = people.match(hits, "Integration-Test@example.com", "Somebody", cloud.account)
    assert (shown.kind, shown.account and shown.account.id) == (MatchKind.EMAIL, "5fc9e78d2730d800760becc4")
    hidden = people.match(hits, "other@example.com", "test  user", cloud.account)
    assert (hidden.kind, hidden.account and hidden.account.id) == (MatchKind.BY_NAME, "5fc9e78d2730d800760becc5")


def test_a_recorded_transition_body_is_the_one_we_send(payload: Payload) -> None:
    assert Step(transition_id="2").body() == payload("transition_204.json")["request"]["body"]


def test_adf_of_a_recorded_issue_survives_reading_twice(payload: Payload) -> None:
    document = payload("issue_cloud_v3_adf.json")["fields"]["description"]
    assert adf.plain(document) == adf.plain(json.loads(json.dumps(document))) == "Test issue"
