"""How many of something, the same wherever it is told."""


def counted(number: int, one: str, many: str | None = None) -> str:
    """`1 ticket`, `3 tickets`, `0 tickets`; `many` where an s does not do."""
    return f"{number} {one if number == 1 else many or f'{one}s'}"
