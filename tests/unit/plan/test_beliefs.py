"""What people thought, read out of their notes; their words stay whole and in order."""

from __future__ import annotations

import pytest

from callsheet.plan.beliefs import read_note


@pytest.mark.parametrize(
    ("text", "belief", "words"),
    [
        ("BELIEF: the pool is too small. Go.", "the pool is too small.", "BELIEF: the pool is too small. Go."),
        ("belief: DNS", "DNS", None),
        ("I think it is the pool: 200 of 200.", "I think it is the pool: 200 of 200.", None),
        ("Looking. We suspect the cache.", "We suspect the cache.", "Looking. We suspect the cache."),
        ("Suspect a bad deploy", "Suspect a bad deploy", None),
        ("I don't think it is us", "I don't think it is us", None),
        ("I was sure that it ran. It did not.", "I was sure that it ran.", "I was sure that it ran. It did not."),
        ("Maybe a hot shard. Checking.", "Maybe a hot shard.", "Maybe a hot shard. Checking."),
        ("Looks like a certificate to me.", "Looks like a certificate to me.", None),
        ("Rolled back build 5001.", None, "Rolled back build 5001."),
        ("A suspicious query runs.", None, "A suspicious query runs."),
        ("> I think it is you\nNo.", None, "> I think it is you\nNo."),
        ("Query:\n```\n-- I think\n```\nDone.", None, "Query:\n(code)\nDone."),
        ("I THINK SO", "I THINK SO", None),
    ],
)
def test_beliefs_are_read_in_peoples_own_words(text: str, belief: str | None, words: str | None) -> None:
    """What somebody thought is not what they saw; quoted lines and code hold nobody's belief."""
    said = read_note(text)
    assert (said.belief, said.words) == (belief, words)


@pytest.mark.parametrize(
    ("text", "belief", "words"),
    [
        ("I think it is the pool.", "I think it is the pool.", None),
        (
            "Pool is full. I think it leaks. Restarting.",
            "I think it leaks.",
            "Pool is full. I think it leaks. Restarting.",
        ),
        ("I think it leaks.\nIt does not.", "I think it leaks.", "I think it leaks.\nIt does not."),
        ("Restarting.", None, "Restarting."),
    ],
)
def test_a_note_is_told_whole_and_in_order(text: str, belief: str | None, words: str | None) -> None:
    said = read_note(text)
    assert (said.belief, said.words) == (belief, words)
