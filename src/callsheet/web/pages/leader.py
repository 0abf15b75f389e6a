"""`/leader-card`: what somebody who leads people asks themself before they join the call of an incident."""

from fastapi import APIRouter, Request
from starlette.responses import Response

from callsheet.render.environment import BadTemplate
from callsheet.render.html import fragment
from callsheet.render.leader_card import leader_card
from callsheet.web.site import Site


def routes(site: Site) -> APIRouter:
    """The card, ours or the one in the configuration's templates."""
    router = APIRouter()

    @router.get("/leader-card")
    def card(request: Request) -> Response:
        try:
            text = leader_card(site.templates, html=False)
        except BadTemplate as error:
            return site.page(request, "broken", status=500, what=f"The card could not be drawn: {error}.")
        return site.page(request, "leader-card", card=fragment(text))

    return router
