"""A post-mortem as a Markdown document. What people and monitors wrote is escaped; only our own words are markup."""

import json
import re
from collections.abc import Callable, Iterable
from dataclasses import replace
from datetime import UTC
from pathlib import Path
from typing import Final

from jinja2 import FileSystemLoader

from callsheet.document.markdown import Markdown, clip, fold, link
from callsheet.document.regions import region
from callsheet.document.sheet import COLUMNS
from callsheet.model.incident import Incident
from callsheet.model.postmortem import Form, Part, PlotKind, Postmortem, SheetRow
from callsheet.model.span import span
from callsheet.plan.beats import OPENED
from callsheet.render.environment import environment, load, markdown, run
from callsheet.render.screenplay import LONGEST_NAME, logged, quote, told
from callsheet.render.shown import by_day, cells, improvements, light, part, those, turn
from callsheet.render.slugs import LONGEST, slug
from callsheet.render.times import Clock, count, day, weekday

DOCUMENTS: Final = {Form.FULL: "postmortem.md.j2", Form.CONCISE: "concise.md.j2"}
SUMMARY: Final = "summary.md.j2"
LONGEST_SUMMARY: Final = 120
NOT_HUMAN: Final = (Part.SYSTEM, Part.DEPLOY)
LONGEST_BRIEF: Final = 140
BRIEF_WORDS: Final = 16
PLAIN_SCALAR: Final = re.compile(r"[A-Za-z][A-Za-z0-9]{3,}")
# What would be markup for a reader that does not know front matter.
RISKY: Final = {ord(sign): f"\\u{ord(sign):04x}" for sign in "<>[]`"}


class Renderer:
    """Turns values into text, with our templates or those of the configuration folder."""

    def __init__(self, templates: Path | None = None) -> None:
        """Take a folder whose files replace ours of the same name. Raises BadTemplate for one that can't be read."""
        self._templates = templates
        self._environment = environment(templates, markdown)
        self._environment.globals |= FUNCTIONS
        # Ours are read when they are needed. Who wrote their own hears at the start that one is wrong.
        for theirs in FileSystemLoader(templates).list_templates() if templates else ():
            if theirs.endswith(".md.j2"):
                load(self._environment, theirs)

    def document(self, postmortem: Postmortem) -> str:
        """The whole document, with front matter and region markers. Raises BadTemplate."""
        values = context(self._short(postmortem))
        text = run(load(self._environment, DOCUMENTS[postmortem.form]), **values)
        return re.sub(r"\n{3,}", "\n\n", text).rstrip("\n") + "\n"

    def _short(self, postmortem: Postmortem) -> Postmortem:
        """Without the belief where the summary would be too long with it: nobody reads that."""
        if postmortem.belief is None:
            return postmortem
        summary = run(load(self._environment, SUMMARY), **context(postmortem))
        return postmortem if len(summary.split()) <= LONGEST_SUMMARY else replace(postmortem, belief=None)

    def copies(self, wanted: Iterable[str], postmortem: Postmortem, text: str) -> dict[str, str]:
        """The forms that stand beside the document, by suffix. Raises BadTemplate."""
        from callsheet.render.copies import copies  # noqa: PLC0415 - heavy: only who wants copies pays

        return copies(wanted, postmortem, text, self._templates)

    def file_stem(self, of: Postmortem | Incident) -> str:
        """`2026-11-02-Q1ABC-checkout-api-slow`: built from letters, digits and hyphens, never taken as it is."""
        incident = of.incident if isinstance(of, Postmortem) else of
        started = incident.created_at.astimezone(UTC).date().isoformat()
        identity = re.sub(r"[^A-Za-z0-9]+", "-", incident.id).strip("-") or "incident"
        return "-".join(part for part in (started, identity[:LONGEST], slug(incident.title)) if part)


def context(postmortem: Postmortem) -> dict[str, object]:
    """What a document's templates see, by name: `docs/templates.md` tells it to those who write their own."""
    clock = Clock(postmortem.time_zone, postmortem.impact.started_at)
    return {
        "p": postmortem,
        "incident": postmortem.incident,
        "clock": clock,
        "days": by_day(postmortem.beats),
        "people": those(postmortem.cast, *(part for part in Part if part not in NOT_HUMAN)),
        "voices": those(postmortem.cast, Part.SYSTEM),
        "deploys": those(postmortem.cast, Part.DEPLOY),
        "lights": [light(each) for each in postmortem.setting.lights],
        "parts": [part(each) for each in postmortem.review.parts],
        "columns": COLUMNS,
        "sheet": [cells(row) for row in postmortem.call_sheet],
        "remarks": [row for row in postmortem.call_sheet if row.remark],
        "remarked": remarked(postmortem.call_sheet),
        "improvements": improvements(postmortem.call_sheet),
        "plot": [turn(point, clock) for point in postmortem.plot],
        "opened_by": next((beat.who for beat in postmortem.log if beat.by_person and beat.action == OPENED), None),
        "turning": next((point for point in postmortem.plot if point.kind is PlotKind.TURNING_POINT), None),
    }


def remarked(rows: Iterable[SheetRow]) -> list[tuple[Markdown, str]]:
    """What there is to clear up, each remark once with the actions that it is about."""
    actions: dict[str, list[str]] = {}
    for row in rows:
        if row.remark:
            actions.setdefault(row.remark, []).append(quote(row.action))
    return [(_listed(of), why) for why, of in actions.items()]


def _listed(quoted: list[str]) -> Markdown:
    return Markdown(" and ".join((", ".join(quoted[:-1]), quoted[-1])) if quoted[1:] else quoted[0])


def brief_quote(words: str, *, stop: bool = False) -> Markdown:
    """The beginning of somebody's words, in quotation marks, short enough for a summary of 120 words.

    `stop`: a sentence ends with them, so a full stop follows where they bring none.
    """
    text = _first_words(words, BRIEF_WORDS)
    return Markdown(f"{quote(text)}{'' if not stop or _ends(text) else '.'}")


def brief(sentence: str) -> str:
    """A plot point's sentence, as short; a quotation that was cut is closed again, and it ends in a full stop."""
    text = _first_words(sentence, BRIEF_WORDS)
    text = f"{text}”" if text.count("“") > text.count("”") else text
    return text if _ends(text.rstrip("”")) else f"{text}."


def _ends(text: str) -> bool:
    return text.endswith((".", "…", "!", "?"))


def _first_words(text: str, most: int) -> str:
    words = clip(text, LONGEST_BRIEF).split(" ")
    return " ".join(words) if len(words) <= most else f"{' '.join(words[:most])}…"


def name(words: str) -> str:
    """A name or title, cut to a length that leaves room beside it."""
    return clip(words, LONGEST_NAME)


def lower_first(words: str) -> str:
    """The words as they stand inside a sentence."""
    return words[:1].lower() + words[1:]


def yaml(value: str) -> Markdown:
    """A value for the front matter: bare where nothing can go wrong with it, else in quotes on one line."""
    text = fold(value)
    if PLAIN_SCALAR.fullmatch(text) and text.lower() not in ("true", "false", "null"):
        return Markdown(text)
    return Markdown(json.dumps(text, ensure_ascii=False).translate(RISKY))


def _region(title: str, caller: Callable[[], str]) -> Markdown:
    """`{% call region("timeline") %}…{% endcall %}`: text that Callsheet may write again while nobody touched it."""
    made = region(title, re.sub(r"\n{3,}", "\n\n", caller()))
    return Markdown(made.text)


# What a document's templates may call, besides what Jinja brings; told in `docs/templates.md`.
FUNCTIONS: Final = {
    "region": _region, "link": link, "quote": quote, "name": name, "count": count, "brief": brief,
    "brief_quote": brief_quote, "yaml": yaml, "span": span, "day": day, "weekday": weekday,
    "unknown": Markdown("*unknown*"), "lower_first": lower_first, "told": told, "logged": logged,
}  # fmt: skip
