"""A provider of OpenID Connect on a real port, read from the standards by itself: it shares no library with the client.

It holds the client to what was registered: redirect address, secret, PKCE, one use of each code. It can be spoilt.
"""

from __future__ import annotations

import base64
import hashlib
import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, parse_qsl, unquote, urlencode, urlsplit

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import padding, rsa

from tests.loopback import answering
from tests.unit.run.world import NOW

CLIENT, SECRET = "callsheet at example.com", "CANARY-client/secret+of the house%"
Json = dict[str, Any]


def b64(data: bytes) -> str:
    """As in a JWT: no padding."""
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


class Key:
    """One that signs; making it takes a moment, so tests share two."""

    def __init__(self, kid: str) -> None:
        self.kid, self.private = kid, rsa.generate_private_key(65537, 2048)

    def public(self) -> Json:
        numbers = self.private.public_key().public_numbers()
        plain = {
            name: b64(value.to_bytes((value.bit_length() + 7) // 8, "big"))
            for name, value in (("n", numbers.n), ("e", numbers.e))
        }
        return {"kty": "RSA", "use": "sig", "kid": self.kid, **plain}

    def sign(self, claims: Json, **header: str) -> str:
        head = {"typ": "JWT", "alg": "RS256", "kid": self.kid, **header}
        body = ".".join(b64(json.dumps(part).encode()) for part in (head, claims))
        return f"{body}.{b64(self.private.sign(body.encode(), padding.PKCS1v15(), hashes.SHA256()))}"


KEY, OTHER_KEY = Key("first"), Key("second")


@dataclass
class Provider:
    """What it knows. `spoil` has the last word on the claims of a token; `token` on how they are signed."""

    issuer: str
    redirect: str
    person: Json = field(default_factory=lambda: {"email": "Ana.Ferreira@example.com", "email_verified": True})
    keys: list[Json] = field(default_factory=lambda: [KEY.public()])
    described: Json = field(default_factory=dict)
    userinfo: Json = field(default_factory=lambda: {"sub": "u1"})
    spoil: Callable[[Json], Json] = dict
    token: Callable[[Json], str] = KEY.sign
    by_post: bool = False
    secret: str = SECRET
    now: datetime = NOW
    begun: dict[str, Json] = field(default_factory=dict)
    asked: list[str] = field(default_factory=list)

    def description(self) -> Json:
        told = {
            "issuer": self.issuer,
            "authorization_endpoint": f"{self.issuer}/authorize?tenant=1",
            "token_endpoint": f"{self.issuer}/token",
            "jwks_uri": f"{self.issuer}/keys",
            "userinfo_endpoint": f"{self.issuer}/userinfo",
            "token_endpoint_auth_methods_supported": ["client_secret_post" if self.by_post else "client_secret_basic"],
        }
        return {**told, **self.described}

    def signed_in(self, url: str) -> str:
        """What a person does there: they say who they are, and are sent back. The address that they are sent to."""
        asked = dict(parse_qsl(urlsplit(url).query))
        assert url.startswith(f"{self.issuer}/authorize?tenant=1&")
        assert (asked["client_id"], asked["redirect_uri"], asked["response_type"]) == (CLIENT, self.redirect, "code")
        assert asked["scope"].split() == ["openid", "email"]
        assert asked["code_challenge_method"] == "S256"
        code = f"code {len(self.begun)}/+"
        self.begun[code] = asked
        return f"{self.redirect}?{urlencode({'code': code, 'state': asked['state']})}"

    def redeemed(self, form: Json, proof: str) -> tuple[int, Json]:
        """A token for a code."""
        if self._proved(form, proof) != (CLIENT, self.secret):
            return 401, {"error": "invalid_client"}
        begun = self.begun.pop(form.get("code", ""), None)
        digest = hashlib.sha256(form.get("code_verifier", "").encode()).digest()
        if begun is None or b64(digest) != begun["code_challenge"] or form.get("redirect_uri") != self.redirect:
            return 400, {"error": "invalid_grant", "error_description": "no such code"}
        now = int(self.now.timestamp())
        claims = {"iss": self.issuer, "sub": "u1", "aud": CLIENT, "iat": now, "exp": now + 300}
        claims |= {"nonce": begun["nonce"], **self.person}
        token = {"access_token": "at-1", "token_type": "Bearer", "expires_in": 300}
        return 200, {**token, "id_token": self.token(self.spoil(claims))}

    def _proved(self, form: Json, proof: str) -> tuple[str, str]:
        if self.by_post:
            return form.get("client_id", ""), form.get("client_secret", "")
        name, _, secret = base64.b64decode(proof.removeprefix("Basic ")).decode().partition(":")
        return unquote(name), unquote(secret)


@contextmanager
def providing(public: str, *, host: str = "127.0.0.1") -> Iterator[Provider]:
    """A provider that knows us by this public address, and goes by this name of this machine."""

    class Desk(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            path = urlsplit(self.path).path
            provider.asked.append(path)
            if path == "/authorize":
                self._answer(303, {}, Location=provider.signed_in(f"{provider.issuer}{self.path}"))
            elif path == "/userinfo":
                mine = self.headers["Authorization"] == "Bearer at-1"
                self._answer(*((200, provider.userinfo) if mine else (401, {})))
            elif path in (
                answers := {
                    "/.well-known/openid-configuration": provider.description(),
                    "/keys": {"keys": provider.keys},
                }
            ):
                self._answer(200, answers[path])
            else:
                self._answer(404, {})

        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"])).decode()
            provider.asked.append(self.path)
            form = {name: values[0] for name, values in parse_qs(body).items()}
            self._answer(*provider.redeemed(form, self.headers.get("Authorization", "")))

        def _answer(self, status: int, told: Json, **headers: str) -> None:
            body = json.dumps(told).encode()
            self.send_response(status)
            sent = {"Content-Type": "application/json", "Content-Length": str(len(body)), **headers}
            for name, value in sent.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            """Nobody reads it."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Desk)
    provider = Provider(f"http://{host}:{server.server_port}", f"{public}/sign-in/oidc/callback")
    with answering(server):
        yield provider
