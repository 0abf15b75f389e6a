"""What a cycle did, by event, in words: for the summary of `once` and for `callsheet status`."""

from collections.abc import Mapping

from callsheet.model.counted import counted

# What an event is about, where its own name is no word of people.
_NOUNS = {"postmortem": ("post-mortem", None), "status": ("status", "statuses")}


def done_words(done: Mapping[str, int]) -> str:
    """`2 documents published, 3 tickets filed`; empty for nothing."""
    return ", ".join(_words(event, number) for event, number in sorted(done.items()))


def _words(event: str, number: int) -> str:
    noun, _, verb = event.partition(".")
    one, many = _NOUNS.get(noun, (noun, None))
    return f"{counted(number, one, many)} {verb}".rstrip()
