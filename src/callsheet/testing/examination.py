"""What every connector promises that can be examined; the contract suites ask for it. One that can't be passes."""

from callsheet.connect.ports import Examinable, Examination
from callsheet.model.check import Check, Result


def examined(connector: object, *projects: tuple[str, str]) -> tuple[Check, ...]:
    """The checks of an examination: whatever the world is like, it raises nothing and says what to do."""
    if not isinstance(connector, Examinable):
        return ()
    checks = tuple(connector.examine(Examination(writes=True, files=True, projects=projects)))
    names = [check.check for check in checks]
    assert len(set(names)) == len(names), f"two checks have one name: {names}"
    for check in checks:
        assert isinstance(check, Check)
        assert ": " in check.check, f"{check.check} does not begin with the connector's name"
        assert check.detail, f"{check.check} says nothing"
        assert check.result in list(Result), f"{check.check} is {check.result!r}: ok, warning or error"
        assert bool(check.fix) is (check.result is not Result.OK), f"{check.check}: what is not ok says what to do"
    return checks


def fails(checks: tuple[Check, ...]) -> bool:
    """Whether something is wrong; never so of a connector that offers no examination."""
    return any(check.result is Result.ERROR for check in checks)
