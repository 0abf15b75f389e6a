"""The way in: signing in and out, who is sent there, and what people see where there is nothing to see."""

import sqlite3
from collections.abc import Callable
from typing import Final
from urllib.parse import parse_qs, quote

from fastapi import APIRouter, FastAPI, Request
from fastapi.exception_handlers import http_exception_handler, request_validation_exception_handler
from fastapi.exceptions import RequestValidationError
from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect
from starlette.responses import JSONResponse, RedirectResponse, Response

from callsheet.run.names import NotKnown
from callsheet.store.faults import fault_of
from callsheet.web.acts import page_of
from callsheet.web.body import TooLarge, TooSlow, read_body
from callsheet.web.door import COOKIE, LONGEST_NAME, SIGNED_IN
from callsheet.web.site import STATIC, Site, imprint, is_person, static

SIGN_IN: Final = "/sign-in"
BODY_SECONDS: Final = 5.0
BROKEN: Final = "Something is wrong here, and not with what you asked for. The daemon's log has it."
NOWHERE: Final = "There is no such page."
FORM_ALONE: Final = "This address shows nothing: it only takes what a form or a program sends to it."
NO_FORM: Final = "This page takes no form. Open it, and look for one on it."
A_YEAR: Final = "public, max-age=31536000, immutable"


class Shut(Exception):
    """Nobody whom we know asks for a page."""


def entering(site: Site) -> Callable[[Request], None]:
    """What stands before each page: it knows who is there, or raises Shut."""

    def enter(request: Request) -> None:
        request.state.visitor = site.door.visitor(request)
        if request.state.visitor is None:
            raise Shut

    return enter


async def form(request: Request) -> dict[str, str]:
    """The fields of a form, each once. Empty where the body is none of ours, is too large, or does not come."""
    try:
        body = await read_body(request, BODY_SECONDS)
        read = parse_qs(body.decode("utf-8", "replace"), keep_blank_values=True, max_num_fields=50)
    # ValueError: more fields than any form of ours has.
    except (TooLarge, TooSlow, ValueError, ClientDisconnect):
        return {}
    return {name: values[0] for name, values in read.items()}


def inside(path: str) -> str:
    """The path of a page of ours, whatever was given: never an address of somebody else's."""
    plain = path.startswith("/") and not path.startswith(("//", "/\\")) and path.isprintable() and "\\" not in path
    return path if plain else "/"


def routes(site: Site) -> APIRouter:
    """`/sign-in`, `/sign-out` and what pages are dressed in."""
    router, way = APIRouter(), _WayIn(site)
    router.add_api_route("/static/{name}", _dressed, methods=["GET"])
    router.add_api_route(SIGN_IN, way.ask, methods=["GET"])
    router.add_api_route(SIGN_IN, way.sign_in, methods=["POST"])
    router.add_api_route("/sign-out", way.sign_out, methods=["POST"])
    return router


def _dressed(request: Request, name: str) -> Response:
    if name not in STATIC:
        raise HTTPException(404)
    kept = A_YEAR if request.url.query == imprint(name) else "no-cache"
    return Response(static(name), media_type=STATIC[name], headers={"Cache-Control": kept})


class _WayIn:
    """By the token and a name, which a cookie then tells."""

    def __init__(self, site: Site) -> None:
        self._site = site

    def ask(self, request: Request, to: str = "/") -> Response:
        return signing_in(self._site, request, to)

    async def sign_in(self, request: Request) -> Response:
        given, door = await form(request), self._site.door
        to, name = inside(given.get("to", "/")), " ".join(given.get("name", "").split())[:LONGEST_NAME]
        if not door.is_own_origin(request):
            return await self._again(request, to, "That form was not ours; please try it here.")
        if not name or not name.isprintable():
            return await self._again(request, to, "Please say who you are: the ledger keeps it.")
        if not door.knows(given.get("token", "")):
            return await self._again(request, to, "That is not the token.", name)
        answer = RedirectResponse(to, 303)
        door.give(answer, COOKIE, door.seals.sign("cookie", name, SIGNED_IN), SIGNED_IN)
        return answer

    async def _again(self, request: Request, to: str, trouble: str, name: str = "") -> Response:
        return await run_in_threadpool(signing_in, self._site, request, to, trouble, name=name, status=403)

    def sign_out(self, request: Request) -> Response:
        answer = RedirectResponse("/", 303)
        if self._site.door.is_own_origin(request):
            self._site.door.take_back(answer, COOKIE)
        return answer


def signing_in(
    site: Site, request: Request, to: str, trouble: str = "", *, name: str = "", status: int = 200
) -> Response:
    """The page that asks who it is, by each way that there is."""
    door = site.door
    if not door.signs_in:
        return _shut(site, request)
    # Whole, so that whoever came by another name of this house begins where they will come back to.
    provider = f"{door.sign_in.public_url}{SIGN_IN}/oidc?to={quote(inside(to), safe='')}" if door.sign_in else ""
    return site.page(
        request,
        "sign-in",
        status=status,
        to=inside(to),
        trouble=trouble,
        name=name,
        provider=provider,
        token=door.token is not None,
    )


def _shut(site: Site, request: Request) -> Response:
    """Nobody can sign in: why, and what to do."""
    return site.page(request, "shut", status=403, shut=site.door.shut, open=site.door.is_open)


def handlers(app: FastAPI, site: Site) -> None:
    """What becomes of those whom we do not know, and of what is not there. Programs are answered as JSON."""

    @app.exception_handler(Shut)
    async def not_in(request: Request, _: Shut) -> Response:
        if not is_person(request):
            told = {"error": "sign in, or send the token as Authorization: Bearer"}
            return JSONResponse(told, 401, {"WWW-Authenticate": "Bearer"})
        if not site.door.signs_in:
            return await run_in_threadpool(_shut, site, request)
        asked = request.url.path + (f"?{request.url.query}" if request.url.query else "")
        # Where a form leads there is no page to come back to.
        asked = asked if request.method == "GET" else "/"
        return RedirectResponse(f"{SIGN_IN}?to={quote(asked)}", 303)

    @app.exception_handler(NotKnown)
    async def not_known(request: Request, error: NotKnown) -> Response:
        if not is_person(request):
            return JSONResponse({"error": str(error)}, 404)
        return await run_in_threadpool(_lost, site, request, str(error), 404)

    @app.exception_handler(RequestValidationError)
    async def unread(request: Request, error: RequestValidationError) -> Response:
        if not is_person(request):
            return await request_validation_exception_handler(request, error)
        return await run_in_threadpool(_lost, site, request, "That address asks for something that is not there.", 422)

    _mishaps(app, site)


def _mishaps(app: FastAPI, site: Site) -> None:
    """What becomes of an address that leads nowhere, and of what breaks."""

    @app.exception_handler(HTTPException)
    async def refused(request: Request, error: HTTPException) -> Response:
        if not is_person(request):
            return await http_exception_handler(request, error)
        told = {404: NOWHERE, 405: FORM_ALONE if request.method == "GET" else NO_FORM}.get(error.status_code, NOWHERE)
        back = page_of(request.url.path) if error.status_code == 405 else "/"
        answer = await run_in_threadpool(_lost, site, request, told, error.status_code, back)
        answer.headers.update(error.headers or {})
        return answer

    @app.exception_handler(sqlite3.DatabaseError)
    async def unstored(request: Request, error: sqlite3.DatabaseError) -> Response:
        fault = fault_of(error)
        if fault is None:
            raise error
        if not is_person(request):
            return JSONResponse({"error": fault.words}, 503)
        return await run_in_threadpool(site.page, request, "broken", status=503, what=fault.words)

    @app.exception_handler(Exception)
    async def broken(request: Request, _: Exception) -> Response:
        if not is_person(request):
            return JSONResponse({"error": BROKEN}, 500)
        return await run_in_threadpool(site.page, request, "broken", status=500, what=BROKEN)


def _lost(site: Site, request: Request, what: str, status: int, back: str = "/") -> Response:
    # Who is not signed in learns nothing but that.
    request.state.visitor = site.door.visitor(request)
    if request.state.visitor is None:
        what, back = NOWHERE, "/"
    return site.page(request, "lost", status=status, what=what, back=back)
