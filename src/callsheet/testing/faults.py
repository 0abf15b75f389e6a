"""What can go wrong with a connector, at the turn of a switch: shared by the in-memory twins."""

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field

from callsheet.connect.errors import AuthRefused, Transient


@dataclass(slots=True)
class _Trouble:
    """One call that goes wrong: before it did anything, or after."""

    call: str
    error: Callable[[], BaseException]
    applied: bool
    times: int


@dataclass(slots=True)
class Faults:
    """The switches of a twin. `calls` counts what was asked of it, by method; what was refused counts too.

    `refused` makes every call raise AuthRefused, as with an expired token.
    """

    writes: Sequence[str] = ()
    refused: bool = False
    calls: Counter[str] = field(default_factory=Counter)
    count: Callable[[], None] = lambda: None
    _troubles: list[_Trouble] = field(default_factory=list)

    def fail(self, call: str, error: Callable[[], BaseException], *, applied: bool = False, times: int = 1) -> None:
        """The next calls of a method raise what `error` makes; `applied`: after they were carried out."""
        self._troubles.append(_Trouble(call, error, applied, times))

    def lose_reply(self, call: str, *, times: int = 1) -> None:
        """The next calls are carried out, but their answers get lost: an unknown outcome."""
        self.fail(call, lambda: Transient("the answer was lost", sent=True), applied=True, times=times)

    def clear(self) -> None:
        """Everything works again."""
        self.refused = False
        self._troubles.clear()

    @property
    def written(self) -> int:
        """How many calls were writes."""
        return sum(self.calls[name] for name in self.writes)

    @contextmanager
    def around(self, call: str) -> Iterator[None]:
        """A call's frame: raises what was ordered, before or after what stands inside."""
        self.calls[call] += 1
        self.count()
        if self.refused:
            raise AuthRefused(f"{call}: the credential was refused")
        trouble = self._next(call)
        if trouble and not trouble.applied:
            raise trouble.error()
        yield
        if trouble:
            raise trouble.error()

    def _next(self, call: str) -> _Trouble | None:
        for trouble in self._troubles:
            if trouble.call == call and trouble.times > 0:
                trouble.times -= 1
                return trouble
        return None
