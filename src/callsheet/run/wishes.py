"""Tickets that people named with `callsheet adopt`: wishes that stand until a cycle has followed or refused them."""

from callsheet.run.ports import FactsMemory

WISH = "adopt"
# Items that somebody asked to be filed once more: why their ticket is there.
RETRIED = "retried"


def wishes(memory: FactsMemory) -> dict[str, str]:
    """The ids of the tickets that were named, by item key."""
    return memory.recall(WISH, str)


def end_wish(memory: FactsMemory, item_key: str) -> str | None:
    """Let go of what was wished for an item; the ticket's id, None where nothing was."""
    named = wishes(memory).get(item_key)
    if named is not None:
        memory.forget_lookup(WISH, item_key)
    return named
