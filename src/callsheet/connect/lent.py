"""Whose account a side was lent, where its configuration names it. Beside the ports, read once at the start."""

from typing import Protocol, runtime_checkable


@runtime_checkable
class Lent(Protocol):
    """Any side may also tell whose account it was lent: nobody behind it is proposed for anything.

    `works_as` is the account's e-mail; empty where the configuration does not name it.
    """

    works_as: str
