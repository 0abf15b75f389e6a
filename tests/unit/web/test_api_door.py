"""Who gets into `/api/v1`, and from where it takes orders: never from another site's page."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from starlette.requests import Request

from callsheet.settings import Settings
from callsheet.testing.clock import FakeClock
from callsheet.web.door import By, Door, Visitor
from tests.unit.run.world import NOW
from tests.unit.web.house import Page, Web, opened
from tests.unit.web.story import lived

TOKEN = "CANARY-a-token-of-the-house"
BEARER = {"Authorization": f"Bearer {TOKEN}"}
JSON = {"Content-Type": "application/json"}
BY_PROXY = {"X-Forwarded-User": "Grace Okafor"}
ELSEWHERE: list[dict[str, str]] = [
    {"Origin": "https://evil.example"},
    {"Origin": "null"},
    {"Sec-Fetch-Site": "cross-site"},
    {"Sec-Fetch-Site": "same-site"},
    {"Origin": "http://127.0.0.1:1", "Sec-Fetch-Site": "same-site"},
]
# What a form of any page can send without asking first.
FORMS = ("text/plain", "application/x-www-form-urlencoded", "multipart/form-data; boundary=x", "")


@pytest.mark.parametrize(
    ("settings", "headers", "status"),
    [
        ({}, {}, 200),
        ({}, {"Host": "evil.example"}, 401),
        ({"listen": "0.0.0.0:8080"}, {}, 401),
        ({"web_token": TOKEN}, {}, 401),
        ({"web_token": TOKEN}, BEARER, 200),
        ({"web_token": TOKEN}, {"Authorization": f"Bearer {TOKEN}x"}, 401),
        ({"web_token": TOKEN}, BY_PROXY, 401),
        ({"web_proxies": "127.0.0.1"}, BY_PROXY, 200),
        ({"web_proxies": "127.0.0.1"}, {}, 401),
    ],
)
def test_who_gets_in(tmp_path: Path, settings: dict[str, Any], headers: dict[str, str], status: int) -> None:
    with opened(tmp_path, **settings) as web:
        for path in ("/openapi.json", "/sheet", "/incidents", "/season", "/plan", "/status"):
            page = web.browse(f"/api/v1{path}", headers)
            assert page.status == status, path
            if status == 401:
                assert page.headers["www-authenticate"] == "Bearer"
                assert page.headers["content-type"] == "application/problem+json"


def test_who_is_not_known_does_not_learn_what_is_there(tmp_path: Path) -> None:
    with opened(tmp_path, web_token=TOKEN) as web:
        assert web.browse("/api/v1/nowhere").status == web.browse("/api/v1/items/OPS-1").status == 401


def test_a_reminders_link_opens_nothing_here(tmp_path: Path) -> None:
    with opened(tmp_path, web_token=TOKEN) as web:
        by = web.site.door.seals.sign("mine", "ana@example.com", timedelta(days=1))
        assert web.browse(f"/mine?by={by}").status == 200
        assert web.browse(f"/api/v1/mine?who=ana&by={by}").status == 401


# Acting.


@pytest.fixture
def scene(tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[Web]:
    """A lived-in world, in a house with the settings of the test."""
    world, _ = lived(tmp_path)
    with opened(tmp_path, now=world.clock.now(), rules=world.rules, **request.param) as web:
        yield web


def lower(web: Web, headers: dict[str, str]) -> tuple[Page, bool]:
    """Ask for another priority; the answer, and whether something was changed."""
    before = web.store.items(every=True)
    page = web.send("/api/v1/items/OPS-1/change", b'{"priority": "P4"}', headers)
    return page, web.store.items(every=True) != before


def signed_in(web: Web) -> dict[str, str]:
    """The cookie of somebody who signed in on the page."""
    page = web.browse("/sign-in", form={"name": "Ana Ferreira", "token": TOKEN, "to": "/"})
    return {"Cookie": page.headers["set-cookie"].partition(";")[0]}


def own(web: Web) -> dict[str, str]:
    return {"Origin": f"http://127.0.0.1:{web.port}", "Sec-Fetch-Site": "same-origin"}


TOKENED = pytest.mark.parametrize("scene", [{"web_token": TOKEN}], indirect=True)
AMBIENT = pytest.mark.parametrize("scene", [{}, {"web_proxies": "127.0.0.1"}], indirect=True, ids=["open", "proxy"])


@TOKENED
@pytest.mark.parametrize("headers", [{}, ELSEWHERE[0]])
def test_the_token_is_enough_wherever_it_comes_from(scene: Web, headers: dict[str, str]) -> None:
    page, changed = lower(scene, {**BEARER, **JSON, **headers})
    assert (page.status, changed) == (200, True)


@TOKENED
def test_a_cookie_changes_nothing_from_anywhere_else(scene: Web) -> None:
    brought = signed_in(scene)
    for headers in ({}, *ELSEWHERE):
        page, changed = lower(scene, {**brought, **JSON, **headers})
        assert (page.status, changed) == (403, False), headers


@TOKENED
def test_a_cookie_acts_from_our_own_pages_and_the_ledger_has_its_name(scene: Web) -> None:
    page, changed = lower(scene, {**signed_in(scene), **JSON, **own(scene)})
    assert (page.status, changed) == (200, True)
    assert "by Ana Ferreira" in scene.store.ledger(json.loads(page.text)["key"])[-1].detail


@AMBIENT
def test_another_sites_page_changes_nothing(scene: Web) -> None:
    for headers in ELSEWHERE:
        page, changed = lower(scene, {**BY_PROXY, **JSON, **headers})
        assert (page.status, changed) == (403, False), headers


@AMBIENT
def test_a_program_beside_the_house_or_behind_its_proxy_needs_no_origin(scene: Web) -> None:
    page, changed = lower(scene, {**BY_PROXY, **JSON})
    assert (page.status, changed) == (200, True)


@AMBIENT
def test_what_a_form_can_send_is_not_read(scene: Web) -> None:
    for kind in FORMS:
        page, changed = lower(scene, {**BY_PROXY, **({"Content-Type": kind} if kind else {})})
        assert (page.status, changed) == (415, False), kind


@AMBIENT
def test_no_other_site_is_told_that_it_may_ask(scene: Web) -> None:
    asked = {"Origin": "https://evil.example", "Access-Control-Request-Method": "POST"}
    page = scene.browse("/api/v1/sheet", {**BY_PROXY, **asked})
    assert not [name for name in page.headers if name.startswith("access-control-")]
    assert page.headers["cross-origin-resource-policy"] == "same-origin"


@pytest.mark.parametrize("by", By)
def test_only_who_brings_the_token_or_is_no_browser_may_act_without_our_origin(by: By) -> None:
    door, visitor = Door.of(Settings(web_token=TOKEN), FakeClock(NOW)), Visitor(name="Ana", by=by)
    for headers, may in (
        ({}, {By.BEARER, By.OPEN, By.PROXY}),
        ({"origin": "https://evil.example"}, {By.BEARER}),
        ({"sec-fetch-site": "none"}, {By.BEARER}),
        ({"origin": "http://house", "host": "house"}, set(By)),
        ({"origin": "http://house", "host": "house", "sec-fetch-site": "cross-site"}, {By.BEARER}),
    ):
        raw = [(name.encode(), value.encode()) for name, value in headers.items()]
        asked = Request({"type": "http", "method": "POST", "path": "/", "headers": raw})
        assert door.may_act(asked, visitor) is (by in may), headers


# Bodies.


@TOKENED
def test_a_body_is_read_to_an_end(scene: Web) -> None:
    page = scene.send("/api/v1/items/OPS-1/change", b'{"due": "' + b"x" * 300_000 + b'"}', {**BEARER, **JSON})
    assert page.status == 413
    page = scene.send("/api/v1/items/OPS-1/change", b"[" * 100_000, {**BEARER, **JSON})
    assert page.status == 422
    page = scene.send("/api/v1/items/OPS-1/change", b"\xff\xfe", {**BEARER, **JSON})
    assert page.status == 422


@TOKENED
def test_a_body_that_does_not_come_is_not_waited_for(scene: Web, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("callsheet.web.api.threshold.BODY_SECONDS", 0.2)
    head = f"POST /api/v1/items/OPS-1/change HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {TOKEN}\r\n"
    with scene.socket() as bare:
        bare.sendall(f"{head}Content-Type: application/json\r\nContent-Length: 20\r\n\r\n{{".encode())
        assert bare.recv(100).startswith(b"HTTP/1.1 408")


@TOKENED
def test_who_is_not_known_is_not_read(scene: Web, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("callsheet.web.api.threshold.BODY_SECONDS", 600)
    with scene.socket() as bare:
        bare.sendall(b"POST /api/v1/items/OPS-1/change HTTP/1.1\r\nHost: x\r\nContent-Length: 200000\r\n\r\n")
        assert bare.recv(100).startswith(b"HTTP/1.1 401")
