"""`/api/v1`: what the pages show and let people do, for programs, as JSON. An application with errors of its own."""

from typing import Any, Final

from fastapi import FastAPI, Security
from fastapi.openapi.utils import get_openapi
from fastapi.security import APIKeyCookie, HTTPBearer
from starlette.responses import JSONResponse

from callsheet import __version__
from callsheet.web.api import acting, problems, reading, sheet
from callsheet.web.api.threshold import Threshold
from callsheet.web.desk import Desk
from callsheet.web.door import COOKIE
from callsheet.web.rehearsals import Rehearsals
from callsheet.web.site import Site

PATH: Final = "/api/v1"
ABOUT: Final = """What was promised after incidents, what became of it, and what can be done about it.

A page's address, with `/api/v1` before it, answers with the same as JSON, filters and all. What `callsheet … --json`
prints has the same shapes. Lists come in pages: `X-Total-Count` says how many there are, `Link` where the next is."""
# Either of them; a sign-in proxy needs neither, and a house that is open to its machine asks for none.
KEYS: Final = (
    Security(HTTPBearer(auto_error=False, description="CALLSHEET_WEB_TOKEN")),
    Security(APIKeyCookie(name=COOKIE, auto_error=False, description="The pages' own, for requests from there")),
)


class Api(FastAPI):
    """Describes its errors, too."""

    def openapi(self) -> dict[str, Any]:
        """The description, made when somebody first asks for it."""
        if not self.openapi_schema:
            told = get_openapi(
                title=self.title,
                version=self.version,
                description=self.description,
                routes=self.routes,
                servers=self.servers,
            )
            self.openapi_schema = problems.described(told)
        return self.openapi_schema


def build(desk: Desk, site: Site, rehearsals: Rehearsals) -> Api:
    """The application, to be mounted at PATH."""
    api = Api(
        title="Callsheet",
        version=__version__,
        description=ABOUT,
        servers=[{"url": PATH}],
        # Its pages would load script from elsewhere; the document itself is served below, behind the door.
        docs_url=None,
        redoc_url=None,
        openapi_url=None,
        redirect_slashes=False,
        dependencies=KEYS,
        generate_unique_id_function=lambda route: route.name,
    )
    api.include_router(sheet.routes(site))
    api.include_router(reading.routes(desk, site, rehearsals))
    api.include_router(acting.routes(desk, site))

    @api.get("/openapi.json", include_in_schema=False)
    def openapi() -> JSONResponse:
        return JSONResponse(api.openapi())

    problems.handlers(api)
    api.add_middleware(Threshold, door=site.door)
    return api
