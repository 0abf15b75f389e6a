"""Charts as numbers for a template to draw: bars of standings, and promises made and kept over weeks."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

from callsheet.plan.season import Tally
from callsheet.plan.shares import shares

WIDTH: Final = 600
HEIGHT: Final = 180
LEFT: Final = 36
TOP: Final = 14
FOOT: Final = 26
RIGHT: Final = 14
MOST_LABELS: Final = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class Piece:
    """A piece of a bar that is 100 wide. `name` is also its class."""

    name: str
    count: int
    x: float
    width: float


def pieces(tally: Tally) -> tuple[Piece, ...]:
    """A tally as a bar, in the order of its legend; empty for a tally of nothing."""
    return tuple(
        Piece(name=each.standing.words, count=each.count, x=round(each.start, 2), width=round(each.end - each.start, 2))
        for each in shares(tally)
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Curve:
    """Two lines over time, as points of SVG. `labels` are days under the x axis, `marks` numbers beside the y axis."""

    width: int
    height: int
    floor: int
    promised: str
    kept: str
    kept_area: str
    labels: tuple[tuple[float, str, str], ...]
    marks: tuple[tuple[float, int], ...]


def curve(points: Sequence[tuple[date, int, int]]) -> Curve | None:
    """Days with how many were promised and kept until then. None where there is no line to draw."""
    most = max((promised for _, promised, _ in points), default=0)
    if len(points) < 2 or not most:
        return None
    floor, step = HEIGHT - FOOT, (WIDTH - LEFT - RIGHT) / (len(points) - 1)

    def place(number: int, count: int) -> str:
        return f"{LEFT + step * number:.1f},{floor - (floor - TOP) * count / most:.1f}"

    kept = " ".join(place(number, each[2]) for number, each in enumerate(points))
    last = len(points) - 1
    shown = sorted({round(last * part / (MOST_LABELS - 1)) for part in range(MOST_LABELS)})
    return Curve(
        width=WIDTH,
        height=HEIGHT,
        floor=floor,
        promised=" ".join(place(number, each[1]) for number, each in enumerate(points)),
        kept=kept,
        kept_area=f"{LEFT},{floor} {kept} {WIDTH - RIGHT},{floor}",
        labels=tuple(
            (
                round(LEFT + step * number, 1),
                f"{points[number][0].day} {points[number][0]:%b}",
                "end" if number == last else "start" if number == 0 else "middle",
            )
            for number in shown
        ),
        marks=tuple(
            (round(floor - (floor - TOP) * count / most, 1), count) for count in sorted({0, (most + 1) // 2, most})
        ),
    )
