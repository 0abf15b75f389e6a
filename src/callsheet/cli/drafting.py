"""`prompts --draft`: the evidence goes to a model, and what it says comes back marked, checked and filed nowhere."""

import threading
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any

import typer

from callsheet.cli.opening import configured
from callsheet.cli.printing import FAILED, inert, print_json, refuse, say

if TYPE_CHECKING:
    from callsheet.connect.ports import Drafter
    from callsheet.review.drafts import Draft
    from callsheet.review.evidence import Packet
    from callsheet.review.prompts import Artefact


def draft(context: typer.Context, wanted: "Artefact | None", evidence: "Packet", *, json: bool) -> None:
    """Draft one artefact, or all that a model can draft from the evidence alone, and print them."""
    from callsheet.review.drafts import shown
    from callsheet.review.prompts import ARTEFACTS

    if wanted and wanted.pasted:
        refuse(f"{wanted.name} needs a text of yours: print its prompt without --draft, and paste the text below it.")
    drafter = _drafter(context)
    chosen = [wanted] if wanted else [one for one in ARTEFACTS if not one.pasted]
    drafts, faults = _drafted(drafter, chosen, evidence)
    if json:
        print_json([_told(one) for one in drafts])
    else:
        typer.echo(inert("\n\n".join(shown(one, evidence) for one in drafts)), nl=False)
    for fault in faults:
        say(fault)
    if faults:
        raise typer.Exit(FAILED)


def _drafter(context: typer.Context) -> "Drafter":
    from collections import Counter

    from callsheet.bootstrap import clock_of, drafters
    from callsheet.plan.policy import Mode
    from callsheet.run.traffic import Traffic

    configuration = configured(context)
    if configuration.settings.mode is Mode.SHADOW:
        refuse("In shadow mode nothing leaves, so no evidence goes to a model. Print the prompts without --draft.")
    found = drafters(configuration, clock_of(configuration, threading.Event()), Counter(), Traffic())
    if not found:
        refuse(
            "No model is configured, so nothing can be drafted. Set CALLSHEET_DRAFTER=openai, DRAFT_BASE_URL and "
            "DRAFT_MODEL (config/openai.env.example), or print the prompts without --draft."
        )
    (drafter,) = found.values()
    return drafter


def _drafted(drafter: "Drafter", chosen: "Sequence[Artefact]", evidence: "Packet") -> "tuple[list[Draft], list[str]]":
    """What came of each. An answer that is no good is one fault; a side that is gone or refuses us ends it."""
    from callsheet.connect.errors import ConnectorError, Malformed, Rejected
    from callsheet.review.drafts import judged
    from callsheet.review.prompts import prompt

    drafts: list[Draft] = []
    faults: list[str] = []
    for artefact in chosen:
        try:
            answer = drafter.draft(prompt(artefact, evidence))
        except ConnectorError as error:
            faults.append(f"{artefact.name}: {error.what}")
            if not isinstance(error, Malformed | Rejected):
                break
        else:
            drafts.append(judged(artefact, answer.model, answer.text, evidence))
    return drafts, faults


def _told(one: "Draft") -> dict[str, Any]:
    return {
        "artefact": one.artefact.name,
        "model": one.model,
        "verified": False,
        "text": one.text,
        "flags": list(_flags(one)),
        "uncovered": list(one.check.uncovered),
    }


def _flags(one: "Draft") -> Iterator[dict[str, str]]:
    for flag in one.check.flags:
        yield {"doubt": flag.doubt.value, "words": flag.words, "sentence": flag.sentence}
