"""`/incidents`: every post-mortem. `/incidents/{id}`: the playbill, with its `/log`, and `/present` for the review."""

from collections.abc import Sequence
from typing import Annotated, Any, Final

from fastapi import APIRouter, Query, Request
from starlette.responses import Response

from callsheet.model.postmortem import Scene as Part
from callsheet.render.scenes import Script, script
from callsheet.render.stage import drawing
from callsheet.render.times import Clock
from callsheet.run.asks import incident_named
from callsheet.run.playbills import Playbill, billings, playbill
from callsheet.run.reviewing import drawn
from callsheet.run.views import Wanted, entries, rows_of
from callsheet.web.seal import WITH_SCRIPT
from callsheet.web.site import A_PAGE, Site, address, paged

CALL_SHEET: Final = "Call sheet"
TIMELINE: Final = "Timeline"
APPENDIX: Final = "Appendix"
# Nobody reads these aloud.
OFFSTAGE: Final = ("appendix", "circulation", "props")
# Which sections begin which part of the run of show, in the words that both begin with.
CUES: Final = {
    "timeline": ("reenactment", "reading"),
    "critique": ("critique",),
    "questions": ("critique",),
    "call sheet": ("call sheet",),
    "awards": ("awards",),
}
Number = Annotated[int, Query(ge=1, le=10_000)]


def routes(site: Site) -> APIRouter:
    """The list, one, and one on stage."""
    router = APIRouter()

    @router.get("/incidents")
    def every(request: Request, page: Number = 1) -> Response:
        with site.browsing() as store:
            found = billings(store, site.today())
        shown, at, pages = paged(found, page)
        return site.page(request, "incidents", found=shown, count=len(found), at=at, pages=pages)

    @router.get("/incidents/{word}")
    def one(request: Request, word: str) -> Response:
        return site.page(request, "incident", **_staged(site, word))

    @router.get("/incidents/{word}/log")
    def log(request: Request, word: str) -> Response:
        with site.browsing() as store:
            told = playbill(store, incident_named(store, word))
        found = next((scene for scene in _script(told).scenes if _is(APPENDIX)(scene)), None)
        return site.page(request, "log", incident=told.incident, scene=found)

    @router.get("/incidents/{word}/present")
    def present(request: Request, word: str, scene: Number = 1) -> Response:
        shown = _staged(site, word)
        scenes = [each for each in shown["script"].scenes if not each.title.lower().startswith(OFFSTAGE)]
        at = min(scene, max(len(scenes), 1))
        titles = [each.title for each in scenes[:at]]
        answer = site.page(
            request,
            "present",
            help=address("present.js"),
            **shown,
            scenes=scenes,
            at=at,
            scene=scenes[at - 1] if scenes else None,
            part=part_played(titles, shown["story"].review.scenes if shown["story"] else ()),
        )
        answer.headers["Content-Security-Policy"] = WITH_SCRIPT
        return answer

    return router


def _staged(site: Site, word: str) -> dict[str, Any]:
    """What a page of one incident shows: its document, its timeline, and the first of its promises."""
    with site.browsing() as store:
        told = playbill(store, incident_named(store, word))
        story = drawn(store, told.incident, site.rules, site.now(), promises=False)
        promised = entries(store, Wanted(every=True, incident_id=told.incident.id), site.today())
        rows = rows_of(store, promised[:A_PAGE], site.today())
    return {
        "told": told,
        "incident": told.incident,
        "story": story,
        "script": _script(told),
        "drawn": drawing(story) if story else None,
        "clock": Clock(story.time_zone if story else "UTC", told.incident.created_at),
        "rows": rows,
        "more": len(promised) - len(rows),
        "is_sheet": _is(CALL_SHEET),
        "is_timeline": _is(TIMELINE),
        "is_appendix": _is(APPENDIX),
    }


def _script(told: Playbill) -> Script:
    return script(told.text) if told.text else Script(opening="", scenes=())


def part_played(titles: Sequence[str], parts: Sequence[Part]) -> int:
    """The number, from 0, of the part of the session in which somebody is who has come through these sections."""
    begins = [CUES[cue] for title in titles for cue in CUES if title.lower().startswith(cue)]
    for words in reversed(begins):
        for number, part in enumerate(parts):
            if part.title.lower().startswith(words):
                return number
    return 0


def _is(title: str) -> Any:
    return lambda scene: scene.title.lower().startswith(title.lower())
