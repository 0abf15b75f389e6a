from datetime import timedelta

import pytest

from callsheet.settings import duration
from callsheet.settings.duration import duration_text


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("90s", timedelta(seconds=90)),
        ("15m", timedelta(minutes=15)),
        ("36h", timedelta(hours=36)),
        ("30d", timedelta(days=30)),
        ("2w", timedelta(weeks=2)),
        (" 2 W ", timedelta(weeks=2)),
        ("0d", timedelta()),
    ],
)
def test_a_number_and_a_unit_is_a_duration(text: str, expected: timedelta) -> None:
    assert duration(text) == expected


@pytest.mark.parametrize("text", ["", "60", "5 minutes", "-5m", "1.5h", "1h30m", "٣d", "canary-5m"])
def test_anything_else_is_told_how_it_is_written_without_being_repeated(text: str) -> None:
    with pytest.raises(ValueError, match="90s, 15m, 36h, 30d or 2w") as raised:
        duration(text)
    assert "canary" not in str(raised.value)


def test_a_duration_that_no_date_could_bear_is_a_clear_error_too() -> None:
    assert duration("3650d")
    for text in ("3651d", "999999999999w"):
        with pytest.raises(ValueError, match="3650d or less"):
            duration(text)


@pytest.mark.parametrize("text", ["0s", "60s", "90s", "15m", "36h", "30d", "2w"])
def test_the_text_of_a_duration_means_the_same_duration(text: str) -> None:
    assert duration(duration_text(duration(text))) == duration(text)
