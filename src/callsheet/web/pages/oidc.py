"""Signing in with the company's account: off to the provider, and back with a code. What is asked is in `web/oidc.py`.

Each way there has a cookie of its own, signed, for ten minutes: who comes back with somebody else's answer, twice, or
too late, begins again. Two tabs are two ways.
"""

from datetime import timedelta
from time import monotonic
from typing import Annotated, Final

import structlog
from fastapi import APIRouter, Query, Request
from starlette.responses import RedirectResponse, Response

from callsheet.settings.sign_in import CALLBACK
from callsheet.web.door import COOKIE, SIGNED_IN_BY_PROVIDER
from callsheet.web.oidc import Errand, NotIn, Provider, plain
from callsheet.web.pages.entry import SIGN_IN, inside, signing_in
from callsheet.web.site import Site
from callsheet.web.webhooks import WARN_EVERY

BEGIN: Final = f"{SIGN_IN}/oidc"
ON_THE_WAY: Final = timedelta(minutes=10)
LONGEST_PLACE: Final = 1000
Word = Annotated[str, Query(max_length=4000)]
NOT_BEGUN: Final = (
    "This sign-in was not begun in this browser, was used already, or took longer than ten minutes. Please begin again."
)
log = structlog.get_logger()


def routes(site: Site, provider: Provider) -> APIRouter:
    """Off and back."""
    router, way = APIRouter(), _Way(site, provider)
    router.add_api_route(BEGIN, way.off, methods=["GET"])
    router.add_api_route(CALLBACK, way.back, methods=["GET"])
    return router


class _Way:
    """Keeps nothing: what must be known again is in the browser, signed."""

    def __init__(self, site: Site, provider: Provider) -> None:
        self._site = site
        self._provider = provider
        self._warned: dict[str, float] = {}

    def off(self, request: Request, to: Word = "/") -> Response:
        place = to[:LONGEST_PLACE]
        try:
            url, errand = self._provider.begin()
        except NotIn as fault:
            return self._not_in(request, fault, place)
        answer = RedirectResponse(url, 303)
        kept = [errand.state, errand.nonce, errand.verifier, place]
        signed = self._site.door.seals.sign("errand", kept, ON_THE_WAY)
        self._site.door.give(answer, _cookie(errand.state), signed, ON_THE_WAY, path=BEGIN)
        return answer

    def back(self, request: Request, state: Word = "", code: Word = "", error: Word = "") -> Response:
        errand, place = self._errand(request, state)
        try:
            email = self._email(errand, code, error)
            answer: Response = RedirectResponse(place, 303)
            signed = self._site.door.seals.sign("provider", email, SIGNED_IN_BY_PROVIDER)
            self._site.door.give(answer, COOKIE, signed, SIGNED_IN_BY_PROVIDER)
        except NotIn as fault:
            answer = self._not_in(request, fault, place)
        if errand:
            self._site.door.take_back(answer, _cookie(errand.state), path=BEGIN)
        return answer

    def _errand(self, request: Request, state: str) -> tuple[Errand | None, str]:
        """The way that this browser was sent on, and where it wanted to; None where it was not."""
        match self._site.door.seals.read("errand", request.cookies.get(_cookie(state), "")):
            case [str(known), str(nonce), str(verifier), str(place)] if known == state:
                return Errand(state=known, nonce=nonce, verifier=verifier), inside(place)
        return None, "/"

    def _email(self, errand: Errand | None, code: str, error: str) -> str:
        if errand is None:
            raise NotIn("it was not begun in this browser", NOT_BEGUN)
        if error or not code:
            said = plain(error) if error else "without a code"
            told = f"Your company's sign-in did not let you through ({said}). Begin again, or ask whoever runs it."
            raise NotIn(f"the provider answered {said}", told)
        email = self._provider.finish(code, errand)
        if not self._provider.sign_in.admits(email):
            told = f"{email} is not among those who may look. Please ask whoever runs Callsheet: CALLSHEET_OIDC_ALLOW."
            raise NotIn("somebody whom CALLSHEET_OIDC_ALLOW does not name", told)
        return email

    def _not_in(self, request: Request, fault: NotIn, place: str) -> Response:
        # Not for each: anybody can ask for these.
        if monotonic() - self._warned.get(fault.why, -WARN_EVERY) >= WARN_EVERY:
            self._warned[fault.why] = monotonic()
            log.warning("sign-in.refused", why=fault.why)
        return signing_in(self._site, request, place, fault.told, status=fault.status)


def _cookie(state: str) -> str:
    """The name of a way's own cookie; a state of ours has nothing in it that a cookie's name may not have."""
    return f"{COOKIE}-{state[:12]}"
