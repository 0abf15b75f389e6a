"""`review`: what could be said better in a post-mortem; offline, and a check for a folder in CI."""

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, NamedTuple

import typer

from callsheet.cli.opening import opened
from callsheet.cli.options import Json
from callsheet.cli.printing import FAILED, print_json, refuse, tell

if TYPE_CHECKING:
    from callsheet.model.review import Finding, Review

THRESHOLD = 80
QUOTE = 100
# The largest file that is read as a post-mortem, in bytes.
LARGEST = 5_000_000


class Piece(NamedTuple):
    """One post-mortem to review, with the people and words that its incident knows."""

    name: str
    text: str
    names: tuple[str, ...] = ()
    known: tuple[str, ...] = ()
    read_from: str | None = None


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command(short_help="Check the words: blame, summary, timeline, actions.")(review)


def review(
    context: typer.Context,
    what: Annotated[
        list[str], typer.Argument(metavar="INCIDENT|FILE…", help="Incidents by id or number; files; folders of *.md.")
    ],
    threshold: Annotated[
        int, typer.Option(min=0, max=100, help="Exit 1 when a post-mortem has fewer points.")
    ] = THRESHOLD,
    json: Json = False,
) -> None:
    """Check the words: blame, the summary, status updates, the timeline, action items. Changes nothing."""
    from callsheet.plan.reviewing import review_of

    judged = [(piece, review_of(piece.text, names=piece.names, known=piece.known)) for piece in _pieces(context, what)]
    if json:
        print_json([_as_json(piece, found) for piece, found in judged])
    else:
        for piece, found in judged:
            _tell(piece, found, threshold)
    if any(found.points < threshold for _, found in judged):
        raise typer.Exit(FAILED)


def _pieces(context: typer.Context, what: list[str]) -> Iterator[Piece]:
    incidents: list[str] = []
    for word in what:
        path = Path(word)
        if path.is_dir():
            files = sorted(path.rglob("*.md"))
            if not files:
                refuse(f"{path} holds no *.md file to review.")
            yield from map(_of_file, files)
        elif path.is_file():
            yield _of_file(path)
        elif path.suffix or "/" in word:
            refuse(f"{word} is no file or folder here. Name an incident by its id or number, or a file that is there.")
        else:
            incidents.append(word)
    if incidents:
        yield from _of_incidents(context, incidents)


def _of_file(path: Path) -> Piece:
    if path.stat().st_size > LARGEST:
        refuse(f"{path} is larger than {LARGEST // 1_000_000} MB: that is no post-mortem.")
    return Piece(name=str(path), text=path.read_bytes().decode("utf-8", "replace"))


def _of_incidents(context: typer.Context, incidents: list[str]) -> Iterator[Piece]:
    from callsheet.run.asks import incident_named

    with opened(context) as (_, store):
        for word in incidents:
            incident = incident_named(store, word)
            published = store.publications([incident.id])
            if not published:
                refuse(f"#{incident.number} has no post-mortem yet. `callsheet draft {incident.number}` asks for one.")
            known = (incident.service.name, *(team.name for team in incident.teams))
            document = next(iter(published.values()))
            yield Piece(
                name=f"#{incident.number}", text=document.current, known=known, read_from=document.location or None
            )


def _tell(piece: Piece, found: "Review", threshold: int) -> None:
    parts = ", ".join(f"{part} {score.points}" for part, score in found.scores.items())
    under = "" if found.points >= threshold else f", under the threshold of {threshold}"
    tell(f"{piece.name}: {found.points} of 100{under} ({parts})")
    if piece.read_from:
        tell(f"  {piece.read_from}, as the last cycle knew it; its lines are counted there")
    for finding in found.findings:
        tell(f"  line {finding.line}: {finding.rule}{_quoted(finding)}")
        tell(f"    {finding.hint}")
    if not found.findings:
        tell("  Nothing to mend.")


def _quoted(finding: "Finding") -> str:
    from callsheet.document.markdown import clip
    from callsheet.model.review import Rule

    if finding.rule is Rule.UPDATE:
        # The name of a part that is missing, which nobody wrote.
        return f": {finding.quote} is missing"
    return f" “{clip(finding.quote, QUOTE)}”" if finding.quote else ""


def _as_json(piece: Piece, found: "Review") -> dict[str, Any]:
    return {
        "what": piece.name,
        "file": piece.read_from or (None if piece.name.startswith("#") else piece.name),
        "points": found.points,
        "scores": {part: score.points for part, score in found.scores.items()},
        "findings": [
            {"line": finding.line, "rule": finding.rule.value, "quote": finding.quote, "hint": finding.hint}
            for finding in found.findings
        ],
    }
