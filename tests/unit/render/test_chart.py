"""Charts: a bar adds up, and two lines keep to their box."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from callsheet.plan.season import Tally
from callsheet.render.chart import HEIGHT, WIDTH, curve, pieces

COUNTS = st.integers(min_value=0, max_value=300)


@given(COUNTS, COUNTS, COUNTS, COUNTS)
def test_a_bar_is_a_hundred_wide_and_has_no_gap(kept: int, late: int, cut: int, still_open: int) -> None:
    found = pieces(Tally(promised=kept + late + cut + still_open, kept=kept, kept_late=late, cut=cut, open=still_open))

    assert sum(piece.count for piece in found) == kept + late + cut + still_open
    assert all(piece.count and piece.width > 0 for piece in found)
    end = 0.0
    for piece in found:
        assert piece.x == pytest.approx(end, abs=0.05)
        end = piece.x + piece.width
    assert not found or end == pytest.approx(100, abs=0.05)


@given(st.lists(st.tuples(COUNTS, COUNTS), min_size=2, max_size=20))
def test_the_lines_keep_to_their_box(counts: list[tuple[int, int]]) -> None:
    points = [(date(2026, 11, 2) + timedelta(weeks=n), max(c), min(c)) for n, c in enumerate(counts)]
    found = curve(points)
    if not any(max(c) for c in counts):
        assert found is None
        return

    assert found
    for line in (found.promised, found.kept, found.kept_area):
        for x, y in (pair.split(",") for pair in line.split()):
            assert 0 <= float(x) <= WIDTH
            assert 0 <= float(y) <= HEIGHT


def test_one_day_is_no_line() -> None:
    assert curve([(date(2026, 11, 2), 3, 1)]) is None
