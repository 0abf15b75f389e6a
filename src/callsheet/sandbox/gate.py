"""Who may pass: tokens, and the strange ways in which Jira treats those whose token has expired."""

from __future__ import annotations

import base64
from typing import Any

from callsheet.sandbox.exchange import CLOUD, PAGERDUTY, UNDESCRIBED, Answer, Call
from callsheet.sandbox.ids import make_hex
from callsheet.sandbox.pagerduty_answers import error
from callsheet.sandbox.world import World

_ANONYMOUS_MESSAGE = "Client must be authenticated to access this resource."


class Gate:
    """Decides over one request; an Answer means that it ends here."""

    def __init__(self, world: World) -> None:
        self.world = world

    def check(self, call: Call) -> Answer | None:
        return self._pagerduty(call) if call.side == PAGERDUTY else self._jira(call)

    def proof(self, call: Call, number: int) -> dict[str, str]:
        """Headers of an authenticated answer; a client can tell from them that it is not a stranger."""
        trace = make_hex(32, self.world.seed, "trace", number)
        if call.side == PAGERDUTY:
            return {"x-request-id": trace}
        robot = self.world.jira.directory.robot
        if call.side == CLOUD:
            return {"atl-traceid": trace, "X-AAccountId": robot.id}
        return {"X-AREQUESTID": trace[:12], "X-AUSERNAME": robot.name}

    def _pagerduty(self, call: Call) -> Answer | None:
        given = call.headers.get("authorization", "")
        token = self.world.credentials.pagerduty_token
        if call.expired or given not in (f"Token token={token}", f"Bearer {token}"):
            return error(401, 2006, "Authentication failed", "The supplied credentials are invalid.")
        return None

    def _jira(self, call: Call) -> Answer | None:
        state = self._known(call)
        if state == "known" and not call.expired:
            return None
        if state == "wrong":
            return _stranger(401, {"X-Seraph-LoginReason": "AUTHENTICATED_FAILED"})
        headers = {"x-seraph-loginreason": "AUTHENTICATED_FAILED"} if call.expired else {}
        return _as_anonymous(call, headers)

    def _known(self, call: Call) -> str:
        given = call.headers.get("authorization", "")
        if not given:
            return "anonymous"
        keys = self.world.credentials
        if call.side == CLOUD:
            pair = f"{self.world.company.bot.email}:{keys.jira_token}"
            wanted = f"Basic {base64.b64encode(pair.encode()).decode()}"
        else:
            wanted = f"Bearer {keys.jira_pat}"
        return "known" if given == wanted else "wrong"


# What nobody in particular gets: reads that anonymous people may make succeed and are empty.
_EMPTY: dict[str, Any] = {
    "/search/jql": {"issues": [], "isLast": True},
    "/search": {"startAt": 0, "maxResults": 50, "total": 0, "issues": []},
    "/issue/bulkfetch": {"issues": [], "issueErrors": []},
    "/issue/{issueIdOrKey}/transitions": {"expand": "transitions", "transitions": []},
    "/user/search": [],
    "/user/assignable/search": [],
    "/priority": [],
    "/status": [],
    "/field": [],
    "/mypermissions": {"permissions": {}},
}
_READS = ("/search/jql", "/search", "/issue/bulkfetch")


def _as_anonymous(call: Call, headers: dict[str, str]) -> Answer | None:
    path = "/" + call.template.split("/", 4)[-1]
    if path == "/serverInfo":
        return None
    reading = call.method == "GET" or path in _READS
    if path == "/search" and call.side == CLOUD:
        return None
    if reading and path in _EMPTY:
        return Answer(document=_EMPTY[path], headers=headers)
    if call.method != "GET" or path == "/myself":
        return _stranger(401, headers)
    message, exempt = "Issue does not exist or you do not have permission to see it.", None
    if path.startswith("/project"):
        message = "No project could be found with that key."
    if "createmeta" in path:
        message, exempt = "No project could be found with that key.", UNDESCRIBED
    return Answer(status=404, document={"errorMessages": [message], "errors": {}}, headers=headers, exempt=exempt)


def _stranger(status: int, headers: dict[str, str]) -> Answer:
    document = {"errorMessages": [_ANONYMOUS_MESSAGE], "errors": {}}
    return Answer(status=status, document=document, headers={**headers, "WWW-Authenticate": 'OAuth realm="jira"'})
