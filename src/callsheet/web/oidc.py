"""The provider of OpenID Connect, over HTTP: where to send who wants to come in, and who it is that comes back.

By authlib (the flow, and what OpenID Connect asks of an ID token) and joserfc (signatures); loaded only where people
sign in that way. For whoever comes back the discovery document is read, then a token for the code, then the keys: a
changed key is taken up at once, and a withdrawn one is never believed. Where to send people is remembered for a few
minutes, as anybody can press that button. A secret that the provider refuses is read again: it may be a new one by now.
"""

import re
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from secrets import token_urlsafe
from ssl import SSLContext
from threading import BoundedSemaphore
from typing import Any, Final
from urllib.parse import quote, urlsplit

import httpx2
from authlib.integrations.base_client import OAuthError
from authlib.integrations.httpx_client import OAuth2Client
from authlib.oidc.core import CodeIDToken
from authlib.oidc.discovery import get_well_known_url
from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import JWKRegistry, Key, KeySet
from joserfc.jws import JWSRegistry
from pydantic import SecretStr

from callsheet.connect.address import is_loopback, sheltered
from callsheet.connect.context import Context
from callsheet.connect.trust import trust
from callsheet.model.check import Check, error, fine
from callsheet.settings.sign_in import SignIn

# By key pairs only: with a shared secret whoever knows that could write tokens, and with `none` anybody.
ALGORITHMS: Final = ("RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512")
SCOPES: Final = "openid email"
# How far their clock may be from ours.
LEEWAY_SECONDS: Final = 60
PATIENCE: Final = httpx2.Timeout(10.0, connect=5.0)
# At most so many threads wait for a slow provider: pages, probes and webhooks need the others.
AT_ONCE: Final = 4
# For so long people are sent where the provider last said.
REMEMBERED: Final = timedelta(minutes=10)
LONGEST_EMAIL: Final = 120
# The words of RFC 6749 (4.1.2.1 and 5.2) and of OpenID Connect Core (3.1.2.6).
_ERRORS: Final = frozenset({
    "invalid_request", "unauthorized_client", "access_denied", "unsupported_response_type", "invalid_scope",
    "server_error", "temporarily_unavailable", "invalid_client", "invalid_grant", "unsupported_grant_type",
    "interaction_required", "login_required", "account_selection_required", "consent_required", "invalid_request_uri",
    "invalid_request_object", "request_not_supported", "request_uri_not_supported", "registration_not_supported",
})  # fmt: skip
_ADDRESS: Final = re.compile(r"[!-?A-~]+@[A-Za-z0-9.-]+")
Document = Mapping[str, Any]


class NotIn(Exception):
    """Somebody could not be let in. `why` is for the log, `told` for them; neither holds a secret or a token."""

    status = 403

    def __init__(self, why: str, told: str) -> None:
        super().__init__(why)
        self.why = why
        self.told = told


class Away(NotIn):
    """The provider can't be asked, or says nothing that can be understood."""

    status = 503

    def __init__(self, why: str) -> None:
        told = "Your company's sign-in does not answer as it should. Please try again in a moment."
        super().__init__(why, f"{told} If that stays so, tell whoever runs Callsheet: the log says why.")


class Unproven(Away):
    """The provider does not take us for its client."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Errand:
    """One way to the provider and back: three random words, of which the browser shows us `state` when it returns."""

    state: str
    nonce: str
    verifier: str


class Provider:
    """One provider. Nothing is asked before somebody wants to come in. Problems when the private CA can't be read.

    `renewed` has the client's secret as it lies there now; None where it can't be read.
    """

    def __init__(
        self, sign_in: SignIn, context: Context, renewed: Callable[[], SecretStr | None] = lambda: None
    ) -> None:
        self.sign_in = sign_in
        self._renewed = renewed
        self._remembered: tuple[datetime, Document] | None = None
        self._clock = context.clock
        self._agent = context.user_agent
        self._verify: SSLContext | bool = trust(context) if sign_in.issuer.startswith("https://") else True
        self._turns = BoundedSemaphore(AT_ONCE)

    def begin(self) -> tuple[str, Errand]:
        """Where to send the browser, and what to know it by when it is back. NotIn when the provider is away."""
        errand = Errand(state=token_urlsafe(24), nonce=token_urlsafe(24), verifier=token_urlsafe(48))
        with self._asking() as http:
            url, _ = http.create_authorization_url(
                self._where(http)["authorization_endpoint"],
                state=errand.state,
                nonce=errand.nonce,
                code_verifier=errand.verifier,
            )
        return str(url), errand

    def finish(self, code: str, errand: Errand) -> str:
        """The e-mail address, verified by the provider, of whoever came back with this code. NotIn says why not."""
        try:
            return self._finished(code, errand)
        except Unproven:
            if not self._renew():
                raise
        # A provider that does not know its client has not looked at the code.
        return self._finished(code, errand)

    def _finished(self, code: str, errand: Errand) -> str:
        with self._asking() as http:
            document = self._described(http)
            token = self._token(http, document, code, errand)
            claims = self._claims(http, document, token, errand)
            if "email" not in claims and "userinfo_endpoint" in document:
                claims = {**claims, **self._more(http, document["userinfo_endpoint"], claims["sub"])}
        return email_of(claims)

    def _renew(self) -> bool:
        """Whether there is another secret now than the one that we have; it is ours from here on."""
        secret = self._renewed()
        if secret is None or secret == self.sign_in.client_secret:
            return False
        self.sign_in = replace(self.sign_in, client_secret=secret)
        return True

    def examine(self) -> Iterator[Check]:
        """Whether somebody could begin: the discovery document, and the keys that it leads to."""
        name, fix = "sign-in: provider", "check CALLSHEET_OIDC_ISSUER, and that this machine reaches the provider"
        try:
            with self._asking() as http:
                keys = self._keys(http, self._described(http))
        except NotIn as fault:
            yield error(name, fault.why, fix)
        else:
            told = f"{self.sign_in.issuer} answers, with {len(keys.keys)} keys; it must know {self.sign_in.callback}"
            yield fine(name, told)

    @contextmanager
    def _asking(self) -> Iterator[OAuth2Client]:
        if not self._turns.acquire(blocking=False):
            raise Away("others wait for the provider already")
        try:
            with self._client() as http:
                yield http
        except httpx2.HTTPError as fault:
            raise Away(f"{type(fault).__name__} on the way to the provider") from None
        finally:
            self._turns.release()

    def _client(self) -> OAuth2Client:
        it = self.sign_in
        return OAuth2Client(
            client_id=it.client_id,
            client_secret=it.client_secret.get_secret_value(),
            scope=SCOPES,
            redirect_uri=it.callback,
            code_challenge_method="S256",
            headers={"User-Agent": self._agent, "Accept": "application/json"},
            timeout=PATIENCE,
            verify=self._verify,
            # HTTPS_PROXY and NO_PROXY count, but a proxy can't reach our own loopback.
            trust_env=not is_loopback(urlsplit(it.issuer).hostname or ""),
            follow_redirects=False,
        )

    def _where(self, http: OAuth2Client) -> Document:
        """The discovery document, or what it said a few minutes ago."""
        known = self._remembered
        return known[1] if known and self._clock.now() - known[0] < REMEMBERED else self._described(http)

    def _described(self, http: OAuth2Client) -> Document:
        """Its discovery document, which must be about the issuer that we were told of."""
        issuer = self.sign_in.issuer
        document = _asked(http, get_well_known_url(issuer, external=True))
        if document.get("issuer") != issuer:
            raise Away(f"its discovery document says issuer {_short(document.get('issuer'))}, not {issuer}")
        for name in ("authorization_endpoint", "token_endpoint", "jwks_uri"):
            if not (isinstance(document.get(name), str) and sheltered(document[name])):
                raise Away(f"its discovery document has no {name} that begins with https://")
        self._remembered = self._clock.now(), document
        return document

    def _token(self, http: OAuth2Client, document: Document, code: str, errand: Errand) -> Document:
        """What the code is worth; the provider takes each code once."""
        try:
            token: Document = http.fetch_token(
                document["token_endpoint"],
                grant_type="authorization_code",
                code=code,
                code_verifier=errand.verifier,
                auth=self._proof(http, document),
            )
        except OAuthError as fault:
            why = f"the provider refused the code: {plain(fault.error)}"
            if fault.error == "invalid_client":
                raise Unproven(f"{why}; check CALLSHEET_OIDC_CLIENT_ID and CALLSHEET_OIDC_CLIENT_SECRET") from None
            raise NotIn(why, "Your company's sign-in did not take it. Please begin again.") from None
        except (ValueError, TypeError, KeyError):
            raise Away("the provider's answer to the code is not one") from None
        return token

    def _proof(self, http: OAuth2Client, document: Document) -> Any:
        """How we show that we are this client: in a header, as long as the provider does not ask for it in the body."""
        ways = document.get("token_endpoint_auth_methods_supported") or ()
        if "client_secret_post" in ways and "client_secret_basic" not in ways:
            return http.client_auth("client_secret_post")
        it = self.sign_in
        # Percent-encoded, as RFC 6749 has it in section 2.3.1.
        return httpx2.BasicAuth(quote(it.client_id, safe=""), quote(it.client_secret.get_secret_value(), safe=""))

    def _claims(self, http: OAuth2Client, document: Document, token: Document, errand: Errand) -> dict[str, Any]:
        """What the ID token says, once its signature, issuer, audience, times and nonce are found to be right."""
        it, registry = self.sign_in, JWSRegistry(algorithms=ALGORITHMS, strict_check_header=False)
        # The class itself asks for subject and times.
        must = {"iss": {"essential": True, "value": it.issuer}, "aud": {"essential": True, "value": it.client_id}}
        ours = {"nonce": errand.nonce, "client_id": it.client_id, "access_token": token.get("access_token")}
        try:
            read = jwt.decode(str(token.get("id_token")), self._keys(http, document), registry=registry)
            CodeIDToken(read.claims, read.header, must, ours).validate(self._now(), LEEWAY_SECONDS)
        except (JoseError, ValueError, TypeError, KeyError) as fault:
            told = "What your company's sign-in says of you can't be trusted. Please begin again."
            raise NotIn(f"the ID token is not to be trusted: {_short(fault)}", told) from None
        return read.claims

    def _keys(self, http: OAuth2Client, document: Document) -> KeySet:
        found = KeySet(list(_readable(_asked(http, document["jwks_uri"]).get("keys"))))
        if not found:
            raise Away("none of the provider's keys can be read")
        return found

    def _more(self, http: OAuth2Client, url: str, subject: str) -> Document:
        """What the provider tells of the same person where its ID token is thin."""
        told = _asked(http, url, withhold_token=False) if sheltered(url) else {}
        if told.get("sub") != subject:
            raise NotIn("the provider's userinfo is about somebody else", "Please begin again.")
        return told

    def _now(self) -> int:
        return int(self._clock.now().timestamp())


def email_of(claims: Document) -> str:
    """The address, where the provider vouches for it. NotIn where it names none, or does not."""
    email = claims.get("email")
    if not isinstance(email, str) or len(email) > LONGEST_EMAIL or not _ADDRESS.fullmatch(email):
        raise NotIn(
            "the provider names no e-mail address",
            "Your company's sign-in names no e-mail address of yours. Please ask whoever runs Callsheet: "
            "the provider has to hand over the claim email.",
        )
    # Text from those that map it from a directory; xms_edov is how Microsoft Entra says that the domain is its owner's.
    if claims.get("email_verified") not in (True, "true") and claims.get("xms_edov") not in (True, "true", "1"):
        raise NotIn(
            "the provider does not say that the e-mail address is verified",
            "Your company's sign-in does not say that your e-mail address is verified. Please have it verified there, "
            "or ask whoever runs Callsheet: the provider has to hand over the claim email_verified.",
        )
    return email.lower()


def _asked(http: OAuth2Client, url: str, *, withhold_token: bool = True) -> Document:
    """A JSON object of the provider's."""
    reply = http.request("GET", url, withhold_token=withhold_token)
    place = url.partition("?")[0]
    if reply.status_code != 200:
        raise Away(f"{place} answered {reply.status_code}")
    try:
        told = reply.json()
    except (ValueError, RecursionError):
        told = None
    if not isinstance(told, dict):
        raise Away(f"{place} answered with something that is no JSON object")
    return told


def _readable(keys: Any) -> Iterator[Key]:
    """Those that can be: one of a kind that we do not know, or for something else, must not spoil the others."""
    for key in keys if isinstance(keys, list) else ():
        with suppress(JoseError, ValueError, TypeError, KeyError, AttributeError):
            if key.get("use", "sig") == "sig":
                yield JWKRegistry.import_key(key)


def plain(error: object) -> str:
    """The provider's word for an error, if it is one that is known: anybody can write another one into the address.

    So there are few of them to be told in the log, and none repeats what we sent.
    """
    return error if isinstance(error, str) and error in _ERRORS else "in words of its own"


def _short(words: object) -> str:
    """What somebody else said, fit for one line."""
    return "".join(each for each in " ".join(str(words).split()) if each.isprintable())[:120]
