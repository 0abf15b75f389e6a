"""Signing in with the company's account, against a real provider over real HTTP: who gets in, and who never does."""

from __future__ import annotations

import hashlib
import hmac
import json
from collections.abc import Callable
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest

from tests.unit.web.house import Web
from tests.unit.web.provider import CLIENT, KEY, OTHER_KEY, SECRET, Json, Provider, b64
from tests.unit.web.signing import ANA, PUBLIC, begin, come_back, inside, out, signed_in


def test_who_is_verified_and_allowed_comes_in_as_themselves(house: Web, provider: Provider) -> None:
    assert house.browse("/mine").headers["location"] == "/sign-in?to=/mine"
    assert f'href="{PUBLIC}/sign-in/oidc?to=%2Fmine"' in house.browse("/sign-in?to=/mine").text

    found = signed_in(house, provider)
    assert (found.status, found.headers["location"]) == (303, "/mine")
    mine = house.browse("/mine", inside(found)).text
    assert f"What {ANA} promised" in mine
    assert f"You are {ANA}." in mine
    assert "Sign out" in mine


def test_the_cookies_are_read_by_no_script_and_sent_over_https_only(house: Web, provider: Provider) -> None:
    asked = house.browse("/sign-in/oidc")
    for page in (asked, signed_in(house, provider)):
        assert page.cookies
        for morsel in page.cookies.values():
            assert (morsel["httponly"], morsel["secure"], morsel["samesite"].lower()) == (True, True, "lax")


def test_two_tabs_come_in_each_by_its_own_way(house: Web, provider: Provider) -> None:
    (one, kept), (two, more) = begin(house, "/sheet"), begin(house, "/plan")
    for url, place in ((one, "/sheet"), (two, "/plan")):
        found = come_back(house, provider.signed_in(url), kept | more)
        assert (found.status, found.headers["location"]) == (303, place)


def test_nothing_asked_twice_is_the_same(house: Web) -> None:
    asked = [parse_qs(urlsplit(begin(house)[0]).query) for _ in range(2)]
    for name in ("state", "nonce", "code_challenge"):
        assert len({query[name][0] for query in asked}) == 2
        assert all(len(query[name][0]) >= 20 for query in asked)


def test_a_provider_that_takes_the_secret_in_the_body_gets_it_there(house: Web, provider: Provider) -> None:
    provider.by_post = True
    assert signed_in(house, provider).status == 303


def test_a_thin_id_token_is_filled_from_userinfo(house: Web, provider: Provider) -> None:
    provider.userinfo, provider.person = {"sub": "u1", **provider.person}, {}
    assert f"You are {ANA}." in house.browse("/", inside(signed_in(house, provider))).text
    provider.userinfo["sub"] = "somebody else"
    out(signed_in(house, provider), 403, "begin again")


# What the provider says can't be trusted.


def alg_none(claims: Json) -> str:
    parts = ({"alg": "none", "kid": "first"}, claims)
    return ".".join(b64(json.dumps(part).encode()) for part in parts) + "."


def by_the_client_secret(claims: Json) -> str:
    body = ".".join(b64(json.dumps(part).encode()) for part in ({"alg": "HS256", "kid": "first"}, claims))
    return f"{body}.{b64(hmac.new(SECRET.encode(), body.encode(), hashlib.sha256).digest())}"


def changed_afterwards(claims: Json) -> str:
    head, _, signature = KEY.sign(claims).split(".")
    return f"{head}.{b64(json.dumps({**claims, 'email': 'eve@example.com'}).encode())}.{signature}"


SPOILT: list[tuple[str, Callable[[Json], str]]] = [
    ("no signature", alg_none),
    ("signed with what we both know", by_the_client_secret),
    ("changed after it was signed", changed_afterwards),
    ("signed by a stranger who says he is the first key", lambda c: OTHER_KEY.sign(c, kid="first")),
    ("signed by a key that is not among the keys", OTHER_KEY.sign),
    ("for somebody else", lambda c: KEY.sign({**c, "aud": "another"})),
    ("for somebody else, made for us", lambda c: KEY.sign({**c, "aud": "another", "azp": CLIENT})),
    ("without a subject", lambda c: KEY.sign({k: v for k, v in c.items() if k != "sub"})),
    ("for us among others, made for another", lambda c: KEY.sign({**c, "aud": [CLIENT, "b"], "azp": "b"})),
    ("for us among others, made for nobody", lambda c: KEY.sign({**c, "aud": [CLIENT, "b"]})),
    ("by another issuer", lambda c: KEY.sign({**c, "iss": "https://evil.example"})),
    ("expired", lambda c: KEY.sign({**c, "exp": c["iat"] - 61})),
    ("never ending", lambda c: KEY.sign({k: v for k, v in c.items() if k != "exp"})),
    ("from the future", lambda c: KEY.sign({**c, "iat": c["iat"] + 3600})),
    ("another nonce", lambda c: KEY.sign({**c, "nonce": "x"})),
    ("no nonce", lambda c: KEY.sign({k: v for k, v in c.items() if k != "nonce"})),
    ("about another access token", lambda c: KEY.sign({**c, "at_hash": "AAAA"})),
    ("no token at all", lambda c: "x"),
]


@pytest.mark.parametrize("token", [each[1] for each in SPOILT], ids=[each[0] for each in SPOILT])
def test_a_token_that_is_not_what_it_should_be_lets_nobody_in(
    house: Web, provider: Provider, token: Callable[[Json], str]
) -> None:
    provider.token = token
    out(signed_in(house, provider), 403, "can&#39;t be trusted")
    provider.token = KEY.sign
    assert signed_in(house, provider).status == 303


def test_a_changed_key_is_taken_up_and_a_withdrawn_one_is_not_believed(house: Web, provider: Provider) -> None:
    assert signed_in(house, provider).status == 303
    provider.keys, provider.token = [OTHER_KEY.public()], OTHER_KEY.sign
    assert signed_in(house, provider).status == 303
    provider.token = KEY.sign
    out(signed_in(house, provider), 403, "can&#39;t be trusted")


def test_a_key_that_nobody_can_read_does_not_spoil_the_others(house: Web, provider: Provider) -> None:
    strange: list[Any] = [{"kty": "AKP", "kid": "pq"}, {"kty": "EC", "crv": "P-1", "kid": "x"}, "x", {"kty": "RSA"}]
    provider.keys = [*strange, {**OTHER_KEY.public(), "use": "enc"}, KEY.public()]
    assert signed_in(house, provider).status == 303
    provider.keys = strange
    out(signed_in(house, provider), 503, "does not answer as it should")


# Who may come in.

PEOPLE: list[tuple[Json, int, str]] = [
    ({"email": "bo@example.org", "email_verified": True}, 303, ""),
    ({"email": "ANA@EXAMPLE.COM", "email_verified": "true"}, 303, ""),
    ({"email": "ana@example.com", "xms_edov": "1"}, 303, ""),
    ({"email": "ana@example.com", "email_verified": False}, 403, "is verified"),
    ({"email": "ana@example.com", "email_verified": "false"}, 403, "is verified"),
    ({"email": "ana@example.com"}, 403, "is verified"),
    ({"email": "ana@example.com", "xms_edov": False}, 403, "is verified"),
    ({"email_verified": True}, 403, "names no e-mail address"),
    ({"email": ["ana@example.com"], "email_verified": True}, 403, "names no e-mail address"),
    ({"email": "eve@evil.example@example.com", "email_verified": True}, 403, "names no e-mail address"),
    ({"email": "ana@example.com\n", "email_verified": True}, 403, "names no e-mail address"),
    ({"email": "\u212aim@example.com", "email_verified": True}, 403, "names no e-mail address"),
    ({"email": "@example.com", "email_verified": True}, 403, "names no e-mail address"),
    ({"email": "eve@sub.example.com", "email_verified": True}, 403, "is not among those who may look"),
    ({"email": "eve@notexample.com", "email_verified": True}, 403, "is not among those who may look"),
    ({"email": "ana@example.org", "email_verified": True}, 403, "is not among those who may look"),
]


@pytest.mark.parametrize(("person", "status", "says"), PEOPLE)
def test_only_a_verified_address_that_is_allowed_comes_in(
    house: Web, provider: Provider, person: Json, status: int, says: str
) -> None:
    provider.person = person
    found = signed_in(house, provider)
    if status == 303:
        assert house.browse("/", inside(found)).status == 200
    else:
        out(found, status, says)
