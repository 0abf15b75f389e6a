"""Who gets in: open on this machine only, with the token, by its cookie, or by a trusted proxy's word."""

from __future__ import annotations

from datetime import timedelta
from http.cookies import SimpleCookie
from pathlib import Path
from typing import Any

import pytest

from tests.unit.web.house import Page, Web, opened

TOKEN = "CANARY-a-token-of-the-house"
HOUSES: list[tuple[str, dict[str, Any], dict[str, str], int]] = [
    ("open, by its address", {}, {}, 200),
    ("open, as localhost", {}, {"Host": "localhost:8080"}, 200),
    ("open, as localhost of IPv6", {}, {"Host": "[::1]:8080"}, 200),
    ("open, by a name that somebody pointed here", {}, {"Host": "evil.example"}, 403),
    ("open, by a name that is none", {}, {"Host": "["}, 403),
    ("open, and a header says somebody", {}, {"Host": "evil.example", "X-Forwarded-User": "ana"}, 403),
    ("on any address, nothing set", {"listen": "0.0.0.0:8080"}, {}, 403),
    ("reached by a public name, nothing set", {"public_url": "https://callsheet.example.com"}, {}, 403),
    ("a token, none sent", {"web_token": TOKEN}, {}, 303),
    ("a token, sent", {"web_token": TOKEN}, {"Authorization": f"Bearer {TOKEN}"}, 200),
    ("a token, sent in small letters", {"web_token": TOKEN}, {"Authorization": f"bearer {TOKEN}"}, 200),
    ("a token, another sent", {"web_token": TOKEN}, {"Authorization": f"Bearer {TOKEN}x"}, 303),
    ("a token, a piece sent", {"web_token": TOKEN}, {"Authorization": f"Bearer {TOKEN[:-1]}"}, 303),
    ("a token, sent as a password", {"web_token": TOKEN}, {"Authorization": f"Basic {TOKEN}"}, 303),
    ("a token, and the header of a proxy", {"web_token": TOKEN}, {"X-Forwarded-User": "ana"}, 303),
    ("a token, and a cookie of nobody's", {"web_token": TOKEN}, {"Cookie": "callsheet=WyJhbmEiLDk5XQ.x"}, 303),
    ("a proxy that says who", {"web_proxies": "127.0.0.0/8"}, {"X-Forwarded-User": "ana"}, 200),
    ("a proxy that says nobody", {"web_proxies": "127.0.0.0/8"}, {}, 403),
    ("a proxy that says blanks", {"web_proxies": "127.0.0.0/8"}, {"X-Forwarded-User": "  "}, 403),
    ("a proxy, but this is none", {"web_proxies": "10.0.0.0/8, ::1"}, {"X-Forwarded-User": "ana"}, 403),
    ("a proxy with another header", {"web_proxies": "127.0.0.1", "web_proxy_header": "X-Who"}, {"X-Who": "a"}, 200),
    (
        "a proxy with another header, the usual sent",
        {"web_proxies": "127.0.0.1", "web_proxy_header": "X-Who"},
        {"X-Forwarded-User": "ana"},
        403,
    ),
]


@pytest.mark.parametrize(("settings", "headers", "status"), [each[1:] for each in HOUSES], ids=[h[0] for h in HOUSES])
def test_who_gets_in(tmp_path: Path, settings: dict[str, Any], headers: dict[str, str], status: int) -> None:
    with opened(tmp_path, **settings) as web:
        for path in ("/", "/sheet", "/mine", "/incidents", "/sheet.csv", "/season/2026-Q4", "/status"):
            found = web.browse(path, headers)
            assert found.status == status, (path, found.text)


def test_two_names_of_a_proxy_are_no_name(tmp_path: Path) -> None:
    with opened(tmp_path, web_proxies="127.0.0.1") as web, web.socket() as bare:
        bare.sendall(
            b"GET / HTTP/1.1\r\nHost: x\r\nAccept: text/html\r\nX-Forwarded-User: a\r\nX-Forwarded-User: b\r\n\r\n"
        )
        assert bare.recv(100).startswith(b"HTTP/1.1 403")


def test_programs_are_told_how(tmp_path: Path) -> None:
    with opened(tmp_path, web_token=TOKEN) as web:
        found = web.browse("/sheet.csv", {"Accept": "*/*"})
    assert (found.status, found.headers["www-authenticate"]) == (401, "Bearer")
    assert "Authorization" in found.text


def test_probes_metrics_status_and_the_style_sheet_ask_nobody(tmp_path: Path) -> None:
    with opened(tmp_path, listen="0.0.0.0:8080") as web:
        for path in ("/healthz", "/metrics", "/status", "/static/callsheet.css"):
            assert web.browse(path, {"Accept": "*/*"}).status == 200
        assert "CALLSHEET_WEB_TOKEN" in web.browse("/").text


# Signing in.


@pytest.fixture
def house(tmp_path: Path) -> Any:
    with opened(tmp_path, web_token=TOKEN) as web:
        yield web


def sign_in(web: Web, **changes: str) -> Page:
    return web.browse("/sign-in", form={"name": "Ana Ferreira", "token": TOKEN, "to": "/mine", **changes})


def cookie(page: Page) -> str:
    return page.headers["set-cookie"].partition(";")[0]


def test_who_signs_in_gets_back_to_where_they_wanted(house: Web) -> None:
    sent = house.browse("/sheet?team=a%20b&overdue=1").headers["location"]
    assert sent == "/sign-in?to=/sheet%3Fteam%3Da%2520b%26overdue%3D1"
    assert 'value="/sheet?team=a%20b&amp;overdue=1"' in house.browse(sent).text

    found = sign_in(house, to="/sheet?team=a%20b")
    assert (found.status, found.headers["location"]) == (303, "/sheet?team=a%20b")
    assert "What Ana Ferreira promised" in house.browse("/mine", {"Cookie": cookie(found)}).text


def test_who_was_out_when_they_sent_a_form_gets_to_a_page(house: Web) -> None:
    assert house.browse("/items/OPS-1/change", form={"priority": "P4"}).headers["location"] == "/sign-in?to=/"


def test_the_cookie_can_be_read_by_no_script_and_is_sent_by_no_other_site(house: Web) -> None:
    (morsel,) = SimpleCookie(sign_in(house).headers["set-cookie"]).values()
    assert (morsel["httponly"], morsel["samesite"].lower(), morsel["secure"]) == (True, "lax", "")
    assert TOKEN not in morsel.value


def test_behind_https_it_is_sent_over_https_only(tmp_path: Path) -> None:
    with opened(tmp_path, web_token=TOKEN, public_url="https://callsheet.example.com") as web:
        (morsel,) = SimpleCookie(sign_in(web).headers["set-cookie"]).values()
    assert morsel["secure"] is True


def test_a_cookie_ends_after_a_week(house: Web) -> None:
    brought = {"Cookie": cookie(sign_in(house))}
    house.clock.advance(timedelta(days=6, hours=23))
    assert house.browse("/", brought).status == 200
    house.clock.advance(timedelta(hours=2))
    assert house.browse("/", brought).status == 303


def test_a_new_token_ends_what_the_old_one_signed(tmp_path: Path) -> None:
    with opened(tmp_path, web_token=TOKEN) as web:
        brought = {"Cookie": cookie(sign_in(web))}
        assert web.browse("/", brought).status == 200
    with opened(tmp_path, web_token=f"{TOKEN}-2") as web:
        assert web.browse("/", brought).status == 303


@pytest.mark.parametrize("use", ["form", "mine"])
def test_a_word_signed_for_another_use_is_no_cookie(house: Web, use: str) -> None:
    signed = house.site.door.seals.sign(use, "Ana", timedelta(days=1))
    assert house.browse("/", {"Cookie": f"callsheet={signed}"}).status == 303


@pytest.mark.parametrize(
    "changes", [{"token": "wrong"}, {"token": ""}, {"name": "  "}, {"name": "\x07"}, {"token": TOKEN[:-1]}]
)
def test_who_says_it_wrong_is_asked_again(house: Web, changes: dict[str, str]) -> None:
    found = sign_in(house, **changes)
    assert (found.status, "set-cookie" in found.headers) == (403, False)
    assert TOKEN not in found.text


@pytest.mark.parametrize("origin", ["https://evil.example", "null", "http://127.0.0.1:1", "http://["])
def test_a_form_of_another_site_signs_nobody_in(house: Web, origin: str) -> None:
    form = {"name": "Ana", "token": TOKEN, "to": "/"}
    assert house.browse("/sign-in", {"Origin": origin}, form=form).status == 403


def test_a_form_with_more_fields_than_any_of_ours_is_none(house: Web) -> None:
    form = {"name": "Ana", "token": TOKEN, **{f"more{number}": "x" for number in range(60)}}
    assert house.browse("/sign-in", form=form).status == 403


def test_another_site_says_so_itself(house: Web) -> None:
    form = {"name": "Ana", "token": TOKEN, "to": "/"}
    assert house.browse("/sign-in", {"Sec-Fetch-Site": "cross-site"}, form=form).status == 403


@pytest.mark.parametrize(
    "to", ["//evil.example", "https://evil.example", "/\\evil.example", "\\\\evil", "x", "/a\r\nX: y"]
)
def test_it_leads_nowhere_else(house: Web, to: str) -> None:
    assert sign_in(house, to=to).headers["location"] == "/"


def test_signing_out_ends_it(house: Web) -> None:
    found = house.browse("/sign-out", form={})
    assert "Max-Age=0" in found.headers["set-cookie"]
