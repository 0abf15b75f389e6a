"""The way to the provider and back: whose it is, how long it lasts, where it leads, and if the provider is away."""

from __future__ import annotations

import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import ExitStack, closing
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from pydantic import SecretStr
from structlog.testing import capture_logs

from callsheet.model.check import Result
from callsheet.run.seals import OwnPages, Seals
from callsheet.web.door import SIGNED_IN_BY_PROVIDER
from callsheet.web.oidc import AT_ONCE, REMEMBERED
from callsheet.web.pages.oidc import ON_THE_WAY
from tests.unit.web.house import Web, opened
from tests.unit.web.provider import SECRET, Provider
from tests.unit.web.reading import read
from tests.unit.web.signing import ANA, PUBLIC, TOKEN, begin, come_back, inside, out, settings, signed_in
from tests.unit.web.story import lived


def test_an_answer_to_somebody_else_is_taken_from_nobody(house: Web, provider: Provider) -> None:
    mine, kept = begin(house)
    theirs, _ = begin(house)
    out(come_back(house, provider.signed_in(theirs), kept), 403, "not begun in this browser")
    out(come_back(house, provider.signed_in(mine), {}), 403, "not begun in this browser")
    out(house.browse("/sign-in/oidc/callback"), 403, "not begun in this browser")


def test_a_state_that_was_changed_is_none(house: Web, provider: Provider) -> None:
    url, kept = begin(house)
    back = provider.signed_in(url)
    out(come_back(house, f"{back}x", kept), 403, "not begun in this browser")
    assert come_back(house, back, kept).status == 303


def test_a_way_that_was_written_by_others_is_none(house: Web, provider: Provider) -> None:
    url, kept = begin(house)
    (name,) = kept
    forged = Seals("a guess", house.clock).sign("errand", ["s", "n", "v", "/"], ON_THE_WAY)
    out(come_back(house, provider.signed_in(url), {name: forged}), 403, "not begun in this browser")


def test_a_code_is_good_once(house: Web, provider: Provider) -> None:
    url, kept = begin(house)
    back = provider.signed_in(url)
    found = come_back(house, back, kept)
    assert {name: found.cookies[name]["max-age"] for name in kept} == dict.fromkeys(kept, "0")
    out(come_back(house, back, kept), 403, "did not take it")


def test_the_code_of_another_browser_is_refused_without_its_verifier(house: Web, provider: Provider) -> None:
    stolen = provider.signed_in(begin(house)[0]).partition("code=")[2].partition("&")[0]
    url, kept = begin(house)
    state = provider.signed_in(url).rpartition("state=")[2]
    out(come_back(house, f"/sign-in/oidc/callback?code={stolen}&state={state}", kept), 403, "did not take it")


def test_who_takes_too_long_begins_again(house: Web, provider: Provider) -> None:
    url, kept = begin(house)
    house.clock.advance(ON_THE_WAY + timedelta(seconds=1))
    out(come_back(house, provider.signed_in(url), kept), 403, "ten minutes")


def test_what_the_provider_refuses_is_told(house: Web, provider: Provider) -> None:
    url, kept = begin(house)
    state = provider.signed_in(url).rpartition("state=")[2]
    said = "error=access_denied&error_description=%3Cscript%3E"
    page = come_back(house, f"/sign-in/oidc/callback?{said}&state={state}", kept)
    out(page, 403, "(access_denied)")
    assert "script" not in page.text
    url, kept = begin(house)
    state = provider.signed_in(url).rpartition("state=")[2]
    out(come_back(house, f"/sign-in/oidc/callback?error=%3Cb%3E&state={state}", kept), 403, "in words of its own")


def test_nobody_fills_the_log_with_errors_of_their_own(house: Web, provider: Provider) -> None:
    url, kept = begin(house)
    state = provider.signed_in(url).rpartition("state=")[2]
    with capture_logs() as told:
        for word in ("made_up", "made_up_too", "and_so_on"):
            page = come_back(house, f"/sign-in/oidc/callback?error={word}&state={state}", kept)
            out(page, 403, "in words of its own")
    assert [line["why"] for line in told] == ["the provider answered in words of its own"]


@pytest.mark.parametrize(
    "to", ["//evil.example", "https://evil.example", "/\\evil.example", "\\\\evil", "x", "/a\r\nX: y", "/" + "a" * 5000]
)
def test_it_leads_to_our_own_pages_only(house: Web, provider: Provider, to: str) -> None:
    if len(to) > 4000:
        assert house.browse(f"/sign-in/oidc?to={to}").status == 422
    else:
        assert signed_in(house, provider, to).headers["location"] == "/"


def test_it_leads_back_to_where_somebody_wanted(house: Web, provider: Provider) -> None:
    place = "/sheet?team=a%20b&overdue=1"
    assert signed_in(house, provider, place).headers["location"] == place


# Being in, and out again.


def test_a_session_ends_after_half_a_day(house: Web, provider: Provider) -> None:
    brought = inside(signed_in(house, provider))
    house.clock.advance(SIGNED_IN_BY_PROVIDER - timedelta(minutes=1))
    assert house.browse("/", brought).status == 200
    house.clock.advance(timedelta(minutes=2))
    assert house.browse("/", brought).status == 303


@pytest.mark.parametrize("use", ["cookie", "form", "mine", "errand"])
def test_a_word_signed_for_another_use_lets_nobody_in(house: Web, use: str) -> None:
    signed = house.site.door.seals.sign(use, ANA, timedelta(days=1))
    assert house.browse("/", {"Cookie": f"callsheet={signed}"}).status == 303


def test_a_cookie_that_others_signed_lets_nobody_in(house: Web) -> None:
    for key in (SECRET[:-1], "", TOKEN):
        signed = Seals(key or None, house.clock).sign("provider", ANA, timedelta(days=1))
        assert house.browse("/", {"Cookie": f"callsheet={signed}"}).status == 303


@pytest.mark.parametrize(
    ("changes", "status"),
    [
        ({}, 200),
        ({"oidc_allow": "example.org"}, 303),
        ({"oidc_client_secret": f"{SECRET}-2"}, 303),
        ({"web_token": TOKEN}, 303),
    ],
)
def test_after_a_restart_only_who_may_still_come_in_is_in(
    tmp_path: Path, provider: Provider, changes: dict[str, Any], status: int
) -> None:
    with opened(tmp_path, **settings(provider)) as web:
        brought = inside(signed_in(web, provider))
    with opened(tmp_path, **settings(provider, **changes)) as web:
        assert web.browse("/", brought).status == status


def test_who_signed_in_is_who_did_it_in_the_ledger(tmp_path: Path, provider: Provider) -> None:
    world, _ = lived(tmp_path)
    provider.now = world.clock.now()
    with opened(tmp_path, now=provider.now, rules=world.rules, **settings(provider)) as web:
        brought = inside(signed_in(web, provider))
        key = next(item.key for item in web.store.items(every=True) if item.spoken.title == "Warm the cache")
        page = read(web.browse(f"/explain/{key}", brought).text)
        seal = next(each["value"] for _, each in page.elements if each.get("name") == "seal")
        change = {"seal": seal, "priority": "P3"}
        assert web.browse(f"/items/{key}/change", form=change).status == 303
        assert not web.rings
        done = web.browse(f"/items/{key}/change", brought, form=change)
        assert done.headers["location"] == f"/explain/{key}?done=1"
        assert f"item.changed: priority P3 (by {ANA})" in [f"{it.event}: {it.detail}" for it in web.store.ledger(key)]


def test_signing_out_ends_it(house: Web, provider: Provider) -> None:
    found = house.browse("/sign-out", inside(signed_in(house, provider)), form={})
    assert (found.status, found.cookies["callsheet"].value, found.cookies["callsheet"]["max-age"]) == (303, "", "0")
    assert house.browse("/").headers["location"] == "/sign-in?to=/"


def test_a_reminders_link_is_for_who_signs_in(tmp_path: Path, provider: Provider) -> None:
    with opened(tmp_path, **settings(provider, web_token=TOKEN)) as web:
        path = OwnPages("", web.site.door.seals)(ANA)
        assert web.browse(path).status == 303


# Beside other ways in, and while the provider is away.


def test_a_token_opens_the_same_house(tmp_path: Path, provider: Provider) -> None:
    with opened(tmp_path, **settings(provider, web_token=TOKEN)) as web:
        form = web.browse("/sign-in").text
        assert all(words in form for words in ("company's account", "Or with the token", 'name="token"'))
        assert web.browse("/", {"Authorization": f"Bearer {TOKEN}"}).status == 200
        assert signed_in(web, provider).status == 303
        assert web.browse("/sign-in", form={"name": "Ana", "token": TOKEN, "to": "/"}).status == 303


def test_without_a_token_none_opens_it(house: Web) -> None:
    assert 'name="token"' not in house.browse("/sign-in").text
    assert house.browse("/sign-in", form={"name": "Ana", "token": "", "to": "/"}).status == 403
    assert house.browse("/", {"Authorization": "Bearer "}).status == 303


def test_where_nobody_signs_in_that_way_there_is_none(tmp_path: Path) -> None:
    with opened(tmp_path, web_token=TOKEN) as web:
        assert web.browse("/sign-in/oidc").status == 404
        assert "company's account" not in web.browse("/sign-in").text


def test_where_nobody_signs_in_that_way_its_libraries_are_not_loaded() -> None:
    script = "import callsheet.cli.main, callsheet.web.server, callsheet.web.app, sys; print(*sys.modules)"
    said = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True).stdout.split()
    assert "callsheet.web.pages.entry" in said
    assert {"authlib", "joserfc", "cryptography"}.isdisjoint(said)


@pytest.fixture
def nobody() -> Iterator[str]:
    """The address of a provider that is gone."""
    with closing(socket.create_server(("127.0.0.1", 0))) as listener:
        port = listener.getsockname()[1]
    return f"http://127.0.0.1:{port}"


def test_while_the_provider_is_away_the_rest_goes_on(tmp_path: Path, provider: Provider, nobody: str) -> None:
    with opened(tmp_path, **settings(provider, oidc_issuer=nobody, web_token=TOKEN)) as web:
        page = web.browse("/sign-in/oidc?to=/plan")
        out(page, 503, "does not answer as it should")
        assert 'name="token"' in page.text
        assert web.browse("/", {"Authorization": f"Bearer {TOKEN}"}).status == 200
        assert web.get("/healthz")[0] == 200
        (check,) = web.site.provider.examine() if web.site.provider else ()
        assert (check.result, "ConnectError" in check.detail) == (Result.ERROR, True)


def test_who_waits_for_a_silent_provider_does_not_keep_others_from_the_pages(
    tmp_path: Path, provider: Provider
) -> None:
    with ExitStack() as stack:
        silent = stack.enter_context(closing(socket.create_server(("127.0.0.1", 0))))
        issuer = f"http://127.0.0.1:{silent.getsockname()[1]}"
        web = stack.enter_context(opened(tmp_path, **settings(provider, oidc_issuer=issuer, web_token=TOKEN)))
        for _ in range(AT_ONCE):
            bare = stack.enter_context(web.socket())
            bare.sendall(b"GET /sign-in/oidc HTTP/1.1\r\nHost: x\r\nAccept: text/html\r\n\r\n")
            stack.enter_context(closing(silent.accept()[0]))
        out(web.browse("/sign-in/oidc"), 503, "does not answer as it should")
        assert web.browse("/", {"Authorization": f"Bearer {TOKEN}"}).status == 200
        silent.settimeout(0.2)
        with pytest.raises(TimeoutError):
            silent.accept()


DESCRIBED: list[tuple[dict[str, Any], str]] = [
    ({"issuer": "https://evil.example"}, "says issuer https://evil.example"),
    ({"authorization_endpoint": "http://login.example.com/a"}, "no authorization_endpoint"),
    ({"token_endpoint": None}, "no token_endpoint"),
    ({"jwks_uri": "javascript:alert(1)"}, "no jwks_uri"),
]


@pytest.mark.parametrize(("described", "why"), DESCRIBED)
def test_a_description_of_somebody_else_is_not_followed(
    house: Web, provider: Provider, described: dict[str, Any], why: str
) -> None:
    provider.described = described
    out(house.browse("/sign-in/oidc"), 503, "does not answer as it should")
    assert house.site.provider is not None
    (check,) = house.site.provider.examine()
    assert (check.result, why in check.detail) == (Result.ERROR, True), check
    provider.described = {}
    (check,) = house.site.provider.examine()
    assert (check.result, f"{PUBLIC}/sign-in/oidc/callback" in check.detail) == (Result.OK, True)


def test_a_wrong_secret_of_ours_is_our_fault_and_shown_nowhere(house: Web, provider: Provider) -> None:
    provider.secret = "another"
    page = signed_in(house, provider)
    out(page, 503, "does not answer as it should")
    assert SECRET not in page.text


def test_a_renewed_secret_is_taken_up_when_the_provider_refuses_the_old_one(tmp_path: Path, provider: Provider) -> None:
    lies_there: list[SecretStr | None] = [None]
    with opened(tmp_path, **settings(provider), renewed=lambda: lies_there[0]) as web:
        provider.secret = "CANARY-the-next-secret"
        out(signed_in(web, provider), 503, "does not answer as it should")
        lies_there[0] = SecretStr(SECRET)
        out(signed_in(web, provider), 503, "does not answer as it should")
        lies_there[0] = SecretStr(provider.secret)
        assert signed_in(web, provider).status == 303
        # From here on it is ours, whatever becomes of its file.
        lies_there[0] = None
        assert signed_in(web, provider).status == 303


def test_where_to_go_is_asked_once_in_a_while_and_whose_token_it_is_each_time(house: Web, provider: Provider) -> None:
    begin(house)
    begin(house)
    assert len([path for path in provider.asked if "well-known" in path]) == 1
    assert signed_in(house, provider).status == 303
    assert len([path for path in provider.asked if "well-known" in path]) == 2
    assert len([path for path in provider.asked if path.endswith("/keys")]) == 1
    house.clock.advance(REMEMBERED)
    begin(house)
    assert len([path for path in provider.asked if "well-known" in path]) == 3
