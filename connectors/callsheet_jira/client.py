"""HTTP verbs over plain dicts, between the port and the transport: throttle, proof of identity, classification.

Reads and set-to-value PUTs may be repeated; `post` is the one call site of every write that may not.
"""

from collections.abc import Mapping
from typing import Any

from callsheet.connect.errors import AuthRefused, Transient
from callsheet.connect.http import WRITE_PATIENCE, Reply, Throttle, check, retry_after, retrying
from callsheet.connect.ports import Clock
from callsheet_jira.transport import Ask, Transport
from callsheet_jira.wire import complaint

_REFUSALS = ("AUTHENTICATED_FAILED", "AUTHENTICATION_DENIED", "AUTHORISATION_FAILED", "OUT")
_RENEW = (
    "make a new token for our account and set JIRA_API_TOKEN with JIRA_EMAIL (Cloud) or JIRA_PERSONAL_ACCESS_TOKEN "
    "(Data Center)"
)
# A search finds nothing where there is nothing; that it is itself not there is something else.
_WHERE = "check that JIRA_BASE_URL is where Jira's REST API answers, and that JIRA_FLAVOUR is right"
_GONE = {404, 410}


class DoneForNobody(AuthRefused):
    """A write that was accepted although our credential was not: it may have been carried out anonymously."""

    @property
    def outcome_unknown(self) -> bool:
        """There may be something; it can be searched for once the credential is mended."""
        return True


class Client:
    """The verbs. `proof` is the header in which this flavour says whom it served."""

    def __init__(self, transport: Transport, clock: Clock, *, api: str, proof: str) -> None:
        self._transport = transport
        self._clock = clock
        self._throttle = Throttle(clock)
        self._api = api
        self._proof = proof

    def get(self, path: str, **params: str) -> Reply:
        """Read. May be repeated."""
        return self._repeated(Ask(method="GET", path=self._api + path, params=params))

    def tokens(self) -> Reply:
        """Our account's own tokens, which Data Center keeps beside its API. May be repeated."""
        return self._repeated(Ask(method="GET", path="/rest/pat/latest/tokens"))

    def seek(self, path: str, **params: str) -> Reply | None:
        """Read what may be gone: None when it is, or hidden from us. Certain: whom Jira answered is proven."""
        ask = Ask(method="GET", path=self._api + path, params=params)
        reply = retrying(self._clock)(self._answer, ask)
        # Data Center answers 403 for an issue that a proven account may not see.
        if reply.status in _GONE or (reply.status == 403 and self._proven(reply)):
            self.prove(reply)
            return None
        return self._checked(reply)

    def query(self, path: str, body: Mapping[str, Any]) -> Reply:
        """A POST that only reads. May be repeated."""
        return self._repeated(Ask(method="POST", path=self._api + path, body=body))

    def put(self, path: str, body: Mapping[str, Any]) -> Reply:
        """Set to values. May be repeated."""
        reply = self._repeated(Ask(method="PUT", path=self._api + path, body=body, writes=True))
        if reply.status != 204:
            # Jira answers an edit with 204; anything else may be somebody's login page.
            self.prove(reply)
        return reply

    def post(self, path: str, body: Mapping[str, Any]) -> Reply:
        """Write. Sent once, on a fresh connection, now or not at all; never repeated from here."""
        self._throttle.enter(patience=WRITE_PATIENCE)
        return self._ask(Ask(method="POST", path=self._api + path, body=body, once=True, writes=True))

    def prove(self, reply: Reply) -> None:
        """AuthRefused unless the reply was served to our account: an expired token gets empty answers, not errors.

        Headers tell; where they are silent (a proxy may strip them), Jira is asked who we are.
        """
        if not self._proven(reply):
            self.get("/myself").json()

    def _repeated(self, ask: Ask) -> Reply:
        return retrying(self._clock)(self._ask, ask)

    def _ask(self, ask: Ask) -> Reply:
        return self._checked(self._answer(ask))

    def _answer(self, ask: Ask) -> Reply:
        """The reply, after the faults that have nothing to do with what was asked."""
        self._throttle.enter()
        reply = self._transport.send(ask)
        if reply.status == 429:
            self._throttle.hold(retry_after(reply.headers, now=self._clock.now()))
        if reply.status >= 500 or reply.status in {408, 409, 425, 429}:
            self._checked(reply)
        self._refuse_nobody(reply, ask)
        return reply

    def _checked(self, reply: Reply) -> Reply:
        if 200 <= reply.status < 300:
            return reply
        message, fields = complaint(reply.body)
        safe = {name: self._transport.scrub(said) for name, said in fields.items()}
        message = self._transport.scrub(message)
        if reply.status == 409:
            # Two edits at once: the one that lost may simply be repeated, where repeating is allowed.
            raise Transient(f"{reply.method} {reply.path} met another change: {message}", sent=True)
        return check(reply, clock=self._clock, fields=safe, message=self._advised(reply, message))

    def _advised(self, reply: Reply, message: str) -> str:
        if reply.status == 401:
            return f"{message.rstrip('.') or 'not signed in'}; {_RENEW}"
        if reply.status == 404 and reply.path.startswith(f"{self._api}/search"):
            return f"{message.rstrip('.') or 'nothing is there'}; {_WHERE}"
        if "captcha" in reply.headers.get("x-authentication-denied-reason", "").lower():
            return "Jira wants a CAPTCHA solved after failed logins; sign in once in a browser as our account"
        if 300 <= reply.status < 400:
            return "Jira is somewhere else, or behind a login page; set JIRA_BASE_URL to where its REST API answers"
        return message

    def _refuse_nobody(self, reply: Reply, ask: Ask) -> None:
        """AuthRefused for an answer that says itself that it was served to nobody, whatever its status."""
        reasons = {part.strip().upper() for part in reply.headers.get("x-seraph-loginreason", "").split(",")}
        refusal = next((reason for reason in _REFUSALS if reason in reasons and "OK" not in reasons), None)
        if refusal is None and reply.headers.get("x-ausername", "").lower() == "anonymous":
            refusal = "anonymous"
        if refusal is None or reply.status in {401, 403}:
            return
        what = f"{reply.method} {reply.path} was answered {reply.status}, but to nobody ({refusal}): {_RENEW}"
        if ask.writes and reply.status < 300:
            raise DoneForNobody(what, request_id=reply.request_id)
        raise AuthRefused(what, request_id=reply.request_id)

    def _proven(self, reply: Reply) -> bool:
        return bool(reply.headers.get(self._proof))
